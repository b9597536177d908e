#include "server/status.hpp"

#include "base/time.hpp"
#include "events/write.hpp"

namespace assist::server {

void Status::journal_failed(std::string why) {
  const std::lock_guard lock(mutex_);
  journal_error_ = std::move(why);
}

void Status::journal_works() {
  const std::lock_guard lock(mutex_);
  journal_error_.reset();
}

void Status::rules_refused(std::vector<std::string> errors) {
  const std::lock_guard lock(mutex_);
  rule_errors_ = std::move(errors);
}

void Status::rules_taken() {
  const std::lock_guard lock(mutex_);
  rule_errors_.clear();
}

void Status::draining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

Response Status::ready() const {
  const std::lock_guard lock(mutex_);
  std::string rules = R"("rule_errors":[)";
  for (const auto& error : rule_errors_) {
    events::append_json_string(rules, error);
    rules += ',';
  }
  if (rules.back() == ',') rules.pop_back();
  rules += ']';
  if (journal_error_) {
    return problem(
        503, "events cannot be made durable and are not acknowledged: " + *journal_error_, rules);
  }
  if (draining_) return problem(503, "the service is going down", rules);
  Response response;
  response.body = R"({"status":"ready",)" + rules + '}';
  return response;
}

namespace {

void metric(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            const std::string& value) {
  const std::string full = "agent_assist_" + std::string(name);
  out += "# HELP " + full + ' ';
  out += help;
  out += "\n# TYPE " + full + ' ';
  out += type;
  out += '\n' + full + ' ' + value + '\n';
}

}  // namespace

std::string metrics(const Partition::Figures& figures, const journal::Committer::Figures& commits,
                    const Gauges& gauges) {
  std::string out;
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    metric(out, name, "counter", help, std::to_string(value));
  };
  const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    metric(out, name, "gauge", help, std::to_string(value));
  };
  counter("events_accepted_total", "Events taken in.", figures.events);
  counter("events_duplicate_total", "Events delivered again.", figures.duplicates);
  counter("events_rejected_total", "Events refused.", figures.rejected);
  counter("texts_cut_total", "Utterances longer than the limit.", figures.texts_cut);
  counter("suggestions_raised_total", "Suggestions raised.", figures.raised);
  counter("suggestions_changed_total", "Suggestions whose texts changed.", figures.changed);
  counter("suggestions_withdrawn_total", "Suggestions withdrawn.", figures.withdrawn);
  counter("feedback_total", "Feedback taken in.", figures.feedback);
  counter("rule_reloads_total", "Rule sets taken over.", figures.reloads);
  gauge("calls_live", "Calls in progress.", figures.live_calls);
  counter("journal_commits_total", "Commits of the journal.", commits.commits);
  counter("journal_entries_total", "Entries committed.", commits.entries);
  counter("journal_failures_total", "Commits that failed.", commits.failures);
  metric(out, "journal_commit_seconds_total", "counter", "Time spent in commits.",
         format_seconds(commits.time_in_commits));
  gauge("journal_pending_bytes", "Waiting for a commit.", commits.pending_bytes);
  gauge("connections", "Open connections.", gauges.connections);
  gauge("screens", "Open screens of agents.", gauges.screens);
  gauge("events_under_way_bytes", "Events between a socket and the engine.",
        gauges.bytes_under_way);
  return out;
}

}  // namespace assist::server

#include "server/screen.hpp"

#include <algorithm>
#include <tuple>

#include "events/write.hpp"

namespace assist::server {

using engine::Action;
using events::append_json_string;

Suggestions standing_before(const engine::CallView& call,
                            const std::vector<engine::Decision>& decisions) {
  Suggestions standing = call.suggestions;
  for (auto decision = decisions.rbegin(); decision != decisions.rend(); ++decision) {
    if (decision->suggestion.call != call.id) continue;
    if (decision->action == Action::withdrawn) standing.push_back(decision->suggestion);
    if (decision->action == Action::raised) {
      std::erase_if(standing, [&](const auto& s) { return s.key == decision->suggestion.key; });
    }
  }
  std::stable_sort(standing.begin(), standing.end(), [](const auto& a, const auto& b) {
    return std::pair(a.priority(), a.raised_at) < std::pair(b.priority(), b.raised_at);
  });
  return standing;
}

Screen::Screen(std::string agent, const std::vector<config::Step>& script, std::uint64_t seq)
    : agent_(std::move(agent)), script_(script), seq_(seq) {}

std::string Screen::begin(std::string_view type) {
  std::string out = R"({"type":")";
  out += type;
  out += R"(","seq":)";
  out += std::to_string(++seq_);
  return out;
}

Frame Screen::end(std::string message) {
  message += '}';
  return std::make_shared<const std::string>(std::move(message));
}

namespace {

void append_sent_at(std::string& out, Time at) {
  out += R"(,"sent_at":")";
  events::append_rfc3339(out, at);
  out += '"';
}

}  // namespace

/// What a screen would show differently if it changed. Lengths count without what runs.
std::string Screen::head(const engine::CallView& call, const Suggestions& standing) const {
  std::string out;
  append_call_head(out, call, standing, script_);
  if (!call.waiting) out += std::to_string(call.wait.count());
  out += ' ';
  if (!call.on_hold) out += std::to_string(call.hold_total.count());
  return out;
}

Frame Screen::welcome(const std::vector<engine::CallView>& calls, Time at) {
  welcomed_ = true;
  heads_.clear();
  auto out = begin("welcome");
  append_sent_at(out, at);
  out += R"(,"agent":)";
  append_json_string(out, agent_);
  out += R"(,"calls":[)";
  for (const auto& call : calls) {
    heads_[call.id] = head(call, call.suggestions);
    append_call(out, call, call.suggestions, script_);
    out += ',';
  }
  if (!calls.empty()) out.pop_back();
  out += ']';
  return end(std::move(out));
}

Frame Screen::call_message(const engine::CallView& call, const Suggestions& standing, Time at) {
  heads_[call.id] = head(call, standing);
  auto out = begin("call");
  append_sent_at(out, at);
  out += R"(,"call":)";
  append_call(out, call, standing, script_);
  return end(std::move(out));
}

Frame Screen::decision_message(const engine::Decision& decision) {
  const auto& suggestion = decision.suggestion;
  auto out = begin(engine::name_of(decision.action));
  if (decision.action == Action::withdrawn) {
    out += R"(,"id":)";
    append_json_string(out, suggestion.id());
    out += R"(,"call":)";
    append_json_string(out, suggestion.call);
    out += R"(,"reason":)";
    append_json_string(out, engine::name_of(decision.reason));
  } else {
    out += R"(,"suggestion":)";
    append_suggestion(out, suggestion);
  }
  return end(std::move(out));
}

Frame Screen::gone_message(const engine::CallGone& gone) {
  heads_.erase(gone.call);
  auto out = begin("call_gone");
  out += R"(,"call":)";
  append_json_string(out, gone.call);
  out += gone.ended ? R"(,"reason":"ended")" : R"(,"reason":"transferred")";
  return end(std::move(out));
}

void Screen::change(const ScreenChange& change, std::vector<Frame>& out) {
  if (!welcomed_) return;
  for (const auto& call : change.calls) {
    if (heads_.contains(call.id)) continue;
    out.push_back(call_message(call, standing_before(call, change.decisions), change.at));
  }
  for (const auto& decision : change.decisions) out.push_back(decision_message(decision));
  for (const auto& gone : change.gone) {
    if (heads_.contains(gone.call)) out.push_back(gone_message(gone));
  }
  for (const auto& call : change.calls) {
    if (heads_[call.id] == head(call, call.suggestions)) continue;
    out.push_back(call_message(call, call.suggestions, change.at));
  }
}

Frame Screen::feedback_saved(std::string_view suggestion) {
  auto out = begin("feedback_saved");
  out += R"(,"suggestion":)";
  append_json_string(out, suggestion);
  return end(std::move(out));
}

Frame Screen::error(std::string_view code, std::string_view detail) {
  auto out = begin("error");
  out += R"(,"code":)";
  append_json_string(out, code);
  out += R"(,"detail":)";
  append_json_string(out, detail);
  return end(std::move(out));
}

}  // namespace assist::server

#include "engine/model/compare.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

namespace assist::model {
namespace {

std::string key_of(const engine::Standing& s) { return s.call + '\n' + std::string(s.name()); }

std::string write(const std::vector<Decision>& decisions) {
  std::string out;
  for (const Decision& d : decisions) out += "  " + print(d) + '\n';
  return out;
}

}  // namespace

std::set<Duration> lengths_in(std::string_view yaml) {
  std::set<Duration> out;
  const std::string text(yaml);
  static const std::regex written(R"((\d+[dhms])+)");
  for (std::sregex_iterator at(text.begin(), text.end(), written), end; at != end; ++at)
    if (const auto length = parse_duration(at->str())) out.insert(*length);
  static const std::regex called(R"((seconds|minutes|hours|days)\((\d+)\))");
  static const std::map<std::string, std::string> units{
      {"seconds", "s"}, {"minutes", "m"}, {"hours", "h"}, {"days", "d"}};
  for (std::sregex_iterator at(text.begin(), text.end(), called), end; at != end; ++at)
    if (const auto length = parse_duration((*at)[2].str() + units.at((*at)[1].str())))
      out.insert(*length);
  return out;
}

Both::Both(std::shared_ptr<const rules::RuleSet> rules, engine::Options options, Moments moments,
           bool with_model)
    : engine_(rules, options) {
  if (with_model) model_.emplace(rules, options, std::move(moments));
}

std::vector<Decision> Both::advance(Time now) {
  engine_.advance(now, effects_);
  if (model_) model_->advance(now, expected_);
  return compare("time passes to " + format_rfc3339(now));
}

std::vector<Decision> Both::event(std::string_view json, Time now) {
  decoder_.decode(json, events::Shape::event, batch_);
  if (batch_.events.empty()) {
    if (difference_.empty())
      difference_ = "refused: " + std::string(json) + ": " + batch_.rejected.front().error.text;
    return {};
  }
  events::Event& event = batch_.events.front();
  events::settle_time(event, now);
  engine_.apply(event, effects_);
  if (model_) {
    const auto whole = boost::json::parse(json).as_object();
    const auto* data = whole.if_contains("data");
    Event own{std::string(whole.at("type").as_string()),
              std::string(whole.at("subject").as_string()), now, now,
              data != nullptr ? data->as_object() : boost::json::object{}};
    if (const auto* time = whole.if_contains("time")) {
      own.time = *parse_rfc3339(std::string_view(time->as_string()));
      if (own.time > now + std::chrono::seconds{5}) own.time = now;
    }
    model_->apply(std::move(own), expected_);
  }
  return compare(json);
}

std::vector<Decision> Both::feedback(const std::string& call, const std::string& suggestion,
                                     bool used, Time now) {
  std::vector<Decision> out = advance(now);
  bool taken = false;
  const auto last = last_shown_.find(call + '\n' + suggestion);
  if (last != last_shown_.end())
    taken = engine_.feedback(
        {last->second.agent, last->second.id().str(),
         used ? engine::Feedback::Verdict::used : engine::Feedback::Verdict::dismissed},
        now, effects_);
  if (model_) {
    const bool model_took = model_->feedback(call, suggestion, used, now, expected_);
    if (model_took != taken && difference_.empty())
      difference_ = "feedback on " + suggestion + " of " + call + " is taken by one alone";
  }
  const auto thereby = compare("feedback on " + suggestion + " of " + call);
  out.insert(out.end(), thereby.begin(), thereby.end());
  return out;
}

std::vector<Decision> Both::reload(std::shared_ptr<const rules::RuleSet> rules, Time now) {
  engine_.reload(rules, now, effects_);
  if (model_) model_->reload(rules, now, expected_);
  return compare("reload");
}

/// Ids stand for raises: the model counts them.
Decision Both::common(const engine::Decision& from) {
  const engine::Standing& s = from.suggestion;
  Decision d;
  d.at = from.at;
  d.action = name_of(from.action);
  d.name = s.name();
  d.rule = s.rule();
  d.kind = rules::name_of(s.kind());
  d.mode = rules::name_of(s.mode());
  d.call = s.call;
  d.agent = s.agent;
  d.reason = name_of(from.reason);
  d.outranked_by = from.outranked_by;
  d.headline = s.headline();
  d.say = s.say();
  d.because = s.because();
  d.expires_at = s.expires_at();
  d.by_clock = from.by != engine::Trigger::event;
  if (from.action == engine::Action::raised) {
    if (!raises_.emplace(s.id().str(), raises_.size() + 1).second && difference_.empty())
      difference_ = "the id " + s.id().str() + " was given twice";
    standing_ids_[key_of(s)] = s.id().str();
    if (s.mode() == rules::Mode::live) last_shown_[key_of(s)] = from.suggestion;
  }
  d.raise = raises_[s.id().str()];
  if (from.action == engine::Action::withdrawn) standing_ids_.erase(key_of(s));
  return d;
}

/// What a screen would be shown is what the decisions say.
void Both::check_standing() {
  std::map<std::string, std::string> shown;
  std::map<std::string, bool> seen;
  for (const auto& [key, id] : standing_ids_) {
    const std::string call = key.substr(0, key.find('\n'));
    if (!seen.emplace(call, true).second) continue;
    const auto view = engine_.call(call);
    if (!view) continue;
    for (const auto& s : view->suggestions) shown[key_of(s)] = s.id().str();
  }
  for (const auto& [key, id] : shown) {
    const auto at = standing_ids_.find(key);
    if ((at == standing_ids_.end() || at->second != id) && difference_.empty())
      difference_ = "the view of a call shows what was not raised: " + key;
  }
}

std::vector<Decision> Both::compare(std::string_view step) {
  std::vector<Decision> out;
  for (const auto& d : effects_.decisions) out.push_back(common(d));
  effects_.clear();
  if (model_ && out != expected_ && difference_.empty()) {
    std::ostringstream text;
    text << "after " << step << "\nthe engine decides\n"
         << write(out) << "the model decides\n"
         << write(expected_);
    difference_ = text.str();
  }
  expected_.clear();
  check_standing();
  if (model_ && model_->live_calls() != engine_.live_calls() && difference_.empty())
    difference_ = "the number of live calls differs after " + std::string(step);
  return out;
}

}  // namespace assist::model

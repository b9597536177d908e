#include "explain/notes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "explain/lines.hpp"

namespace assist::explain {
namespace {

using engine::HeldBack;
using engine::SeenLimit;
using engine::SeenRule;
using engine::SeenSuggestion;

constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string days(std::uint8_t bits) {
  std::string out;
  for (std::size_t i = 0; i < std::size(kDays); ++i)
    if ((bits >> i & 1) != 0) out += (out.empty() ? "" : ", ") + std::string(kDays[i]);
  return out;
}

std::string hours(std::chrono::minutes time) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(time.count() / 60),
                static_cast<int>(time.count() % 60));
  return text;
}

/// A wall clock's reading: a date, with the time where it is not midnight.
std::string wall(std::chrono::local_time<Duration> at) {
  std::string text = format_rfc3339(Time(at.time_since_epoch()));
  text.pop_back();
  const std::string time = text.substr(11);
  return text.substr(0, 10) + (time == "00:00:00" ? "" : " " + time);
}

/// The end of a window; one at midnight is the end of the day before.
std::string until(std::chrono::local_time<Duration> at) {
  const bool midnight = std::chrono::floor<std::chrono::days>(at) == at;
  return midnight ? "until the end of " + wall(at - std::chrono::days{1}) : "before " + wall(at);
}

std::string per_name(SeenLimit::Per per) {
  constexpr std::string_view kNames[] = {"call", "customer", "agent"};
  return std::string(kNames[static_cast<std::size_t>(per)]);
}

/// The kinds that `affected_by` asks for, and that no incident is of.
void missing_kinds(const engine::SeenCondition& seen, std::vector<std::string>& out) {
  for (const auto& part : seen.parts) missing_kinds(part, out);
  for (const auto& part : seen.expression) {
    if (part.parent < 0 || part.value.kind != engine::Seen::Kind::text) continue;
    const auto& call = seen.expression[static_cast<std::size_t>(part.parent)];
    if (call.op == "affected_by" && !call.value.yes) out.push_back(part.value.text);
  }
}

std::string percent(std::uint32_t ppm) {
  char text[32];
  std::snprintf(text, sizeof text, "%g%%", static_cast<double>(ppm) / 1e4);
  return text;
}

}  // namespace

Time Notes::told(Time at) const {
  constexpr Duration kMicrosecond{1}, kMillisecond{1'000};
  const Duration since_now = at > of_.now ? at - of_.now : of_.now - at;
  const bool just_after = at.time_since_epoch() % kMillisecond == kMicrosecond;
  return just_after && since_now > kMillisecond ? at - kMicrosecond : at;
}

std::string Notes::ago(Time at) const {
  at = told(at);
  return "since " + clock_.moment(at) + " (" + format_duration(of_.now - at) + ")";
}

std::string Notes::in(Time at) const {
  at = told(at);
  return clock_.moment(at) + " (in " + format_duration(at - of_.now) + ")";
}

std::string Notes::waits(const SeenRule& seen) const {
  return "its condition is true " + ago(*seen.true_since) + ", but not yet for " +
         format_duration(rule_.for_) + " (for): it " +
         (seen.for_due ? "will hold at " + in(*seen.for_due) : ends_early(seen));
}

/// "closes at 12:10:00 (in 9m), before that is over"
std::string Notes::ends_early(const SeenRule& seen) const {
  const bool closes = seen.active && seen.active_until == *seen.true_until;
  return (closes ? "closes at " : "turns false at ") + in(*seen.true_until) +
         ", before that is over";
}

std::string Notes::window() const {
  const rules::Active::Spec& spec = rule_.active->spec();
  std::vector<std::string> parts;
  if (spec.from) parts.push_back("from " + wall(*spec.from));
  if (spec.from_moment) parts.push_back("from " + clock_.full(*spec.from_moment));
  if (spec.until) parts.push_back(until(*spec.until));
  if (spec.until_moment) parts.push_back("before " + clock_.full(*spec.until_moment));
  if (spec.days != 0x7F) parts.push_back("on " + days(spec.days));
  if (spec.opens && spec.closes) parts.push_back(hours(*spec.opens) + " to " + hours(*spec.closes));
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part;
  return (out.empty() ? "always" : out) + ", " + spec.time_zone + " time";
}

std::string Notes::not_active(const SeenRule& seen) const {
  return "it is not active now: " + window() +
         (seen.active_until == kNever
              ? ", and not again"
              : "; it opens at " + clock_.full(seen.active_until) + " (in " +
                    format_duration(seen.active_until - of_.now) + ")");
}

std::vector<std::string> Notes::all(const SeenRule& seen, State state) const {
  std::vector<std::string> out;
  if (state == State::off) return out;
  if (state == State::holds) out.push_back("It has held " + ago(*seen.held_since) + ".");
  if (state == State::keeps)
    out.push_back("It has held " + ago(*seen.held_since) + ", and keeps holding until " +
                  in(*seen.keep_until) + ": keep_for is " + format_duration(rule_.keep_for) + ".");
  if (seen.active && *seen.active && seen.active_until != kNever)
    out.push_back("It is active until " + clock_.full(seen.active_until) + ".");
  if (seen.active && !*seen.active && (seen.holds || seen.condition))
    out.push_back("It is no longer active: " + window() + ".");
  if (rule_.mode == rules::Mode::shadow)
    out.push_back("It is a shadow rule: decided and recorded, never shown.");
  incidents(seen, out);
  bounds(seen, state, out);
  return out;
}

/// Incidents that are open, and of which the call is not affected: where that is what is asked for.
void Notes::incidents(const SeenRule& seen, std::vector<std::string>& out) const {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> kinds;
  missing_kinds(seen.when, kinds);
  std::size_t told = 0;
  for (const auto& incident : of_.elsewhere) {
    if (std::find(kinds.begin(), kinds.end(), incident.kind) == kinds.end()) continue;
    if (told++ < kMost) out.push_back(elsewhere(incident));
  }
}

/// "Incident inc-1 (outage) is open in denver; the area of the call is boulder."
std::string Notes::elsewhere(const engine::SeenIncident& incident) const {
  const auto or_unknown = [](const std::string& text) {
    return text.empty() ? std::string("not known") : plain(text);
  };
  const auto names = [](const std::vector<std::string>& texts) {
    std::vector<std::string> out;
    for (const auto& text : texts) out.push_back(plain(text));
    return listed(out);
  };
  const auto in_area = [&](const std::string& area) {
    return !area.empty() &&
           std::find(incident.areas.begin(), incident.areas.end(), area) != incident.areas.end();
  };
  const bool here = incident.areas.empty() || in_area(of_.area) || in_area(of_.customer_area);
  std::string out = "Incident " + plain(incident.id) + " (" + plain(incident.kind) + ") is open";
  if (!here) {
    out += " in " + names(incident.areas) + "; the area of the call is " + or_unknown(of_.area);
    return out + ", that of the customer " + or_unknown(of_.customer_area) + ".";
  }
  return out + " for " + names(incident.services) + "; the products of the customer are " +
         (of_.products.empty() ? "not known" : names(of_.products)) + ".";
}

/// Limits and the cooldown, as far as they will hold back what comes next.
void Notes::bounds(const SeenRule& seen, State state, std::vector<std::string>& out) const {
  if (rule_.suggestions.empty()) return;
  const bool holds = state == State::holds || state == State::keeps;
  if (!seen.in_share && !holds)
    out.push_back("This call is not in its share of " + percent(rule_.share_ppm) +
                  ": whatever holds, it would suggest nothing.");
  // Where it holds, its suggestions tell what holds them back.
  for (const SeenLimit& one : seen.limits) {
    const bool bars = one.used_up() && (!holds || seen.raised) && !one.who.empty();
    if (bars)
      out.push_back((holds ? "After this, " : "") + limit(seen, one.per) +
                    (holds ? "." : ": if it held now, it would suggest nothing."));
  }
  if (seen.cooldown_until && !holds)
    out.push_back("Its cooldown of " + format_duration(*rule_.cooldown) + " is over at " +
                  in(*seen.cooldown_until) + ": until then it would suggest nothing.");
  for (auto& sentence : out)
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') sentence[0] -= 'a' - 'A';
}

/// "its limit of 1 per customer within 7 days is used up for alan, by the one of 12:00:30".
std::string Notes::limit(const SeenRule& seen, SeenLimit::Per per) const {
  for (const SeenLimit& one : seen.limits) {
    if (one.per != per) continue;
    const std::string within = one.limit.within              ? " within " + span(*one.limit.within)
                               : per == SeenLimit::Per::call ? ""
                                                             : " within 90 days";
    std::string out = "its limit of " + std::to_string(one.limit.count) + " per " + per_name(per) +
                      within + " is used up" +
                      (per == SeenLimit::Per::call ? "" : " for " + one.who);
    if (one.raised.empty()) return out;
    return out + " (last at " + clock_.moment(told(one.raised.back())) + ")";
  }
  return "a limit is used up";
}

Suggestion Notes::suggestion(const SeenRule& seen, const SeenSuggestion& one) const {
  Suggestion out;
  out.name = rule_.suggestions[one.suggestion].name;
  out.stands = one.held_back == HeldBack::nothing;
  out.held_back = one.held_back;
  out.by = one.by;
  out.shown = one.shown;
  out.text = out.stands ? stands(one)
                        : "Suggestion " + out.name + " is held back: " + held_back(seen, one) + ".";
  return out;
}

std::string Notes::stands(const SeenSuggestion& one) const {
  const engine::Standing& shown = *one.shown;
  const bool shadow = shown.mode() == rules::Mode::shadow;
  std::string out = "Suggestion " + std::string(shown.name()) +
                    (shadow ? " would stand" : " stands") + " on the screen of " +
                    std::string(shown.agent) + " " + ago(shown.raised_at);
  if (const auto at = shown.expires_at()) out += ", and expires at " + in(*at);
  out += ": \"" + std::string(shown.headline()) + "\"";
  for (const engine::SeenGap& gap : one.gaps)
    out += "; ? stands in it for " + code(gap.source) +
           (gap.value.kind == engine::Seen::Kind::failed
                ? ", which cannot be computed: " + error_words(gap.value.text)
                : ", which is of a kind that no text shows");
  return out;
}

/// What comes of it when an agent takes the call: limits and the cooldown are looked at then,
/// unless they were before in this episode.
std::string Notes::without_agent(const SeenRule& seen) const {
  const std::string out = "no agent has the call";
  for (const SeenLimit& one : seen.limits)
    if (!seen.admitted && one.used_up() && !one.who.empty())
      return out + ", and if one had it now, " + limit(seen, one.per);
  if (!seen.admitted && seen.cooldown_until)
    return out + ", and its cooldown of " + format_duration(*rule_.cooldown) + " is over at " +
           in(*seen.cooldown_until) + ": before that it is not raised";
  if (rule_.per_agent)
    return out + "; it is raised when one does for whom its limit of " +
           std::to_string(rule_.per_agent->count) + " per agent is not used up";
  return out + "; it is raised when one does";
}

std::string Notes::held_back(const SeenRule& seen, const SeenSuggestion& one) const {
  const rules::Suggestion& suggestion = rule_.suggestions[one.suggestion];
  const std::string rest = ", and it stays off until the rule has ended and holds anew";
  switch (one.held_back) {
    case HeldBack::nothing:
      break;
    case HeldBack::situation:
      return "its rule does not hold";
    case HeldBack::no_agent:
      return without_agent(seen);
    case HeldBack::share:
      return "this call is not in its rule's share of " + percent(rule_.share_ppm);
    case HeldBack::per_call:
      return limit(seen, SeenLimit::Per::call) + rest;
    case HeldBack::per_customer:
      return limit(seen, SeenLimit::Per::customer) + rest;
    case HeldBack::per_agent:
      return limit(seen, SeenLimit::Per::agent) +
             ", and it stays off for this agent until the "
             "rule has ended and holds anew";
    case HeldBack::cooldown:
      return "the cooldown of " + format_duration(*rule_.cooldown) +
             " was not over when it was due" +
             (seen.cooldown_until ? "; it is over at " + in(*seen.cooldown_until) : "") + rest;
    case HeldBack::admission:
      return "a limit or the cooldown when it was due" + rest;
    case HeldBack::used_or_dismissed:
      return rule_.again ? "the agent used or dismissed it" + rest
                         : "the agent used or dismissed it in this call (again: no)";
    case HeldBack::expired:
      return "it expired after " + format_duration(*suggestion.expires_after) + rest;
    case HeldBack::expired_or_taken_off:
      return "it expired, or the agent used or dismissed it" + rest;
    case HeldBack::suppressed:
      return "it is outranked by " + one.by + ", which suppresses its step " + suggestion.step;
    case HeldBack::group:
      return "it is outranked by " + one.by + ", which is of its group " + suggestion.group +
             " and ranks higher";
    case HeldBack::max_visible:
      return "it is outranked: " + std::to_string(of_.max_visible) +
             " that rank higher stand already, and no more may (max_visible)";
  }
  return "";
}

}  // namespace assist::explain

#include "server/encode.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "events/write.hpp"

namespace assist::server {
namespace {

using events::append_json_string;

void name(std::string& out, std::string_view key) {
  out += '"';
  out += key;
  out += "\":";
}

void text(std::string& out, std::string_view key, std::string_view value) {
  name(out, key);
  append_json_string(out, value);
  out += ',';
}

template <class T>
void optional_text(std::string& out, std::string_view key, const T& value) {
  name(out, key);
  if (value) {
    append_json_string(out, *value);
  } else {
    out += "null";
  }
  out += ',';
}

void optional_time(std::string& out, std::string_view key, const std::optional<Time>& value) {
  name(out, key);
  if (value) {
    out += '"';
    events::append_rfc3339(out, *value);
    out += '"';
  } else {
    out += "null";
  }
  out += ',';
}

void flag(std::string& out, std::string_view key, bool value) {
  name(out, key);
  out += value ? "true," : "false,";
}

template <class Items, class Append>
void list(std::string& out, std::string_view key, const Items& items, const Append& append) {
  name(out, key);
  out += '[';
  for (const auto& item : items) {
    append(item);
    out += ',';
  }
  if (out.back() == ',') out.pop_back();
  out += "],";
}

/// 20 as 20, 12.5 as 12.5.
void amount(std::string& out, double value) {
  if (value == std::trunc(value) && std::fabs(value) < 9e15) {
    events::append_json_number(out, static_cast<std::int64_t>(value));
  } else {
    events::append_json_number(out, value);
  }
}

void offer(std::string& out, const rules::Offer* value) {
  name(out, "offer");
  if (value == nullptr) {
    out += "null,";
    return;
  }
  out += '{';
  text(out, "gesture", value->gesture);
  name(out, "amount");
  if (value->amount) {
    amount(out, *value->amount);
  } else {
    out += "null";
  }
  out += ',';
  append_text_or_null(out, "currency", value->currency);
  out += "},";
}

void script_step(std::string& out, const config::Step& step, const Suggestions& standing) {
  out += '{';
  text(out, "step", step.id);
  text(out, "title", step.title);
  std::vector<engine::SuggestionId> by;
  for (const auto& suggestion : standing) {
    const auto& steps = suggestion.steps();
    if (std::find(steps.begin(), steps.end(), step.id) != steps.end())
      by.push_back(suggestion.id());
  }
  flag(out, "suppressed", !by.empty());
  list(out, "by", by, [&](std::string_view id) { append_json_string(out, id); });
  out.back() = '}';
}

/// Lengths that run while the call waits or is on hold.
void running_members(std::string& out, const engine::CallView& call) {
  name(out, "wait_seconds");
  out += format_seconds(call.wait);
  out += ',';
  name(out, "hold_total_seconds");
  out += format_seconds(call.hold_total);
  out += ',';
}

}  // namespace

void append_text_or_null(std::string& out, std::string_view key, std::string_view value) {
  name(out, key);
  if (value.empty()) {
    out += "null";
  } else {
    append_json_string(out, value);
  }
}

void append_suggestion(std::string& out, const engine::Standing& s) {
  out += '{';
  text(out, "id", s.id());
  text(out, "call", s.call);
  text(out, "agent", s.agent);
  text(out, "rule", s.rule());
  text(out, "name", s.name());
  text(out, "kind", rules::name_of(s.kind()));
  text(out, "headline", s.headline());
  optional_text(out, "say", s.say());
  optional_text(out, "because", s.because());
  text(out, "priority", rules::name_of(s.priority()));
  list(out, "steps", s.steps(), [&](const std::string& step) { append_json_string(out, step); });
  offer(out, s.offer());
  optional_text(out, "escalate_to", s.escalate_to());
  optional_text(out, "ask", s.ask());
  optional_text(out, "follow_up", s.follow_up());
  optional_time(out, "raised_at", s.raised_at);
  optional_time(out, "expires_at", s.expires_at());
  out.back() = '}';
}

void append_call_head(std::string& out, const engine::CallView& call, const Suggestions& standing,
                      const std::vector<config::Step>& script) {
  text(out, "id", call.id);
  for (const auto& [key, value] :
       {std::pair<std::string_view, std::string_view>{"customer", call.customer},
        {"queue", call.queue},
        {"channel", call.channel},
        {"step", call.step}}) {
    append_text_or_null(out, key, value);
    out += ',';
  }
  optional_time(out, "started_at", call.started_at);
  optional_time(out, "answered_at", call.answered_at);
  flag(out, "on_hold", call.on_hold);
  flag(out, "waiting", call.waiting);
  optional_time(out, "held_at", call.held_at);
  list(out, "script", script, [&](const config::Step& step) { script_step(out, step, standing); });
}

void append_call(std::string& out, const engine::CallView& call, const Suggestions& standing,
                 const std::vector<config::Step>& script) {
  out += '{';
  append_call_head(out, call, standing, script);
  running_members(out, call);
  list(out, "suggestions", standing,
       [&](const auto& suggestion) { append_suggestion(out, suggestion); });
  out.back() = '}';
}

}  // namespace assist::server

#include "events/write.hpp"
#include "explain/explain.hpp"

namespace assist::explain {
namespace {

using engine::HeldBack;
using engine::Seen;

std::string_view name_of(HeldBack held_back) {
  constexpr std::string_view kNames[] = {"",
                                         "situation",
                                         "share",
                                         "per_call",
                                         "per_customer",
                                         "cooldown",
                                         "admission",
                                         "used_or_dismissed",
                                         "expired",
                                         "expired_or_taken_off",
                                         "no_agent",
                                         "per_agent",
                                         "suppressed",
                                         "group",
                                         "max_visible"};
  return kNames[static_cast<std::size_t>(held_back)];
}

/// Writes objects and lists member after member.
class Json {
 public:
  Json& open(char bracket) {
    comma();
    out_ += bracket;
    first_ = true;
    return *this;
  }
  Json& close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
  }
  Json& name(std::string_view name) {
    comma();
    events::append_json_string(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
  }
  void text(std::string_view text) {
    comma();
    events::append_json_string(out_, text);
  }
  void raw(std::string_view json) {
    comma();
    out_ += json;
  }
  void yes_no(bool yes) { raw(yes ? "true" : "false"); }
  void number(std::size_t n) { raw(std::to_string(n)); }
  void time(Time at) { text(format_rfc3339(at)); }
  void text_or_null(std::string_view value) { value.empty() ? raw("null") : text(value); }
  void time_or_null(const std::optional<Time>& at) { at&&* at != kNever ? time(*at) : raw("null"); }
  std::string take() { return std::move(out_); }

 private:
  void comma() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string out_;
  bool first_ = true;
};

/// As `facts` writes it: lengths in seconds.
void write(Json& json, const Seen& seen) {
  switch (seen.kind) {
    case Seen::Kind::nothing:
    case Seen::Kind::failed:
      return json.raw("null");
    case Seen::Kind::yes_no:
      return json.yes_no(seen.yes);
    case Seen::Kind::number: {
      // "inf" and "nan" are no JSON.
      const bool digits = seen.text.find_first_not_of("0123456789+-.eE") == std::string::npos;
      return digits ? json.raw(seen.text) : json.text(seen.text);
    }
    case Seen::Kind::length:
      return json.raw(format_seconds(seen.length));
    case Seen::Kind::moment:
      return json.time(seen.moment);
    case Seen::Kind::list:
      json.open('[');
      for (const Seen& item : seen.items) write(json, item);
      json.close(']');
      return;
    case Seen::Kind::text:
    case Seen::Kind::other:
      return json.text(seen.text);
  }
}

void write(Json& json, const Line& line) {
  json.open('{').name("op").text(line.op);
  if (!line.source.empty()) json.name("expression").text(line.source);
  if (!line.fact.empty()) json.name("fact").text(line.fact);
  if (!line.test.empty()) json.name("test").text(line.test);
  if (line.op == "leaf") json.name("needs").text(line.needs);
  if (line.value) write(json.name("value"), *line.value);
  json.name("holds");
  line.holds ? json.yes_no(*line.holds) : json.raw("null");
  json.name("wanted").yes_no(line.wanted);
  json.name("fails_first").yes_no(line.fails_first);
  json.name("text").text(line.text);
  if (!line.error.empty()) json.name("error").text(line.error);
  json.name("until").time_or_null(line.until);
  if (line.place.line != 0) {
    json.name("line").number(line.place.line);
    json.name("column").number(line.place.column);
  }
  if (!line.parts.empty()) {
    json.name("parts").open('[');
    for (const Line& part : line.parts) write(json, part);
    json.close(']');
  }
  json.close('}');
}

void write(Json& json, const engine::SeenLimit& limit) {
  constexpr std::string_view kPer[] = {"call", "customer", "agent"};
  json.open('{').name("per").text(kPer[static_cast<std::size_t>(limit.per)]);
  json.name("of").text_or_null(limit.who);
  json.name("count").number(limit.limit.count);
  json.name("within_seconds");
  json.raw(limit.limit.within ? format_seconds(*limit.limit.within) : "null");
  json.name("raised").open('[');
  for (const Time at : limit.raised) json.time(at);
  json.close(']').name("used_up").yes_no(limit.used_up());
  json.close('}');
}

void write(Json& json, const Suggestion& suggestion) {
  json.open('{').name("suggestion").text(suggestion.name);
  json.name("stands").yes_no(suggestion.stands);
  json.name("held_back").text_or_null(name_of(suggestion.held_back));
  json.name("by").text_or_null(suggestion.by);
  json.name("text").text(suggestion.text);
  if (suggestion.shown) {
    const engine::Standing& shown = *suggestion.shown;
    json.name("id").text(shown.id());
    json.name("agent").text(shown.agent);
    json.name("headline").text(shown.headline());
    json.name("raised_at").time(shown.raised_at);
    json.name("expires_at").time_or_null(shown.expires_at());
  }
  json.close('}');
}

void write_timers(Json& json, const engine::SeenRule& seen) {
  json.name("true_since").time_or_null(seen.true_since);
  json.name("for_due").time_or_null(seen.for_due);
  json.name("true_until").time_or_null(seen.true_until);
  json.name("held_since").time_or_null(seen.held_since);
  json.name("keep_until").time_or_null(seen.keep_until);
  json.name("cooldown_until").time_or_null(seen.cooldown_until);
  json.name("active");
  seen.active ? json.yes_no(*seen.active) : json.raw("null");
  json.name("active_until").time_or_null(seen.active_until);
}

void write(Json& json, const Rule& rule) {
  json.open('{').name("rule").text(rule.rule->id);
  json.name("title").text(rule.rule->title);
  json.name("file").text(rule.rule->file);
  json.name("line").number(rule.rule->place.line);
  json.name("mode").text(name_of(rule.rule->mode));
  json.name("state").text(name_of(rule.state));
  json.name("holds").yes_no(rule.seen->holds);
  json.name("condition").yes_no(rule.seen->condition);
  json.name("why").text(rule.why);
  json.name("notes").open('[');
  for (const auto& note : rule.notes) json.text(note);
  json.close(']');
  write_timers(json, *rule.seen);
  json.name("in_share").yes_no(rule.seen->in_share);
  write(json.name("when"), rule.when);
  json.name("unless").open('[');
  for (const Line& line : rule.unless) write(json, line);
  json.close(']').name("limits").open('[');
  for (const auto& limit : rule.seen->limits) write(json, limit);
  json.close(']').name("suggestions").open('[');
  for (const auto& suggestion : rule.suggestions) write(json, suggestion);
  json.close(']').close('}');
}

}  // namespace

std::string to_json(const Report& report) {
  const engine::Inspection& of = *report.of;
  Json json;
  json.open('{').name("call").text(of.call);
  json.name("at").time(of.now);
  json.name("agent").text_or_null(of.agent);
  json.name("queue").text_or_null(of.queue);
  json.name("customer").text_or_null(of.customer);
  json.name("started_at").time(of.started_at);
  json.name("ended_at").time_or_null(report.ended);
  json.name("rules").open('[');
  for (const Rule& rule : report.rules) write(json, rule);
  json.close(']').name("summary").text(report.summary);
  json.close('}');
  return json.take() + "\n";
}

}  // namespace assist::explain

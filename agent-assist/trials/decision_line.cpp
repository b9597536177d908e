#include "trials/decision_line.hpp"

#include "events/write.hpp"

namespace assist::trials {
namespace {

void member(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  events::append_json_string(out, value);
}

void member(std::string& out, std::string_view name, const std::optional<std::string_view>& value) {
  if (value) return member(out, name, *value);
  out += ",\"";
  out += name;
  out += "\":null";
}

void begin(std::string& out, Time at, std::uint64_t seq, std::string_view action) {
  out += "{\"at\":\"";
  events::append_rfc3339(out, at);
  out += "\",\"seq\":";
  out += std::to_string(seq);
  member(out, "action", action);
}

void optional_member(std::string& out, std::string_view name, std::string_view value) {
  member(out, name, value.empty() ? std::nullopt : std::optional(value));
}

/// What the audit knows of a decision and of what was held back alike.
template <class Of>
void end_audit(std::string& out, const Of& of, const EventId* event) {
  optional_member(out, "outranked_by", of.outranked_by);
  member(out, "rules", std::string_view(of.rules->version));
  member(out, "by", name_of(of.by));
  out += ",\"event\":";
  if (event != nullptr) {
    out += "{\"source\":";
    events::append_json_string(out, event->source);
    member(out, "id", std::string_view(event->id));
    out += '}';
  } else {
    out += "null";
  }
  out += "}\n";
}

}  // namespace

void append_audit_line(std::string& out, const engine::Decision& decision, std::uint64_t seq,
                       const EventId* event) {
  append_decision_line(out, decision, seq);
  out.resize(out.size() - std::string_view("}\n").size());
  end_audit(out, decision, event);
}

void append_audit_line(std::string& out, const engine::Withheld& withheld, std::uint64_t seq,
                       const EventId* event) {
  begin(out, withheld.at, seq, "held_back");
  member(out, "call", std::string_view(withheld.call));
  member(out, "agent", std::string_view(withheld.agent));
  optional_member(out, "suggestion", withheld.name);
  member(out, "rule", withheld.rule);
  member(out, "reason", name_of(withheld.why));
  end_audit(out, withheld, event);
}

void append_decision_line(std::string& out, const engine::Decision& decision, std::uint64_t seq) {
  const engine::Standing& s = decision.suggestion;
  begin(out, decision.at, seq, name_of(decision.action));
  member(out, "id", std::string_view(s.id()));
  member(out, "call", std::string_view(s.call));
  member(out, "agent", std::string_view(s.agent));
  member(out, "suggestion", s.name());
  member(out, "rule", s.rule());
  member(out, "kind", rules::name_of(s.kind()));
  member(out, "mode", rules::name_of(s.mode()));
  if (decision.reason == engine::Reason::none) {
    out += ",\"reason\":null";
  } else {
    member(out, "reason", name_of(decision.reason));
  }
  member(out, "headline", s.headline());
  member(out, "say", s.say());
  member(out, "because", s.because());
  out += "}\n";
}

}  // namespace assist::trials

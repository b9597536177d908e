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

void member(std::string& out, std::string_view name, const std::optional<std::string>& value) {
  if (value) return member(out, name, std::string_view(*value));
  out += ",\"";
  out += name;
  out += "\":null";
}

}  // namespace

void append_decision_line(std::string& out, const engine::Decision& decision, std::uint64_t seq) {
  const engine::Standing& s = *decision.suggestion;
  out += "{\"at\":\"";
  events::append_rfc3339(out, decision.at);
  out += "\",\"seq\":";
  out += std::to_string(seq);
  member(out, "action", name_of(decision.action));
  member(out, "id", std::string_view(s.id));
  member(out, "call", std::string_view(s.call));
  member(out, "agent", std::string_view(s.agent));
  member(out, "suggestion", std::string_view(s.name));
  member(out, "rule", std::string_view(s.rule));
  member(out, "kind", rules::name_of(s.kind));
  member(out, "mode", rules::name_of(s.mode));
  if (decision.reason == engine::Reason::none) {
    out += ",\"reason\":null";
  } else {
    member(out, "reason", name_of(decision.reason));
  }
  member(out, "headline", std::string_view(s.headline));
  member(out, "say", s.say);
  member(out, "because", s.because);
  out += "}\n";
}

}  // namespace assist::trials

#include "trials/rule_test_reader.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "cel/nearest.hpp"
#include "events/decode.hpp"
#include "events/write.hpp"
#include "rules/fields.hpp"
#include "rules/wording.hpp"

namespace assist::trials {
namespace {

using rules::Fields;
using rules::in_quotes;
using rules::Reader;
using rules::yaml::Node;

// A Monday, at noon in UTC.
const Time kStart = *parse_rfc3339("2026-01-05T12:00:00Z");

/// `yes`, `no`, `on` and `off`, where a boolean is due.
std::optional<bool> yes_or_no(const Node& node) {
  if (!node.is_plain()) return std::nullopt;
  for (const std::string_view yes : {"yes", "Yes", "YES", "on", "On", "ON"})
    if (node.text == yes) return true;
  for (const std::string_view no : {"no", "No", "NO", "off", "Off", "OFF"})
    if (node.text == no) return false;
  return std::nullopt;
}

/// What stands where a boolean is due, as YAML would write it.
void set_boolean(Node& node) {
  if (const auto value = yes_or_no(node)) node.text = *value ? "true" : "false";
}

/// The data of an event of `type`, with its booleans as such: `resolved`, and attributes that are
/// declared so.
Node with_booleans(Node data, std::string_view type, const rules::LoadOptions& names) {
  const std::string_view subject = type.substr(0, type.find('.'));
  for (auto& entry : data.entries) {
    if (entry.key.text == "resolved") set_boolean(entry.value);
    if (entry.key.text != "attributes") continue;
    for (auto& attribute : entry.value.entries) {
      const bool boolean =
          std::any_of(names.attributes.begin(), names.attributes.end(), [&](const auto& spec) {
            return spec.subject == subject && spec.name == attribute.key.text &&
                   spec.type == facts::FactType::boolean;
          });
      if (boolean) set_boolean(attribute.value);
    }
  }
  return data;
}

/// Whether a part of it was refused as YAML, and told.
bool has_broken(const Node& node) {
  return node.broken || node.incomplete ||
         std::any_of(node.items.begin(), node.items.end(), has_broken) ||
         std::any_of(node.entries.begin(), node.entries.end(),
                     [](const auto& entry) { return has_broken(entry.value); });
}

/// A whole number that no int holds, which is a double in an event. nullopt: it is another form of
/// number, or too large for that as well.
std::optional<double> large_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

/// Data as JSON, by the core schema of YAML. False: a number that JSON cannot hold.
bool append_json(std::string& out, const Node& node, Reader& reader) {
  if (node.is_list()) {
    bool good = true;
    out += '[';
    for (const Node& item : node.items) {
      if (&item != &node.items.front()) out += ',';
      good &= append_json(out, item, reader);
    }
    out += ']';
    return good;
  }
  if (node.is_map()) {
    bool good = true;
    out += '{';
    for (const auto& entry : node.entries) {
      if (&entry != &node.entries.front()) out += ',';
      events::append_json_string(out, entry.key.text);
      out += ':';
      good &= append_json(out, entry.value, reader);
    }
    out += '}';
    return good;
  }
  const rules::yaml::Scalar value = rules::yaml::resolve(node);
  if (std::holds_alternative<rules::yaml::Misfit>(value)) {
    if (const auto number = large_number(node.text)) {
      events::append_json_number(out, *number);
      return true;
    }
    reader.error(node, in_quotes(node.text) + " is not a number that an event can hold.");
    return false;
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    events::append_json_string(out, *text);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    events::append_json_number(out, *whole);
  } else if (const auto* number = std::get_if<double>(&value)) {
    events::append_json_number(out, *number);
  } else if (const auto* yes = std::get_if<bool>(&value)) {
    out += *yes ? "true" : "false";
  } else {
    out += "null";
  }
  return true;
}

class TestReader {
 public:
  TestReader(Reader& reader, const rules::RuleSet* set, const rules::LoadOptions& names)
      : reader_(reader), names_(names), rules_known_(set != nullptr) {
    if (set == nullptr) return;
    for (const rules::Rule& rule : set->rules) {
      situations_.push_back(rule.id);
      for (const rules::Suggestion& s : rule.suggestions) {
        suggestions_.push_back(s.name);
        for (const std::string& step : s.suppress) steps_.insert(step);
      }
    }
    if (names.steps)
      for (const std::string& step : *names.steps) steps_.insert(step);
  }

  RuleTest read(const Node& node) {
    RuleTest out;
    out.offset = node.begin;
    out.start = kStart;
    const std::size_t before = reader_.report().count();
    if (reader_.is_map(node, "A test")) fill(node, out);
    out.broken = reader_.report().count() != before || has_broken(node);
    return out;
  }

 private:
  void fill(const Node& node, RuleTest& out) {
    Fields fields(reader_, node, "a test", {"name", "start", "events", "expect"});
    if (const Node* name = fields.require("name")) read_name(*name, out);
    if (const Node* start = fields.find("start")) read_start(*start, out);
    calls_.clear();
    calls_known_ = true;
    if (const Node* events = fields.find("events"); events != nullptr && events->is_list()) {
      for (const Node& event : events->items) read_event(event, out);
    } else if (events != nullptr) {
      reader_.is_list(*events, "events");
    }
    const Node* expect = fields.require("expect");
    if (expect == nullptr || !reader_.is_list(*expect, "expect")) return;
    for (const Node& expectation : expect->items) read_expectation(expectation, out);
    std::stable_sort(out.expectations.begin(), out.expectations.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
  }

  void read_name(const Node& node, RuleTest& out) {
    out.name = reader_.text(node, "name").value_or("");
    if (out.name.empty()) return;
    const auto [seen, fresh] = names_seen_.try_emplace(out.name, node.begin);
    if (fresh) return;
    reader_.error(node, "There is a test " + in_quotes(out.name) + " already (line " +
                            std::to_string(reader_.source().place(seen->second).line) +
                            "). Each test needs a name of its own.");
  }

  void read_start(const Node& node, RuleTest& out) {
    const auto time = node.is_scalar() ? parse_rfc3339(node.text) : std::nullopt;
    if (!time) {
      reader_.error(node, "\"start\" wants a moment, such as 2026-03-02T09:00:00-07:00.");
      return;
    }
    out.start = *time;
  }

  /// A length of time from the start on; 0s is the start itself.
  std::optional<Duration> read_at(Fields& fields) {
    const Node* at = fields.require("at");
    if (at == nullptr) return std::nullopt;
    if (at->is_scalar() && at->text == "0s") return Duration::zero();
    if (at->is_scalar() && at->text.find_first_not_of("0smhd") == std::string::npos &&
        at->text.starts_with('0')) {
      reader_.error(*at, in_quotes(at->text) + " is not a length of time here. Write 0s.");
      return std::nullopt;
    }
    return reader_.length(*at, "at");
  }

  void read_event(const Node& node, RuleTest& out) {
    if (!reader_.is_map(node, "An event")) return;
    const std::size_t before = reader_.report().count();
    Fields fields(reader_, node, "an event", {"at", "type", "subject", "data", "id", "source"});
    const bool slip = reader_.report().count() != before;  // which may be what it lacks
    const auto at = read_at(fields);
    const Node* type_node = fields.require("type");
    const std::vector<std::string_view> types(std::begin(events::kEventTypeNames),
                                              std::end(events::kEventTypeNames));
    std::optional<std::size_t> type;
    if (type_node != nullptr) type = reader_.choice(*type_node, "type", types);
    const Node* subject_node = fields.require("subject");
    const auto subject =
        subject_node != nullptr ? reader_.text(*subject_node, "subject") : std::nullopt;
    const std::string id = text_or(fields, "id", "event-" + std::to_string(out.events.size() + 1));
    const std::string source = text_or(fields, "source", "rule-test");
    calls_known_ &= subject.has_value();
    if (subject && (!type || types[*type].starts_with("call."))) calls_.insert(*subject);
    if (!at || !type || !subject || slip) return;
    RuleTest::Event event{out.start + *at, {}, node.begin};
    event.json = "{\"specversion\":\"1.0\",\"id\":";
    events::append_json_string(event.json, id);
    event.json += ",\"source\":";
    events::append_json_string(event.json, source);
    event.json += ",\"type\":";
    events::append_json_string(event.json, types[*type]);
    event.json += ",\"subject\":";
    events::append_json_string(event.json, *subject);
    event.json += ",\"time\":\"" + format_rfc3339(event.time) + "\"";
    if (const Node* data = fields.find("data")) {
      check_members(*data, static_cast<events::EventType>(*type));
      event.json += ",\"data\":";
      if (!append_json(event.json, with_booleans(*data, types[*type], names_), reader_)) return;
    }
    event.json += '}';
    out.events.push_back(std::move(event));
  }

  /// A member that is not known is ignored, as in an event; one that is a slip of the keys away
  /// from a known one would make the test mean something else.
  void check_members(const Node& data, events::EventType type) {
    std::vector<std::string_view> known, optional;
    for (const auto& member : events::data_members(type)) {
      known.push_back(member.name);
      // Without one that is required the event is refused, which is told.
      if (!member.required) optional.push_back(member.name);
    }
    for (const auto& entry : data.entries) {
      const Node& key = entry.key;
      if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
      const auto near = cel::nearest_slip(key.text, optional);
      if (near.empty()) continue;
      reader_.error(key, in_quotes(key.text) + " is not a member of " +
                             std::string(events::name_of(type)) + ". Did you mean " +
                             in_quotes(near) + "?");
    }
  }

  std::string text_or(Fields& fields, std::string_view key, std::string otherwise) {
    const Node* node = fields.find(key);
    return node != nullptr ? reader_.text(*node, key).value_or("") : std::move(otherwise);
  }

  void read_expectation(const Node& node, RuleTest& out) {
    if (!reader_.is_map(node, "An expectation")) return;
    const std::size_t before = reader_.report().count();
    Fields fields(reader_, node, "an expectation",
                  {"at", "call", "suggestions", "situations", "suppressed"});
    const bool slip = reader_.report().count() != before;  // which may be what it expects
    RuleTest::Expectation expectation;
    const auto at = read_at(fields);
    const Node* call = fields.require("call");
    const auto id = call != nullptr ? reader_.text(*call, "call") : std::nullopt;
    if (id && calls_known_ && calls_.count(*id) == 0) {
      reader_.error(*call, "There is no call " + in_quotes(*id) +
                               " among the events of this test." +
                               rules::did_you_mean(*id, {calls_.begin(), calls_.end()}));
    }
    expectation.suggestions = names(fields, "suggestions", suggestions_, "a suggestion");
    expectation.situations = names(fields, "situations", situations_, "a rule");
    const std::vector<std::string> steps(steps_.begin(), steps_.end());
    expectation.suppressed = names(fields, "suppressed", steps, "a step that any rule suppresses");
    if (!slip && !fields.key("suggestions") && !fields.key("situations") &&
        !fields.key("suppressed"))
      reader_.error(node, "This expects nothing: name suggestions, situations or suppressed.");
    if (!at || !id) return;
    expectation.at = out.start + *at;
    expectation.call = *id;
    out.expectations.push_back(std::move(expectation));
  }

  /// "sh.a, sh.b": the suggestions of a rule that has several, where only the rule is named.
  static std::string below(const std::string& rule, const std::vector<std::string>& known) {
    std::string out;
    for (const std::string& name : known)
      if (name.starts_with(rule + ".")) out += (out.empty() ? "" : ", ") + name;
    return out;
  }

  /// A list of names, which may be empty: then nothing is expected to be there.
  std::optional<RuleTest::Expectation::Names> names(Fields& fields, std::string_view key,
                                                    const std::vector<std::string>& known,
                                                    std::string_view what) {
    const Node* node = fields.find(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_list()) {
      reader_.is_list(*node, key);
      return std::nullopt;
    }
    RuleTest::Expectation::Names out{{}, node->begin};
    for (const Node& item : node->items) {
      auto name = reader_.text(item, key);
      if (!name) continue;
      if (rules_known_ && std::find(known.begin(), known.end(), *name) == known.end()) {
        const std::string own = below(*name, known);
        reader_.error(item,
                      in_quotes(*name) + " is not the name of " + std::string(what) + "." +
                          (own.empty() ? rules::did_you_mean(*name, {known.begin(), known.end()})
                                       : " The rule of that name has " + own + "."));
      }
      out.names.push_back(std::move(*name));
    }
    std::sort(out.names.begin(), out.names.end());
    out.names.erase(std::unique(out.names.begin(), out.names.end()), out.names.end());
    return out;
  }

  Reader& reader_;
  const rules::LoadOptions& names_;
  bool rules_known_;
  std::vector<std::string> situations_, suggestions_;
  std::set<std::string> steps_;
  std::set<std::string> calls_;
  bool calls_known_ = true;                        // each event of the test says which it is about
  std::map<std::string, std::size_t> names_seen_;  // of tests, and where each stands
};

const Node* at_offset(const Node& node, std::size_t offset) {
  if (node.is_map() && node.begin == offset) return &node;
  for (const Node& item : node.items)
    if (const Node* found = at_offset(item, offset)) return found;
  for (const auto& entry : node.entries)
    if (const Node* found = at_offset(entry.value, offset)) return found;
  return nullptr;
}

const Node* child(const Node& node, std::string_view name) {
  for (const auto& entry : node.entries)
    if (entry.key.text == name) return &entry.value;
  std::size_t index = 0;
  for (const Node& item : node.items)
    if (std::to_string(index++) == name) return &item;
  return nullptr;
}

}  // namespace

std::optional<std::vector<RuleTest>> read_rule_tests(Reader& reader, const Node& root,
                                                     const rules::RuleSet* rules,
                                                     const rules::LoadOptions& names) {
  if (!root.is_map()) {
    reader.error(root, "A file of tests holds \"tests:\" with a list of tests below it.");
    return std::nullopt;
  }
  Fields fields(reader, root, "a file of tests", {"tests"});
  const Node* tests = fields.require("tests");
  if (tests == nullptr || !reader.is_list(*tests, "tests")) return std::nullopt;
  TestReader test_reader(reader, rules, names);
  std::vector<RuleTest> out;
  for (const Node& test : tests->items) out.push_back(test_reader.read(test));
  return out;
}

std::size_t find_member(const Node& root, std::size_t event, std::string_view pointer) {
  const Node* node = at_offset(root, event);
  std::size_t found = event;
  while (node != nullptr && pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    node = child(*node, pointer.substr(0, end));
    pointer.remove_prefix(end);
    if (node != nullptr) found = node->begin;
  }
  return found;
}

}  // namespace assist::trials

#include "rules/condition.hpp"

#include <algorithm>

#include "cel/text.hpp"
#include "facts/vocabulary.hpp"
#include "rules/key_slips.hpp"
#include "rules/pieces.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;
using Op = Condition::Op;

struct Group {
  std::string_view key;
  Op op;
};
constexpr Group kGroups[] = {{"all", Op::all}, {"any", Op::any}, {"none", Op::none}};

const Group* group_of(std::string_view key) {
  for (const Group& group : kGroups)
    if (group.key == key) return &group;
  return nullptr;
}

/// `a && b && ...`, as a balanced tree: a list of a thousand is ten deep.
std::string join(const std::vector<Condition>& parts, std::size_t begin, std::size_t end,
                 std::string_view op) {
  if (end - begin == 1) return "(" + parts[begin].source + ")";
  const std::size_t middle = begin + (end - begin) / 2;
  std::string out = "(" + join(parts, begin, middle, op);
  out += op;
  return out + join(parts, middle, end, op) + ")";
}

void set_source(Condition& condition) {
  const auto& parts = condition.parts;
  if (parts.empty()) return;
  const std::string_view op = condition.op == Op::all ? " && " : " || ";
  condition.source = (condition.op == Op::none ? "!" : "") + join(parts, 0, parts.size(), op);
}

/// Leaves that stand in quotes or in a block, or lack the space behind their colon: what to do
/// about it. "": the text is not of that kind.
std::string leaf_as_text(const Node& node) {
  const std::string_view text = node.text;
  if (node.is_plain()) return missing_space(text);
  const std::size_t last = text.find_last_not_of(" \t\n");
  const bool braces = text.starts_with('{') && text[last] == '}' && text.find("==") == text.npos &&
                      text.find("!=") == text.npos && text.find(" in ") == text.npos;
  const std::size_t colon = text.find_first_of(": ?\"'(");
  const bool key = colon != text.npos && colon > 0 && text.substr(colon).starts_with(": ");
  if (!braces && !key) return "";
  const bool quoted =
      node.style == yaml::Style::single_quoted || node.style == yaml::Style::double_quoted;
  return "This is a fact with a test, not an expression: take the " +
         std::string(quoted ? "quotes" : "| or > before it") + " away.";
}

std::optional<Condition> read_expression(Reader& reader, const Node& node, const Names& names) {
  if (!node.missing && node.text.find_first_not_of(" \t\n") == std::string::npos) {
    reader.error(node, "This condition is empty.");
    return std::nullopt;
  }
  const yaml::Scalar value = yaml::resolve(node);
  if (node.is_plain() && !std::holds_alternative<std::string_view>(value) &&
      !std::holds_alternative<bool>(value) && !node.missing) {
    reader.error(node,
                 "A condition is an expression such as call.hold > minutes(2), or facts with "
                 "tests; " +
                     in_quotes(node.text) + " is none.");
    return std::nullopt;
  }
  const auto text = reader.text(node, "a condition");
  if (!text) return std::nullopt;
  if (text->starts_with("${") || text->starts_with("{{")) {
    const bool ours = text->starts_with("${");
    reader.error(node, ours ? "A condition is written without ${ }: that is for texts."
                            : "A condition is written without {{ }}.");
    return std::nullopt;
  }
  if (std::string advice = leaf_as_text(node); !advice.empty()) {
    reader.error(node, std::move(advice));
    return std::nullopt;
  }
  cel::CompileOptions options;
  options.expected_result = cel::Type::boolean();
  options.refuse_changes_every_moment = true;
  if (!compile_in_file(reader, node, 0, text->size(), names, options)) return std::nullopt;
  Condition out;
  out.op = Op::expression;
  out.source = *text;
  out.place = reader.source().place(node.begin);
  return out;
}

std::optional<Condition> read_group(Reader& reader, const yaml::Entry& entry, const Group& group,
                                    const Names& names) {
  if (entry.value.broken) return std::nullopt;
  if (yaml::is_null(entry.value)) {
    reader.error(entry.key, in_quotes(group.key) + " wants a list of conditions.");
    return std::nullopt;
  }
  if (!reader.is_list(entry.value, group.key)) {
    look_inside(reader, entry.value, names);
    return std::nullopt;
  }
  Condition out;
  out.op = group.op;
  out.place = reader.source().place(entry.key.begin);
  for (const Node& item : entry.value.items)
    if (auto part = read_condition(reader, item, names)) out.parts.push_back(std::move(*part));
  if (out.parts.size() != entry.value.items.size()) return std::nullopt;
  set_source(out);
  return out;
}

std::optional<Condition> read_leaves(Reader& reader, const Node& map, const Names& names) {
  Condition out;
  out.op = Op::all;
  out.place = reader.source().place(map.begin);
  for (const yaml::Entry& entry : map.entries)
    if (auto part = read_leaf(reader, entry, names)) {
      set_source(*part);
      out.parts.push_back(std::move(*part));
    }
  if (out.parts.size() != map.entries.size()) return std::nullopt;
  if (out.parts.size() == 1) return std::move(out.parts[0]);
  set_source(out);
  return out;
}

/// Whether `key` can only belong to the value of `above`, of a group, a fact or a word for events.
bool belongs_below(std::string_view key, std::string_view above) {
  if (group_of(above) != nullptr) return group_of(key) == nullptr;
  return is_test(key) || key == "within" || key == "type";
}

/// Told: a key without a value, and its value below it, indented as the key is.
bool is_value_outdented(Reader& reader, const Node& map) {
  for (std::size_t i = 1; i < map.entries.size(); ++i) {
    const yaml::Entry& above = map.entries[i - 1];
    const Node& key = map.entries[i].key;
    if (!above.value.missing || above.value.broken || !belongs_below(key.text, above.key.text))
      continue;
    reader.error(key, indent_below(above.key.text));
    return true;
  }
  return false;
}

/// Each entry that cannot stand beside the first is told.
bool is_one_form(Reader& reader, const Node& map) {
  const bool group = group_of(map.entries[0].key.text) != nullptr;
  bool good = true;
  for (std::size_t i = 1; i < map.entries.size(); ++i) {
    const Node& key = map.entries[i].key;
    if (!group && group_of(key.text) == nullptr) continue;
    if (key.text == map.entries[0].key.text) continue;  // a duplicate: told already
    good = false;
    if (!where_it_belongs(key.text, "a condition").empty()) continue;  // told where it is read
    reader.error(key, in_quotes(key.text) + " cannot stand beside " +
                          in_quotes(map.entries[0].key.text) +
                          ": a map holds one of all, any and none, or facts only. Put both in a "
                          "list under \"all\".");
  }
  return good;
}

/// The name at `begin`, with dashes.
std::string_view name_at(std::string_view source, std::size_t begin) {
  std::size_t end = begin;
  while (end < source.size() && (is_word(source[end]) || source[end] == '-')) ++end;
  return source.substr(begin, end - begin);
}

/// `call.attributes.a-b`, which is read as a difference, with `at` at `b`: how it is written. "":
/// it is none.
std::string dashed_attribute(std::string_view source, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && (is_word(source[begin - 1]) || source[begin - 1] == '-')) --begin;
  const std::string_view name = name_at(source, begin);
  constexpr std::string_view kAttributes = "call.attributes.";
  if (begin == at || name.find('-') == name.npos || !source.substr(0, begin).ends_with(kAttributes))
    return "";
  return "A name with a dash is written call.attributes[" + cel_text(name) + "].";
}

/// What is said of an expression that names a situation which is none; `at` is at its id. "": it
/// does not name one, or one that is known.
std::string unknown_situation(std::string_view source, std::size_t at, const Names& names) {
  const std::string_view id = name_at(source, at);
  if (!source.substr(0, at).ends_with("situation.") || id.empty() || names.is_rule(id)) return "";
  return in_quotes("situation." + std::string(id)) + " is not known: no rule has the id " +
         in_quotes(id) + ".";
}

/// The rule `a-b` of `situation.a-b`, which is read as a difference; `at` is at `a`.
std::string_view dashed_situation(std::string_view source, std::size_t at, const Names& names) {
  if (!source.substr(0, at).ends_with("situation.")) return {};
  const std::string_view id = name_at(source, at);
  return id.find('-') != std::string_view::npos && names.is_rule(id) ? id : std::string_view();
}

/// Names of rules and lists may stand in any file.
ErrorKind kind_of(const cel::Problem& problem) {
  const std::string_view name = problem.unknown_name;
  return name.starts_with("situation.") || name.starts_with("lists.") ? ErrorKind::unknown_name
                                                                      : ErrorKind::of_file;
}

struct Told {
  std::string text;
  std::size_t at;    // in the source
  std::size_t past;  // problems before it are told with this one; 0: no others
  ErrorKind kind;
};

/// A problem of an expression, in the words of rule files where it is about a name of theirs.
Told as_rules_tell(const cel::Problem& problem, std::string_view source, const Names& names) {
  const std::size_t at = problem.begin;
  if (const auto id = dashed_situation(source, at, names); !id.empty())
    return {"A name with a dash is written situation[" + cel_text(id) + "].", at, at + id.size(),
            ErrorKind::of_file};
  if (std::string dashed = dashed_attribute(source, at); !dashed.empty())
    return {std::move(dashed), at, 0, kind_of(problem)};
  if (const std::string unknown = unknown_situation(source, at, names); !unknown.empty()) {
    const std::size_t meant = problem.text.find(" Did you mean");
    return {unknown + (meant != std::string::npos ? problem.text.substr(meant) : ""), at,
            at + name_at(source, at).size(), ErrorKind::unknown_name};
  }
  constexpr std::string_view kLists = "lists.";
  if (names.lists.empty() && source.substr(at).starts_with(kLists)) {
    const std::size_t name = at + kLists.size();
    return {in_quotes("lists." + std::string(name_at(source, name))) +
                " is not a known list: none is declared. Write one under \"lists:\".",
            name, 0, ErrorKind::unknown_name};
  }
  return {problem.text, at, 0, kind_of(problem)};
}

void read_entry(Reader& reader, const yaml::Entry& entry, const Names& names) {
  if (const Group* group = group_of(entry.key.text)) {
    read_group(reader, entry, *group, names);
  } else {
    read_leaf(reader, entry, names);
  }
}

}  // namespace

std::string_view group_meant_by(std::string_view key) {
  return key == "and" ? "all" : key == "or" ? "any" : key == "not" ? "none" : "";
}

void look_inside(Reader& reader, const Node& node, const Names& names) {
  for (const Node& item : node.items) read_condition(reader, item, names);
  std::set<std::string_view> keys;  // of duplicates, which were told, the first is looked at
  for (const yaml::Entry& entry : node.entries)
    if (keys.insert(entry.key.text).second) read_entry(reader, entry, names);
  // With a comma it may be meant as several.
  if (node.is_scalar() && !yaml::is_null(node) && node.text.find(',') == std::string::npos)
    read_condition(reader, node, names);
}

std::string undeclared(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string near = did_you_mean(name, known);
  return " is not a declared attribute." +
         (near.empty() ? " Declare it in config/attributes.yaml, or write \"attributes: open\" in "
                         "config/agent-assist.yaml."
                       : near);
}

std::string cel_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", code);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::optional<cel::Program> compile_in_file(Reader& reader, const Node& node, std::size_t begin,
                                            std::size_t end, const Names& names,
                                            const cel::CompileOptions& options) {
  if (reader.is_told(node)) return std::nullopt;
  const std::string_view source = std::string_view(node.text).substr(begin, end - begin);
  cel::CompileOptions suggesting = options;
  suggesting.suggest_names = reader.report().may_look_at_names();
  auto result = cel::compile(source, names.env, suggesting);
  if (const auto* problems = std::get_if<std::vector<cel::Problem>>(&result)) {
    reader.report().looked_at_names(problems->size() * names.rules.size());
    std::size_t told = 0;  // up to here
    for (const cel::Problem& problem : *problems) {
      if (problem.begin < told) continue;
      auto [text, at, past, kind] = as_rules_tell(problem, source, names);
      told = std::max(told, past);
      if (node.cut != 0) {
        text +=
            " (YAML ends this text at \" #\": put it in quotes, or a space behind the # of a "
            "comment.)";
      }
      if (source.substr(0, at).ends_with("lists.")) {
        reader.report().add_once(node.in_file(begin + at), text, kind);
      } else {
        reader.error(node.in_file(begin + at), std::move(text), kind);
      }
    }
    return std::nullopt;
  }
  const bool condition = options.expected_result.has_value();
  if (!check_expression(reader, source, node, begin, names, condition)) return std::nullopt;
  return std::get<cel::Program>(std::move(result));
}

std::optional<cel::Program> compile_whole(Reader& reader, const Node& at,
                                          const Condition& condition, const Names& names) {
  cel::CompileOptions options;
  options.expected_result = cel::Type::boolean();
  options.refuse_changes_every_moment = true;
  options.limits.source_bytes *= 10;
  options.limits.depth *= 4;
  options.limits.nodes *= 4;
  auto result = cel::compile(condition.source, names.env, options);
  if (auto* program = std::get_if<cel::Program>(&result)) return std::move(*program);
  const auto& problems = std::get<std::vector<cel::Problem>>(result);
  reader.error(at, "This condition cannot be used as a whole: " +
                       (problems.empty() ? std::string("it is too large.") : problems[0].text));
  return std::nullopt;
}

std::optional<Condition> read_condition(Reader& reader, const Node& node, const Names& names) {
  if (node.broken && node.entries.empty()) return std::nullopt;
  if (node.is_scalar()) return read_expression(reader, node, names);
  if (node.is_list()) {
    reader.error(node,
                 "A condition is an expression, facts with tests, or one of all, any and none with "
                 "a list. Put \"all:\" or \"any:\" before this list.");
    look_inside(reader, node, names);
    return std::nullopt;
  }
  if (node.entries.empty()) {
    if (!node.incomplete) reader.error(node, "This condition is empty.");
    return std::nullopt;
  }
  if (is_value_outdented(reader, node)) return std::nullopt;
  if (!is_one_form(reader, node)) {
    look_inside(reader, node, names);
    return std::nullopt;
  }
  const yaml::Entry& first = node.entries[0];
  const Group* group = group_of(first.key.text);
  auto out = group != nullptr ? read_group(reader, first, *group, names)
                              : read_leaves(reader, node, names);
  return !node.broken && !node.incomplete ? std::move(out) : std::nullopt;
}

std::vector<RuleIndex> situations_read(const cel::Program& program) {
  std::vector<RuleIndex> out;
  for (const std::uint32_t slot : program.reads())
    if (slot >= facts::kSituationSlots && slot < facts::kListSlots)
      out.push_back(slot - facts::kSituationSlots);
  return out;
}

}  // namespace assist::rules

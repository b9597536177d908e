#include "rules/rule_reader.hpp"

#include <charconv>
#include <cmath>

#include "rules/fields.hpp"
#include "rules/idle.hpp"
#include "rules/vacuous.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

const std::vector<std::string_view> kRuleKeys = {
    "id",    "title", "when",  "unless", "for",  "keep_for", "cooldown", "limit",
    "again", "mode",  "share", "active", "tags", "owner",    "suggest"};

/// Reads `20%` as calls in a million.
std::optional<std::uint32_t> share(Reader& reader, const Node& node) {
  const auto refuse = [&](std::string why) -> std::optional<std::uint32_t> {
    reader.error(node, std::move(why));
    return std::nullopt;
  };
  constexpr std::string_view kAdvice = " is not a share of calls. Write 20% or 0.5%.";
  if (!node.is_scalar()) return refuse("\"share\" wants a percentage, such as 20%.");
  std::string_view text = node.text;
  const bool digits = !text.empty() && text[0] >= '0' && text[0] <= '9';
  if (!text.ends_with('%') || !digits) return refuse(in_quotes(text) + std::string(kAdvice));
  text.remove_suffix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size())
    return refuse(in_quotes(node.text) + std::string(kAdvice));
  if (value > 100) return refuse(in_quotes(node.text) + " is more than all calls (100%).");
  return static_cast<std::uint32_t>(std::llround(value * 10'000));
}

std::optional<Limit> limit(Reader& reader, const Node& node, std::string_view name) {
  Limit out;
  if (!node.is_map()) {
    const auto count = reader.count(node, name);
    if (!count) return std::nullopt;
    out.count = *count;
    return out;
  }
  Fields fields(reader, node, name, {"count", "within"});
  const Node* count_node = fields.require("count");
  const Node* within_node = fields.find("within");
  const auto count = count_node != nullptr ? reader.count(*count_node, "count") : std::nullopt;
  const auto within =
      within_node != nullptr ? reader.length(*within_node, "within") : std::optional<Duration>();
  if (!count || (within_node != nullptr && !within)) return std::nullopt;
  out.count = *count;
  out.within = within;
  return out;
}

void limits(Reader& reader, const Node& node, Rule& rule) {
  if (const auto count = node.is_scalar() ? yaml::resolve(node) : yaml::Scalar();
      std::holds_alternative<std::int64_t>(count)) {
    reader.error(node,
                 "\"limit\" names what it limits. Write limit: {per_call: " + node.text + "}.");
    return;
  }
  if (!reader.is_map(node, "limit")) return;
  Fields fields(reader, node, "limit", {"per_call", "per_customer", "per_agent"});
  if (node.entries.empty()) reader.error(node, "\"limit\" names no limit.");
  if (const Node* value = fields.find("per_call"))
    rule.per_call = limit(reader, *value, "per_call");
  if (const Node* value = fields.find("per_customer"))
    rule.per_customer = limit(reader, *value, "per_customer");
  if (const Node* value = fields.find("per_agent"))
    rule.per_agent = limit(reader, *value, "per_agent");
}

/// False: there is no `when` to work with; why was told.
bool conditions(Reader& reader, Fields& fields, Rule& rule, const Names& names) {
  bool good = false;
  const auto take = [&](const Node& node) -> std::optional<cel::Program> {
    auto condition = read_condition(reader, node, names);
    if (!condition) return std::nullopt;
    auto program = compile_whole(reader, node, *condition, names);
    auto tree = std::make_shared<const Condition>(std::move(*condition));
    if (!rule.when_tree) {
      rule.when_tree = std::move(tree);
    } else {
      rule.unless_trees.push_back(std::move(tree));
    }
    return program;
  };
  if (const Node* when = fields.require("when")) {
    if (auto program = take(*when)) {
      rule.when = std::move(*program);
      good = true;
    }
  }
  const Node* unless = fields.find("unless");
  if (unless == nullptr) {
    if (good) warn_of_vacuous(reader, *fields.find("when"), nullptr, rule, names);
    return good;
  }
  if (!unless->is_list() && !unless->broken) {
    reader.error(*unless, "\"unless\" is a list of conditions: put a dash before each.");
    look_inside(reader, *unless, names);
    return false;
  }
  if (!reader.is_list(*unless, "unless")) return false;
  if (!rule.when_tree) rule.when_tree = std::make_shared<const Condition>();
  for (const Node& item : unless->items)
    if (auto program = take(item)) rule.unless.push_back(std::move(*program));
  if (!good || rule.unless.size() != unless->items.size()) return false;
  warn_of_vacuous(reader, *fields.find("when"), unless, rule, names);
  return true;
}

void lengths(Reader& reader, Fields& fields, Rule& rule) {
  const auto read = [&](std::string_view key) -> std::optional<Duration> {
    const Node* node = fields.find(key);
    return node != nullptr ? reader.length(*node, key) : std::nullopt;
  };
  rule.for_ = read("for").value_or(Duration::zero());
  rule.keep_for = read("keep_for").value_or(Duration::zero());
  rule.cooldown = read("cooldown");
}

void options(Reader& reader, Fields& fields, Rule& rule) {
  if (const Node* node = fields.find("limit")) limits(reader, *node, rule);
  if (const Node* node = fields.find("again"))
    rule.again = reader.yes_no(*node, "again").value_or(false);
  if (const Node* node = fields.find("mode")) {
    const auto mode = reader.choice(*node, "mode", {"live", "shadow", "off"});
    rule.mode = static_cast<Mode>(mode.value_or(0));
  }
  if (const Node* node = fields.find("share")) rule.share_ppm = share(reader, *node).value_or(0);
  if (const Node* node = fields.find("tags"))
    rule.tags = reader.texts(*node, "tags").value_or(std::vector<std::string>());
  if (const Node* node = fields.find("owner"))
    rule.owner = reader.text(*node, "owner").value_or("");
  if (const Node* node = fields.find("title"))
    rule.title = reader.text(*node, "title").value_or("");
}

void collect_reads(Rule& rule) {
  std::set<RuleIndex> situations;
  const auto add = [&](const cel::Program& program) {
    rule.reads |= facts::facts_read(program);
    for (const RuleIndex other : situations_read(program)) situations.insert(other);
  };
  add(rule.when);
  for (const cel::Program& program : rule.unless) add(program);
  rule.situations.assign(situations.begin(), situations.end());
}

}  // namespace

std::optional<Rule> read_rule(Reader& reader, const Node& node, const Names& names) {
  if (!reader.is_map(node, "A rule")) return std::nullopt;
  const std::size_t before = reader.report().count();
  Fields fields(reader, node, "a rule", kRuleKeys);
  Rule rule;
  if (const Node* id = fields.require("id")) {
    rule.id = reader.id(*id, "id").value_or("");
    rule.place = reader.source().place(id->begin);
  }
  if (fields.key("title") == nullptr) fields.require("title");
  const bool decidable = conditions(reader, fields, rule, names);
  lengths(reader, fields, rule);
  options(reader, fields, rule);
  std::string active;
  if (const Node* value = fields.find("active")) {
    rule.active = read_active(reader, *value);
    if (rule.active) active = describe(rule.active->spec());
  }
  if (const Node* value = fields.find("suggest")) read_suggestions(reader, *value, rule, names);
  if (!decidable || reader.report().count() != before) return std::nullopt;
  // Of what cannot be read all, nobody knows what it lacks.
  if (!node.broken && !node.incomplete) warn_of_idle_keys(reader, fields, rule);
  collect_reads(rule);
  rule.fingerprint = fingerprint(rule, names, active);
  return rule;
}

}  // namespace assist::rules

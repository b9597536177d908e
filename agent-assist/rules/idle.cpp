#include "rules/idle.hpp"

#include "rules/fields.hpp"
#include "rules/pieces.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

/// Where an expression names the situation, in its bytes.
std::vector<std::size_t> places_of(std::string_view source, std::string_view id) {
  std::vector<std::size_t> out;
  const auto pieces = pieces_of(source);
  for (std::size_t i = 0; i + 2 < pieces.size(); ++i) {
    if (pieces[i].word != "situation") continue;
    const bool dotted = pieces[i + 1].sign == '.' && pieces[i + 2].word == id;
    const bool indexed = pieces[i + 1].sign == '[' && pieces[i + 2].text == id;
    if (dotted || indexed) out.push_back(pieces[i + 2].begin);
  }
  return out;
}

class Places {
 public:
  Places(Reader& reader, const Node& node, std::string_view id)
      : reader_(reader), node_(node), id_(id) {}

  void warn_in(const Condition& condition) {
    for (const Condition& part : condition.parts) warn_in(part);
    const std::size_t begin = reader_.source().offset(condition.place);
    if (condition.op == Condition::Op::leaf && condition.fact == "situation." + std::string(id_))
      warn(begin);
    if (condition.op != Condition::Op::expression) return;
    const Node* const node = yaml::scalar_at(node_, begin);
    for (const std::size_t place : places_of(condition.source, id_))
      warn(node != nullptr ? node->in_file(place) : begin);
  }

 private:
  void warn(std::size_t offset) {
    reader_.report().warn(offset, "The rule " + in_quotes(id_) +
                                      " is off (\"mode: off\"): its situation never holds.");
  }

  Reader& reader_;
  const Node& node_;
  std::string_view id_;
};

}  // namespace

void warn_of_idle_keys(Reader& reader, Fields& fields, const Rule& rule) {
  const Node* const share = fields.key("share") != nullptr ? fields.find("share") : nullptr;
  if (share != nullptr && rule.share_ppm == 0)
    reader.warn(*share, in_quotes(share->text) +
                            " of calls is none: this rule never suggests anything. To switch it "
                            "off write mode: off.");
  if (!rule.suggestions.empty()) return;
  for (const std::string_view key : {"limit", "cooldown", "again", "share"})
    if (const Node* const found = fields.key(key))
      reader.warn(*found, in_quotes(key) +
                              " is about suggestions, and this rule has none: its situation holds "
                              "as without it.");
  if (rule.mode == Mode::shadow)
    reader.warn(*fields.key("mode"),
                "\"mode: shadow\" keeps suggestions off the screen, and this rule has none: other "
                "rules see its situation as without it.");
}

void warn_of_situations_off(Reader& reader, const Node& node, const Rule& rule,
                            const std::vector<std::optional<Rule>>& rules) {
  for (const RuleIndex other : rule.situations) {
    if (!rules[other] || rules[other]->mode != Mode::off) continue;
    Places places(reader, node, rules[other]->id);
    places.warn_in(*rule.when_tree);
    for (const auto& tree : rule.unless_trees) places.warn_in(*tree);
  }
}

}  // namespace assist::rules

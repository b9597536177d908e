#include "rules/vacuous.hpp"

#include <algorithm>
#include <map>

#include "cel/nearest.hpp"
#include "rules/claims.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;
using Is = Claim::Is;
using Op = Condition::Op;

constexpr std::size_t kMostClaims = 2000;  // of a rule: each is held against each

/// On one line, with one blank where there are several.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank || (!out.empty() && out.back() != ' ')) out += blank ? ' ' : c;
  }
  return out;
}

/// A plain leaf as its file has it: `call.queue: {is_not: billing}`.
std::string as_written(const Condition& leaf) {
  const bool is_short = leaf.test.empty() || leaf.test == "is" ||
                        (leaf.test == "one_of" && leaf.value.starts_with('['));
  return leaf.fact + ": " + (is_short ? leaf.value : "{" + leaf.test + ": " + leaf.value + "}");
}

/// `["a", "b"]`, or as a list of a file: `[a, b]`.
std::string list_of(const Claim& a, const Claim& b) {
  std::string out;
  for (const Claim* claim : {&a, &b})
    for (const LiteralValue& value : claim->values)
      out += (out.empty() ? "" : ", ") +
             (a.plain && is_id(value.text) ? value.text : cel_text(value.text));
  return "[" + out + "]";
}

/// Texts, of which none is empty: that is asked for with `known: no`.
bool names_texts(const Claim& claim, Is is) {
  return claim.is == is && std::all_of(claim.values.begin(), claim.values.end(), [](const auto& v) {
           return v.kind == Literal::Kind::text && !v.text.empty();
         });
}

Said said_of(const Claim& claim) { return Said{Said::Kind::claim, {}, claim}; }

/// Whether one of two claims that are never both so always is, or they ask for what is not there.
bool is_contrary(const Claim& a, const Claim& b) {
  const auto is_empty = [](const Claim& c) {
    return !c.values.empty() && c.values[0].kind == Literal::Kind::text &&
           !names_texts(c, Is::among);
  };
  return is_empty(a) || is_empty(b) ||
         contradiction_in(negated(said_of(a)), {negated(said_of(b)).claim}).has_value();
}

/// Whether it wants a length that runs to be exactly so long, which it is for an instant. 0s is no
/// instant: that of a hold that has not begun.
bool is_instant(const Claim& claim) {
  constexpr std::string_view kRunning[] = {"call.age", "call.wait", "call.talk", "call.hold",
                                           "call.hold_total"};
  const bool runs =
      std::find(std::begin(kRunning), std::end(kRunning), claim.subject) != std::end(kRunning);
  return runs && (claim.is == Is::among || claim.is == Is::not_among) &&
         std::none_of(claim.values.begin(), claim.values.end(),
                      [](const LiteralValue& value) { return value.number == 0; });
}

/// The direction that a word is a slip of, or another word for. "": of none.
std::string_view direction_meant_by(std::string_view word) {
  if (word == "inbound" || word == "outbound") return "";
  if (word == "incoming" || word == "in") return "inbound";
  if (word == "outgoing" || word == "out") return "outbound";
  return cel::nearest_slip(word, {"inbound", "outbound"});
}

class Checker {
 public:
  Checker(Reader& reader, const Names& names) : reader_(reader), names_(names) {}

  void check(const Node& when, const Node* unless, const Rule& rule) {
    root_ = &when;
    std::vector<Claim> context;
    walk(*rule.when_tree, context);
    const std::size_t told = told_;
    for (std::size_t i = 0; i < rule.unless_trees.size(); ++i) {
      root_ = &unless->items[i];
      std::vector<Claim> own;
      walk(*rule.unless_trees[i], own);
      if (told_ != told || claims_ > kMostClaims) return;
      const auto found = contradiction_in(negated(said(*rule.unless_trees[i])), context);
      if (found && found->other) tell_unless(*rule.unless_trees[i], *found);
    }
  }

 private:
  // What it says.

  Said said(const Condition& condition) {
    if (condition.op == Op::leaf || condition.op == Op::expression) return said_alone(condition);
    Said out;
    out.kind = condition.op == Op::all ? Said::Kind::all : Said::Kind::any;
    for (const Condition& part : condition.parts) {
      Said inner = said(part);
      if (inner.kind != out.kind) {
        out.parts.push_back(std::move(inner));
      } else {
        for (Said& one : inner.parts) out.parts.push_back(std::move(one));
      }
    }
    return condition.op == Op::none ? negated(out) : out;
  }

  /// Of a leaf or an expression.
  const Said& said_alone(const Condition& condition) {
    const auto [found, fresh] = alone_.try_emplace(&condition);
    Said& out = found->second;
    if (!fresh) return out;
    const bool leaf = condition.op == Op::leaf;
    const std::size_t begin = reader_.source().offset(condition.place);
    out = said_by(condition.source, names_);
    claims_ += label(out, condition, begin, leaf ? nullptr : yaml::scalar_at(*root_, begin));
    return out;
  }

  /// Gives claims their place and words in the file. How many there are.
  static std::size_t label(Said& said, const Condition& of, std::size_t begin, const Node* node) {
    if (said.kind == Said::Kind::claim) {
      said.claim.plain = of.op == Op::leaf;
      if (said.claim.plain) {
        said.claim.text = as_written(of);
        said.claim.denied = false;
      }
      said.claim.offset = node != nullptr ? node->in_file(said.claim.offset) : begin;
      return 1;
    }
    std::size_t count = 0;
    for (Said& part : said.parts) count += label(part, of, begin, node);
    return count;
  }

  // What is wrong with it.

  /// Tells what can never hold beside `context`, which is added to, or always does.
  void walk(const Condition& condition, std::vector<Claim>& context) {
    if (condition.op == Op::all) {
      for (const Condition& part : condition.parts)
        if (part.op != Op::any) walk(part, context);
      for (const Condition& part : condition.parts)
        if (part.op == Op::any) walk(part, context);
      return;
    }
    if (condition.op == Op::leaf || condition.op == Op::expression) {
      const Said& alone = said_alone(condition);
      if (claims_ > kMostClaims) return;
      tell_instants(alone);
      tell_directions(alone);
      tell(alone, context, condition.op == Op::expression);
      add(alone, context);
      return;
    }
    const Said whole = said(condition);
    if (claims_ > kMostClaims) return;
    const std::size_t before = told_;
    for (const Condition& part : condition.parts) {
      std::vector<Claim> own;
      if (condition.op == Op::any) own = context;
      walk(part, own);
    }
    if (told_ != before) return;
    if (condition.op == Op::any) {
      tell_always(whole);
    } else {
      if (const auto found = contradiction_in(whole, context)) tell_never(*found);
      add(whole, context);
    }
  }

  /// `inside`: what stands between `||` is told as well.
  void tell(const Said& said, const std::vector<Claim>& context, bool inside) {
    const bool one_by_one = inside && said.kind == Said::Kind::any;
    if (const auto found = one_by_one ? std::nullopt : contradiction_in(said, context))
      return tell_never(*found);
    tell_always(said);
    if (!inside) return;
    std::vector<Claim> here = context;
    add(said, here);
    for (const Said& part : said.parts) {
      if (said.kind == Said::Kind::all && part.kind == Said::Kind::claim) {
        tell_always(part);
      } else {
        tell(part, here, true);
      }
    }
  }

  static void add(const Said& said, std::vector<Claim>& context) {
    if (said.kind == Said::Kind::claim) context.push_back(said.claim);
    if (said.kind == Said::Kind::all)
      for (const Said& part : said.parts)
        if (part.kind == Said::Kind::claim) context.push_back(part.claim);
  }

  void warn(std::size_t offset, std::string text) {
    ++told_;
    reader_.report().warn(offset, std::move(text));
  }

  std::string quoted(const Claim& claim) const {
    return (claim.denied ? "not " : "") + in_quotes(on_one_line(claim.text));
  }

  /// ` (line 5)`, where what is told at `offset` stands in another one.
  std::string line(const Claim& claim, std::size_t offset) const {
    const auto line = reader_.source().place(claim.offset).line;
    return line == reader_.source().place(offset).line ? ""
                                                       : " (line " + std::to_string(line) + ")";
  }

  void tell_never(const Contradiction& found) {
    const Claim& claim = found.claim;
    if (!found.other)
      return warn(claim.offset,
                  (claim.denied ? "This always holds, and must not: " : "This never holds: ") +
                      limits_in_words(claim) + ".");
    const Claim& other = *found.other;
    std::string text = "Nothing is ever both: " + quoted(other) + line(other, claim.offset) +
                       " and " + quoted(claim) + ".";
    const bool alike = claim.plain == other.plain && !claim.denied && !other.denied;
    if (!alike || is_contrary(claim, other)) {
      text += " Take one of them away.";
    } else if (names_texts(claim, Is::among) && names_texts(other, Is::among)) {
      text += " For one of several write " + claim.subject + (claim.plain ? ": " : " in ") +
              list_of(other, claim) + ".";
    } else {
      text += std::string(" For one of the two write ") +
              (claim.plain ? "any: with a dash before each." : "|| between them.");
    }
    warn(claim.offset, std::move(text));
  }

  void tell_always(const Said& said) {
    const bool may_be = said.kind == Said::Kind::any ||
                        (said.kind == Said::Kind::claim && !limits_in_words(said.claim).empty());
    if (!may_be) return;
    const auto found = contradiction_in(negated(said));
    if (!found) return;
    const Claim& claim = found->claim;
    if (!found->other)
      return warn(claim.offset, "This always holds: " + limits_in_words(claim) + ".");
    const Claim& other = *found->other;
    std::string text = "One of these always holds: " + in_quotes(on_one_line(other.text)) +
                       line(other, claim.offset) + " or " + in_quotes(on_one_line(claim.text)) +
                       ".";
    if (names_texts(claim, Is::among) && names_texts(other, Is::among) &&
        claim.plain == other.plain)
      text += " For neither write " +
              (claim.plain ? claim.subject + ": {not_one_of: " + list_of(other, claim) + "}"
                           : "!(" + claim.subject + " in " + list_of(other, claim) + ")") +
              ".";
    warn(claim.offset, std::move(text));
  }

  void tell_instants(const Said& said) {
    for (const Said& part : said.parts) tell_instants(part);
    const Claim& claim = said.claim;
    if (said.kind != Said::Kind::claim || !is_instant(claim)) return;
    const std::string start = claim.subject + ": ";
    const bool is_short = claim.text.starts_with(start) && claim.text[start.size()] != '[' &&
                          claim.text[start.size()] != '{';
    warn(claim.offset, claim.subject + " runs, and is exactly so long for an instant only. Write " +
                           (is_short ? start + "{at_least: " + claim.text.substr(start.size()) + "}"
                            : claim.plain ? "over or at_least"
                                          : "> or >=") +
                           ".");
  }

  /// A platform may send any word; one that is nearly right is likelier not.
  void tell_directions(const Said& said) {
    for (const Said& part : said.parts) tell_directions(part);
    if (said.kind != Said::Kind::claim || said.claim.subject != "call.direction") return;
    for (const LiteralValue& value : said.claim.values)
      if (const auto meant = direction_meant_by(value.text); !meant.empty())
        warn(said.claim.offset,
             "A call is \"inbound\" or \"outbound\", unless your platform sends " +
                 in_quotes(value.text) + ". Did you mean " + in_quotes(meant) + "?");
  }

  void tell_unless(const Condition& entry, const Contradiction& found) {
    const std::size_t offset = reader_.source().offset(entry.place);
    warn(offset, "This rule never holds: \"when\" wants " + quoted(*found.other) +
                     line(*found.other, offset) + ", and \"unless\" forbids it.");
  }

  Reader& reader_;
  const Names& names_;
  const Node* root_ = nullptr;
  std::map<const Condition*, Said> alone_;
  std::size_t claims_ = 0;
  std::size_t told_ = 0;
};

}  // namespace

void warn_of_vacuous(Reader& reader, const Node& when, const Node* unless, const Rule& rule,
                     const Names& names) {
  // Of a key that stands twice it was told that one is lost.
  const bool told = reader.report().has_told(when.begin, when.end);
  if (reader.report().collects_warnings() && !told)
    Checker(reader, names).check(when, unless, rule);
}

}  // namespace assist::rules

#pragma once

#include <algorithm>
#include <array>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "events/key.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

enum class Action : std::uint8_t { withdrawn, raised, changed };
std::string_view name_of(Action action);

/// Why a suggestion was withdrawn, in the contract's order of precedence (section 7).
enum class Reason : std::uint8_t {
  none,
  call_ended,
  transferred,
  rule_changed,
  no_longer_true,
  used,
  dismissed,
  expired,
  outranked,
};
std::string_view name_of(Reason reason);

/// What made the engine look at a call; which event it was, whoever gave it knows. Only events
/// change texts; only a reload changes the ranking of what stands.
enum class Trigger : std::uint8_t { event, clock, feedback, reload };
std::string_view name_of(Trigger trigger);

/// The id of a suggestion as it reads, in place: 26 characters (Crockford's base 32, lower case).
class SuggestionId {
 public:
  static constexpr std::size_t kSize = 26;

  SuggestionId() = default;
  /// Cut to 26 characters.
  explicit SuggestionId(std::string_view id)
      : size_(static_cast<std::uint8_t>(std::min(id.size(), kSize))) {
    std::copy_n(id.begin(), size_, text_.begin());
  }

  operator std::string_view() const { return {text_.data(), size_}; }
  std::string str() const { return {text_.data(), size_}; }
  friend bool operator==(const SuggestionId& id, std::string_view other) {
    return std::string_view(id) == other;
  }
  friend bool operator==(const SuggestionId& a, const SuggestionId& b) {
    return a == std::string_view(b);
  }

 private:
  std::array<char, kSize> text_{};
  std::uint8_t size_ = 0;
};

SuggestionId id_of(const events::Key& suggestion);
/// nullopt: it is no suggestion's id.
std::optional<events::Key> key_of_id(std::string_view id);

/// The texts of a suggestion that may hold expressions: headline, say, because.
inline constexpr std::size_t kTexts = 3;
/// The text of this number, if it has expressions; nullptr: it has none, or there is no such text.
const rules::Text* text_to_fill(const rules::Suggestion& from, std::size_t number);

/// The texts of a suggestion that have expressions, as they were filled: one behind the other.
struct FilledTexts : boost::intrusive_ref_counter<FilledTexts> {
  std::string text;
  std::array<std::uint32_t, kTexts> ends{};  // of each in it
  friend bool operator==(const FilledTexts& a, const FilledTexts& b) {
    return a.text == b.text && a.ends == b.ends;
  }
};
/// Shared by all who hold them, which may be threads: a pointer alone, as there are many.
using Texts = boost::intrusive_ptr<const FilledTexts>;

/// A suggestion as it stands (or stood) on a screen: what a `raised` carries. What it says, its
/// rule says, but for texts with expressions, which it holds as they were filled.
struct Standing {
  events::Key key;  // what its id says. Derived: the same events, times and rules give the same
  std::string call;
  std::string agent;
  std::shared_ptr<const rules::RuleSet> rules;  // keeps both of these alive
  const rules::Rule* by = nullptr;
  const rules::Suggestion* of = nullptr;  // one of `by`'s
  Time raised_at{};
  Texts filled;  // nullptr: it has no texts with expressions

  SuggestionId id() const { return id_of(key); }
  std::optional<Time> expires_at() const {
    return of->expires_after ? std::optional(raised_at + *of->expires_after) : std::nullopt;
  }
  std::string_view rule() const { return by->id; }
  std::string_view name() const { return of->name; }  // RULE.SUGGESTION or RULE
  rules::Kind kind() const { return of->kind; }
  rules::Mode mode() const { return by->mode; }
  rules::Priority priority() const { return of->priority; }
  std::string_view headline() const { return text(0).value_or(""); }
  std::optional<std::string_view> say() const { return text(1); }
  std::optional<std::string_view> because() const { return text(2); }
  std::span<const std::string> steps() const { return of->suppress; }  // that it suppresses
  const rules::Offer* offer() const { return of->offer ? &*of->offer : nullptr; }
  std::optional<std::string_view> escalate_to() const {
    return only(rules::Kind::escalate_to, of->escalate_to);
  }
  std::optional<std::string_view> ask() const { return only(rules::Kind::ask, of->ask); }
  std::optional<std::string_view> follow_up() const {
    return only(rules::Kind::follow_up, of->follow_up);
  }

  /// The text of this number, as it reads; nullopt: it has none.
  std::optional<std::string_view> text(std::size_t number) const;

 private:
  std::optional<std::string_view> only(rules::Kind kind, const std::string& text) const {
    return of->kind == kind ? std::optional<std::string_view>(text) : std::nullopt;
  }
};

/// One thing that the engine decided.
struct Decision {
  Decision() = default;
  /// With what `make` returns, made in its place: there may be thousands at once.
  template <std::invocable Make>
  explicit Decision(Make make) : suggestion(make()) {}

  Time at{};  // the moment it is true of
  Action action{};
  Reason reason = Reason::none;  // of a withdrawal
  Trigger by = Trigger::clock;
  Standing suggestion;                          // with the texts as they (last) stood
  std::string_view outranked_by;                // suggestion name or "max_visible", where outranked
  std::shared_ptr<const rules::RuleSet> rules;  // by which it was decided: its `version`; and
                                                // keeps the view above alive
};

/// What keeps a suggestion that is due off the screen.
enum class Hold : std::uint8_t { outranked, per_call, per_customer, per_agent, cooldown };
std::string_view name_of(Hold hold);

/// A suggestion that became due and was held back: told once, when that begins.
struct Withheld {
  Time at;
  std::string call, agent;
  std::string_view rule;  // the rule's id; a limit or cooldown holds all its suggestions
  std::string_view name;  // of the suggestion that was outranked; else ""
  Hold why;
  std::string_view outranked_by;                // as Decision::outranked_by
  std::shared_ptr<const rules::RuleSet> rules;  // keeps the views above alive
  Trigger by = Trigger::clock;
};

}  // namespace assist::engine

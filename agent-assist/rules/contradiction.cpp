#include <algorithm>
#include <cmath>
#include <limits>

#include "rules/claims.hpp"

/// Which claims are never so, alone or beside others.
namespace assist::rules {
namespace {

using Is = Claim::Is;
using Kind = Literal::Kind;

constexpr double kEndless = std::numeric_limits<double>::infinity();

/// What something can be at all (contract, sections 1 and 4).
struct Limits {
  std::string_view subject;  // a function by its name and bracket
  double least, most;
  Kind kind;
  bool whole;
  std::string_view words;
};
constexpr Limits kLimits[] = {
    {"call.age", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"call.wait", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"call.talk", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"call.hold", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"call.hold_total", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"queue.longest_wait", 0, kEndless, Kind::length, false, "is never below 0s"},
    {"call.holds", 0, kEndless, Kind::number, true, "is never below 0"},
    {"call.transfers", 0, kEndless, Kind::number, true, "is never below 0"},
    {"queue.waiting", 0, kEndless, Kind::number, true, "is never below 0"},
    {"call.sentiment", -1, 1, Kind::number, false, "lies between -1 and 1"},
    {"size(call.sentiments)", 0, 10, Kind::number, true, "is 10 at most"},
    {"size(customer.contacts)", 0, 100, Kind::number, true, "is 100 at most"},
    {"contacts_within(", 0, kEndless, Kind::number, true, "is never below 0"},
    {"events_within(", 0, kEndless, Kind::number, true, "is never below 0"},
    {"now.getHours(", 0, 23, Kind::number, true, "is 0 to 23"},
    {"now.getMinutes(", 0, 59, Kind::number, true, "is 0 to 59"},
    {"now.getDayOfWeek(", 0, 6, Kind::number, true, "is 0 (Sunday) to 6"},
    {"now.getMonth(", 0, 11, Kind::number, true, "is 0 (January) to 11"},
    {"now.getDayOfMonth(", 0, 30, Kind::number, true, "is 0 to 30"},
    {"now.getDate(", 1, 31, Kind::number, true, "is 1 to 31"},
    {"size(", 0, kEndless, Kind::number, true, "is never below 0"},
};

/// Whether it is all of `subject`, or one call of a function.
bool is_of(const Limits& limits, std::string_view subject) {
  if (!limits.subject.ends_with('(')) return subject == limits.subject;
  if (!subject.starts_with(limits.subject)) return false;
  int depth = 0;
  for (std::size_t i = limits.subject.size() - 1; i < subject.size(); ++i) {
    depth += subject[i] == '(' ? 1 : subject[i] == ')' ? -1 : 0;
    if (depth == 0) return i + 1 == subject.size();
  }
  return false;
}

const Limits* limits_of(const Claim& claim) {
  for (const Limits& limits : kLimits)
    if (is_of(limits, claim.subject))
      return !claim.values.empty() && claim.values[0].kind == limits.kind ? &limits : nullptr;
  return nullptr;
}

struct Interval {
  double least = -kEndless, most = kEndless;
  bool over = false, less = false;  // the end itself is out

  bool holds(double value) const {
    return value >= least && value <= most && !(over && value == least) && !(less && value == most);
  }
  bool is_empty() const { return least > most || (least == most && (over || less)); }
};

Interval both(const Interval& a, const Interval& b) {
  Interval out = a;
  if (b.least > out.least || (b.least == out.least && b.over)) {
    out.least = b.least;
    out.over = b.over;
  }
  if (b.most < out.most || (b.most == out.most && b.less)) {
    out.most = b.most;
    out.less = b.less;
  }
  return out;
}

/// Of less, over and the like. nullopt: it is another claim.
std::optional<Interval> interval_of(const Claim& claim) {
  if (claim.values.size() != 1 || claim.values[0].kind == Kind::text) return std::nullopt;
  const double value = claim.values[0].number;
  switch (claim.is) {
    case Is::less:
      return Interval{-kEndless, value, false, true};
    case Is::at_most:
      return Interval{-kEndless, value, false, false};
    case Is::over:
      return Interval{value, kEndless, true, false};
    case Is::at_least:
      return Interval{value, kEndless, false, false};
    default:
      return std::nullopt;
  }
}

Interval of_whole_numbers(Interval in) {
  if (in.least != -kEndless)
    in = {in.over ? std::floor(in.least) + 1 : std::ceil(in.least), in.most, false, in.less};
  if (in.most != kEndless)
    in = {in.least, in.less ? std::ceil(in.most) - 1 : std::floor(in.most), in.over, false};
  return in;
}

bool passes(const LiteralValue& value, const Claim& claim) {
  if (const auto interval = interval_of(claim)) return interval->holds(value.number);
  const bool found =
      std::find(claim.values.begin(), claim.values.end(), value) != claim.values.end();
  return found == (claim.is == Is::among);
}

bool is_never_with(const Claim& a, const Claim& b) {
  if (a.subject != b.subject) return false;
  const auto is_so = [](const Claim& c) { return c.is == Is::so || c.is == Is::not_so; };
  if (is_so(a) && is_so(b)) return a.is != b.is;
  if (a.values.empty() || b.values.empty() || a.values[0].kind != b.values[0].kind) return false;
  for (const auto& [one, other] : {std::pair(&a, &b), std::pair(&b, &a)})
    if (one->is == Is::among)
      return std::none_of(one->values.begin(), one->values.end(),
                          [other = other](const auto& value) { return passes(value, *other); });
  const auto first = interval_of(a), second = interval_of(b);
  if (!first || !second) return false;
  const Limits* const limits = limits_of(a);
  const Interval left = both(*first, *second);
  return (limits != nullptr && limits->whole ? of_whole_numbers(left) : left).is_empty();
}

bool is_never(const Claim& claim) {
  if (claim.is == Is::itself || claim.is == Is::not_itself) return claim.is == Is::not_itself;
  const Limits* const limits = limits_of(claim);
  if (limits == nullptr) return false;
  const Interval possible{limits->least, limits->most, false, false};
  if (const auto interval = interval_of(claim)) return both(possible, *interval).is_empty();
  return claim.is == Is::among &&
         std::none_of(claim.values.begin(), claim.values.end(), [&](const LiteralValue& value) {
           return possible.holds(value.number) &&
                  (!limits->whole || value.number == std::floor(value.number));
         });
}

std::optional<Contradiction> contradiction_of(const Claim& claim,
                                              const std::vector<Claim>& context) {
  if (is_never(claim)) return Contradiction{claim, std::nullopt};
  for (const Claim& other : context)
    if (is_never_with(claim, other)) return Contradiction{claim, other};
  return std::nullopt;
}

}  // namespace

std::optional<Contradiction> contradiction_in(const Said& said, std::vector<Claim> context) {
  std::optional<Contradiction> out;
  switch (said.kind) {
    case Said::Kind::nothing:
      return std::nullopt;
    case Said::Kind::claim:
      return contradiction_of(said.claim, context);
    case Said::Kind::any:
      for (const Said& part : said.parts) {
        auto found = contradiction_in(part, context);
        if (!found) return std::nullopt;
        if (!out) out = std::move(found);
      }
      return out;
    case Said::Kind::all:
      for (const Said& part : said.parts) {
        if (part.kind != Said::Kind::claim) continue;
        if (auto found = contradiction_of(part.claim, context)) return found;
        context.push_back(part.claim);
      }
      for (const Said& part : said.parts)
        if (part.kind == Said::Kind::any)
          if (auto found = contradiction_in(part, context)) return found;
      return std::nullopt;
  }
  return std::nullopt;
}

std::string limits_in_words(const Claim& claim) {
  if (claim.is == Is::itself || claim.is == Is::not_itself)
    return "it compares " + claim.subject + " with itself";
  const Limits* const limits = limits_of(claim);
  return limits != nullptr ? claim.subject + " " + std::string(limits->words) : "";
}

}  // namespace assist::rules

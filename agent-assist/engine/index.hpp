#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/short_vector.hpp"
#include "cel/cel.hpp"
#include "facts/vocabulary.hpp"

namespace assist::engine {

/// Where a rule stands in Plan::order.
using Position = std::uint32_t;

/// In a mask of what rules read, beside facts: the situation of another rule.
inline constexpr facts::FactMask kReadsSituations = facts::FactMask{1} << 63;
/// Every rule "reads" that a call is looked at for the first time, or by a new rule set.
inline constexpr facts::FactMask kFirstLook = facts::FactMask{1} << 62;

/// Finds the rules that a call can meet: those whose necessary equalities (call.queue is billing, a
/// product is fiber) its facts fulfil. A rule without any is met by every call.
///
/// Rules that are keyed by the same facts share a shape; those of a shape that want the same values
/// share a bucket. A call holds the buckets that it is in: they change with its indexed facts
/// alone.
class Index {
 public:
  /// A fact, or a member of one that is a map, by which rules are keyed.
  struct Key {
    std::uint32_t slot;
    std::optional<std::string> member;
    friend bool operator==(const Key&, const Key&) = default;
    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.slot, a.member) < std::tie(b.slot, b.member);
    }
  };
  /// What a rule wants a key to hold: one of `values`.
  struct Want {
    Key key;
    std::vector<std::string> values;  // sorted
    friend bool operator==(const Want&, const Want&) = default;
  };
  /// Those to key a rule by: of the fewest values, as long as that does not put it into too many
  /// buckets, and the step of a call only where there is nothing else.
  static std::vector<Want> choose(std::vector<Want> wants);

  /// A rule to be indexed.
  struct Entry {
    Position position;
    facts::FactMask reads;    // facts, and kReadsSituations
    std::vector<Want> wants;  // to key it by: see choose()
    /// Whoever visits the rule may look at this condition first, without looking at the rule.
    std::uint32_t test = kNoTest;
  };
  static constexpr std::uint32_t kNoTest = UINT32_MAX;

  explicit Index(std::vector<Entry> entries);

  /// A bucket that a call is in.
  struct Membership {
    facts::FactMask reads;  // those of its rules
    std::uint32_t bucket, shape;
  };

  /// The facts by which rules are keyed.
  facts::FactMask key_facts() const { return key_facts_; }
  /// Memory to work in, from call to call.
  struct Scratch {
    std::vector<std::uint32_t> numbers;
    std::vector<std::uint64_t> tuples, longer;
  };
  /// Brings the buckets of a call in line with its facts, of which those in `touched` may be
  /// others.
  void place(ShortVector<Membership>& in, cel::Run& facts, facts::FactMask touched,
             Scratch& scratch) const;

  /// Calls `take` with the position and the test of each rule of the bucket that reads some of
  /// `touched`.
  template <class Take>
  void visit(std::uint32_t bucket, facts::FactMask touched, Take take) const {
    const std::uint32_t* at = &packed_[bucket];
    for (std::uint32_t groups = *at++; groups > 0; --groups) {
      const facts::FactMask reads = facts::FactMask{at[1]} << 32 | at[0];
      const std::uint32_t count = at[2];
      at += kGroupHead;
      if ((reads & touched) != 0)
        for (std::uint32_t i = 0; i < 2 * count; i += 2) take(at[i], at[i + 1]);
      at += 2 * count;
    }
  }
  /// The bucket of rules without a key; what it reads.
  static constexpr std::uint32_t kKeyless = 0;
  facts::FactMask keyless_reads() const { return keyless_reads_; }

 private:
  struct TextHash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
  };
  using Values = boost::unordered_flat_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;
  struct Dimension {
    Key key;
    facts::FactMask fact;
    Values values;  // to their numbers
  };
  struct Bucket {
    facts::FactMask reads;
    std::uint32_t at;  // in packed_
  };
  struct Shape {
    std::vector<std::uint32_t> dimensions;
    facts::FactMask facts = 0;
    boost::unordered_flat_map<std::uint64_t, Bucket> buckets;  // by packed value numbers
  };
  /// The rules of a bucket.
  using Members = std::vector<const Entry*>;

  std::uint32_t dimension(const Key& key);
  std::uint32_t shape(std::vector<std::uint32_t> dimensions);
  /// While it is built, a bucket's `at` is its place in `members`.
  void add(const Entry& entry, std::vector<Members>& members);
  Bucket lay_out(Members& members);
  void numbers_of(const Dimension& dimension, cel::Run& facts,
                  std::vector<std::uint32_t>& out) const;

  std::vector<Dimension> dimensions_;
  std::vector<Shape> shapes_;
  /// Of each bucket, in one stretch: how many groups of rules that read the same it has, and of
  /// each group what it reads (its lower half first), how many rules it has, and of each of them
  /// its position and its test.
  std::vector<std::uint32_t> packed_;
  static constexpr std::uint32_t kGroupHead = 3;
  facts::FactMask keyless_reads_ = 0, key_facts_ = 0;
};

}  // namespace assist::engine

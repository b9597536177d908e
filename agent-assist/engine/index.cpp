#include "engine/index.hpp"

#include <xxhash.h>

#include <algorithm>

namespace assist::engine {
namespace {

/// Value numbers of a shape's dimensions, packed; so many bits each.
constexpr unsigned kNumberBits = 21, kDimensionsMax = 3;
/// A rule that wants one of many values is put into as many buckets, up to so many.
constexpr std::size_t kBucketsOfARule = 64;

/// Calls `visit` with each text that a fact holds: itself, or the entries of a list.
template <class Visit>
void visit_texts(const cel::Value& value, cel::Arena& arena, Visit visit) {
  if (value.is(cel::Kind::string_)) return visit(value.as_string());
  if (!value.is(cel::Kind::list_)) return;
  for (std::size_t i = 0; i < value.list_size(); ++i) {
    const cel::Value item = value.list_at(i, arena);
    if (item.is(cel::Kind::string_)) visit(item.as_string());
  }
}

/// A fact that each call goes through the values of: to place it anew each time costs more than to
/// look at the few rules that other facts leave.
bool is_fleeting(const Index::Want& want) {
  return want.key.slot == static_cast<std::uint32_t>(facts::Fact::call_step);
}

}  // namespace

std::size_t Index::TextHash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

std::vector<Index::Want> Index::choose(std::vector<Want> wants) {
  std::stable_sort(wants.begin(), wants.end(), [](const Want& a, const Want& b) {
    return std::pair(is_fleeting(a), a.values.size()) < std::pair(is_fleeting(b), b.values.size());
  });
  std::vector<Want> out;
  std::size_t buckets = 1;
  for (Want& want : wants) {
    const bool twice =
        std::any_of(out.begin(), out.end(), [&](const Want& w) { return w.key == want.key; });
    if (twice || out.size() == kDimensionsMax) continue;
    if (is_fleeting(want) && !out.empty()) break;
    if (buckets * want.values.size() > kBucketsOfARule) continue;
    buckets *= want.values.size();
    out.push_back(std::move(want));
  }
  std::sort(out.begin(), out.end(), [](const Want& a, const Want& b) { return a.key < b.key; });
  return out;
}

Index::Index(std::vector<Entry> entries) {
  std::vector<Members> members(1);
  for (const Entry& entry : entries) add(entry, members);
  keyless_reads_ = lay_out(members[kKeyless]).reads;
  for (Shape& shape : shapes_)
    for (auto& [values, bucket] : shape.buckets) bucket = lay_out(members[bucket.at]);
}

std::uint32_t Index::dimension(const Key& key) {
  for (std::uint32_t i = 0; i < dimensions_.size(); ++i)
    if (dimensions_[i].key == key) return i;
  dimensions_.push_back({key, facts::FactMask{1} << key.slot, {}});
  return static_cast<std::uint32_t>(dimensions_.size() - 1);
}

std::uint32_t Index::shape(std::vector<std::uint32_t> dimensions) {
  for (std::uint32_t i = 0; i < shapes_.size(); ++i)
    if (shapes_[i].dimensions == dimensions) return i;
  Shape& made = shapes_.emplace_back();
  for (const std::uint32_t d : dimensions) made.facts |= dimensions_[d].fact;
  made.dimensions = std::move(dimensions);
  return static_cast<std::uint32_t>(shapes_.size() - 1);
}

void Index::add(const Entry& entry, std::vector<Members>& members) {
  const auto& wants = entry.wants;
  if (wants.empty()) {
    members[kKeyless].push_back(&entry);
    return;
  }
  std::vector<std::uint32_t> dimensions;
  for (const Want& want : wants) {
    dimensions.push_back(dimension(want.key));
    key_facts_ |= dimensions_[dimensions.back()].fact;
  }
  const std::uint32_t shape_number = shape(dimensions);
  std::vector<std::uint64_t> tuples{0};
  for (std::size_t i = 0; i < wants.size(); ++i) {
    Values& known = dimensions_[dimensions[i]].values;
    std::vector<std::uint64_t> longer;
    for (const std::string& value : wants[i].values) {
      const auto number =
          known.try_emplace(value, static_cast<std::uint32_t>(known.size())).first->second;
      for (const std::uint64_t tuple : tuples) longer.push_back(tuple << kNumberBits | number);
    }
    tuples = std::move(longer);
  }
  for (const std::uint64_t tuple : tuples) {
    const auto next = static_cast<std::uint32_t>(members.size());
    const auto [bucket, made] = shapes_[shape_number].buckets.try_emplace(tuple, Bucket{0, next});
    if (made) members.emplace_back();
    Members& in = members[bucket->second.at];
    if (in.empty() || in.back() != &entry) in.push_back(&entry);
  }
}

/// Rules that read the same next to each other.
Index::Bucket Index::lay_out(Members& members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Entry* x, const Entry* y) { return x->reads < y->reads; });
  Bucket out{0, static_cast<std::uint32_t>(packed_.size())};
  packed_.push_back(0);
  for (std::size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    const facts::FactMask reads = members[begin]->reads;
    while (end < members.size() && members[end]->reads == reads) ++end;
    out.reads |= reads;
    ++packed_[out.at];
    packed_.insert(packed_.end(),
                   {static_cast<std::uint32_t>(reads), static_cast<std::uint32_t>(reads >> 32),
                    static_cast<std::uint32_t>(end - begin)});
    for (std::size_t i = begin; i < end; ++i)
      packed_.insert(packed_.end(), {members[i]->position, members[i]->test});
  }
  return out;
}

void Index::numbers_of(const Dimension& dimension, cel::Run& facts,
                       std::vector<std::uint32_t>& out) const {
  out.clear();
  cel::Value value = facts.activation().load(dimension.key.slot, facts);
  if (dimension.key.member) {
    if (!value.is(cel::Kind::map_)) return;
    const auto member =
        value.as_map().find(cel::Value::string(*dimension.key.member), facts.arena());
    if (!member || !member->is(cel::Kind::string_)) return;
    value = *member;
  }
  visit_texts(value, facts.arena(), [&](std::string_view text) {
    const auto at = dimension.values.find(text);
    if (at == dimension.values.end()) return;
    if (std::find(out.begin(), out.end(), at->second) == out.end()) out.push_back(at->second);
  });
}

void Index::place(ShortVector<Membership>& in, cel::Run& facts, facts::FactMask touched,
                  Scratch& scratch) const {
  erase_if(in, [&](const Membership& m) { return (shapes_[m.shape].facts & touched) != 0; });
  auto& [numbers, tuples, longer] = scratch;
  for (std::uint32_t s = 0; s < shapes_.size(); ++s) {
    const Shape& shape = shapes_[s];
    if ((shape.facts & touched) == 0) continue;
    tuples.assign(1, 0);
    for (const std::uint32_t d : shape.dimensions) {
      numbers_of(dimensions_[d], facts, numbers);
      longer.clear();
      for (const std::uint32_t number : numbers)
        for (const std::uint64_t tuple : tuples) longer.push_back(tuple << kNumberBits | number);
      tuples.swap(longer);
      if (tuples.empty()) break;
    }
    for (const std::uint64_t tuple : tuples) {
      const auto found = shape.buckets.find(tuple);
      if (found == shape.buckets.end()) continue;
      in.push_back({found->second.reads, found->second.at, s});
    }
  }
}

}  // namespace assist::engine

#include "cel/value.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "cel/ops.hpp"
#include "cel/text.hpp"
#include "cel/time_math.hpp"
#include "cel/time_text.hpp"
#include "cel/type.hpp"

namespace assist::cel {

Value Value::text_value(Kind kind, std::string_view text) {
  assert(text.size() <= UINT32_MAX);
  Value v(kind);
  v.aux_ = static_cast<std::uint32_t>(text.size());
  v.chars_ = text.data();
  return v;
}

Value Value::list(const Value* data, std::size_t size) {
  assert(size <= UINT32_MAX);
  Value v(Kind::list_);
  v.aux_ = static_cast<std::uint32_t>(size);
  v.values_ = data;
  return v;
}

Value Value::list(const ListView& view) {
  Value v(Kind::list_);
  v.form_ = 1;
  v.list_ = &view;
  return v;
}

Value Value::map(const MapView& view) {
  Value v(Kind::map_);
  v.map_ = &view;
  return v;
}

// The type's address, aligned to 16, in 48 bits beside the data's: room for 52-bit addresses.
Value Value::object(const StructType& type, const void* data) {
  const auto address = reinterpret_cast<std::uintptr_t>(&type);
  assert(address % 16 == 0 && address >> 52 == 0);
  Value v(Kind::object_);
  v.aux_ = static_cast<std::uint32_t>(address >> 4);
  v.form_ = static_cast<std::uint16_t>(address >> 36);
  v.pointer_ = data;
  return v;
}

const StructType& Value::object_type() const {
  const std::uintptr_t address =
      (static_cast<std::uintptr_t>(form_) << 32 | static_cast<std::uintptr_t>(aux_)) << 4;
  return *reinterpret_cast<const StructType*>(address);
}

Value Value::timestamp(std::int64_t seconds, std::int32_t nanos) {
  return running_timestamp(seconds, nanos, 0);
}
Value Value::duration(std::int64_t seconds, std::int32_t nanos) {
  return running_duration(seconds, nanos, 0);
}
Value Value::timestamp(Time moment) {
  const Seconds s = split_us(moment.time_since_epoch().count());
  return timestamp(s.seconds, s.nanos);
}
Value Value::duration(Duration length) {
  const Seconds s = split_us(length.count());
  return duration(s.seconds, s.nanos);
}

Value Value::running_duration(std::int64_t base_seconds, std::int32_t base_nanos, int rate) {
  Value v(Kind::duration_);
  v.rate_ = static_cast<std::int8_t>(rate);
  v.aux_ = static_cast<std::uint32_t>(base_nanos);
  v.int_ = base_seconds;
  return v;
}

Value Value::running_timestamp(std::int64_t base_seconds, std::int32_t base_nanos, int rate) {
  Value v = running_duration(base_seconds, base_nanos, rate);
  v.kind_ = Kind::timestamp_;
  return v;
}

Value Value::running(Duration base, Time since) {
  const Seconds s = split_us(base.count() - since.time_since_epoch().count());
  return running_duration(s.seconds, s.nanos, 1);
}

Value Value::optional_none() { return optional(nullptr); }
Value Value::optional(const Value* held) {
  Value v(Kind::optional_);
  v.values_ = held;
  return v;
}
Value Value::ip(const IpData& data) {
  Value v(Kind::ip_);
  v.ip_ = &data;
  return v;
}
Value Value::cidr(const CidrData& data) {
  Value v(Kind::cidr_);
  v.cidr_ = &data;
  return v;
}

std::size_t Value::list_size() const { return form_ == 1 ? list_->size() : aux_; }
Value Value::list_at(std::size_t index, Arena& arena) const {
  return form_ == 1 ? list_->at(index, arena) : values_[index];
}

Value Value::at(Time now) const {
  if (rate_ == 0) return *this;
  Value v = *this;
  const Seconds moved = value_at(*this, now.time_since_epoch().count());
  v.int_ = moved.seconds;
  v.aux_ = static_cast<std::uint32_t>(moved.nanos);
  v.rate_ = 0;
  return v;
}

Duration Value::duration_at(Time now) const {
  const Value v = at(now);
  return Duration(v.seconds() * 1'000'000 + v.nanos() / 1000);
}

void Arena::reset() {
  block_ = 0;
  at_ = 0;
  used_ = 0;
}

void* Arena::allocate(std::size_t bytes) {
  bytes = (bytes + 15) & ~std::size_t{15};
  used_ += bytes;
  while (block_ < blocks_.size() && at_ + bytes > blocks_[block_].size) {
    ++block_;
    at_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t size =
        std::max<std::size_t>(bytes, std::size_t{256} << std::min<std::size_t>(blocks_.size(), 12));
    blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
    at_ = 0;
  }
  void* result = blocks_[block_].data.get() + at_;
  at_ += bytes;
  return result;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return "";
  auto* data = static_cast<char*>(allocate(text.size()));
  std::memcpy(data, text.data(), text.size());
  return {data, text.size()};
}

std::span<Value> Arena::values(std::size_t count) {
  auto* data = static_cast<Value*>(allocate(count * sizeof(Value)));
  for (std::size_t i = 0; i < count; ++i) new (data + i) Value();
  return {data, count};
}

Value make_optional(const Value& held, Arena& arena) {
  return Value::optional(arena.make<Value>(held));
}

namespace {
Value too_large() { return Value::error("the value is too large"); }
}  // namespace

Value deep_copy(const Value& value, Arena& arena) {
  // A value that shows one list in many places is a tree only when it is copied: bounded by the
  // arena.
  if (!arena.has_room(64)) return too_large();
  switch (value.kind()) {
    case Kind::string_:
      return Value::string(arena.copy(value.as_string()));
    case Kind::bytes_:
      return Value::bytes(arena.copy(value.as_bytes()));
    case Kind::type_:
      return Value::type(arena.copy(value.as_type()));
    case Kind::error_:
      return Value::error(arena.copy(value.error_text()));
    case Kind::list_: {
      Arena scratch;
      if (!arena.has_room(value.list_size() * sizeof(Value))) return too_large();
      const auto items = arena.values(value.list_size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        items[i] = deep_copy(value.list_at(i, scratch), arena);
        if (items[i].is_error()) return items[i];
      }
      return Value::list(items);
    }
    case Kind::map_: {
      Arena scratch;
      const MapView& map = value.as_map();
      if (!arena.has_room(map.size() * 4 * sizeof(Value))) return too_large();
      const auto keys = arena.values(map.size()), values = arena.values(map.size());
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto [key, held] = map.entry(i, scratch);
        keys[i] = deep_copy(key, arena);
        values[i] = deep_copy(held, arena);
        if (values[i].is_error()) return values[i];
      }
      return make_map(keys, values, arena);
    }
    case Kind::optional_:
      return value.optional_value() == nullptr
                 ? value
                 : make_optional(deep_copy(*value.optional_value(), arena), arena);
    case Kind::ip_:
      return Value::ip(*arena.make<IpData>(value.as_ip()));
    case Kind::cidr_:
      return Value::cidr(*arena.make<CidrData>(value.as_cidr()));
    default:
      return value;
  }
}

namespace {

bool owns_nothing(const Value& value) {
  switch (value.kind()) {
    case Kind::null_:
    case Kind::bool_:
    case Kind::int_:
    case Kind::uint_:
    case Kind::double_:
    case Kind::timestamp_:
    case Kind::duration_:
    case Kind::object_:
      return true;
    default:
      return false;
  }
}

}  // namespace

OwnedConstant::OwnedConstant(const Value& value) {
  if (owns_nothing(value)) {
    value_ = value;
    return;
  }
  auto arena = std::make_shared<Arena>();
  value_ = deep_copy(value, *arena);
  owner_ = std::move(arena);
}

bool operator==(const OwnedConstant& a, const OwnedConstant& b) {
  return equal(a.value_, b.value_, Time());
}

namespace {

constexpr std::size_t kLiteralLimit = 1 << 20;

void append_literal(const Value& value, Time now, Arena& arena, int depth, std::string& out) {
  // One list may be shown in many places: what is written is bounded all the same.
  if (depth > 250 || out.size() > kLiteralLimit) {
    out += "...";
    return;
  }
  switch (value.kind()) {
    case Kind::null_:
      out += "null";
      return;
    case Kind::bool_:
      out += value.as_bool() ? "true" : "false";
      return;
    case Kind::int_:
      out += std::to_string(value.as_int());
      return;
    case Kind::uint_:
      out += std::to_string(value.as_uint()) + "u";
      return;
    case Kind::double_:
      out += double_to_literal(value.as_double());
      return;
    case Kind::string_:
      out += quote(value.as_string());
      return;
    case Kind::bytes_:
      out += quote_bytes(value.as_bytes());
      return;
    case Kind::timestamp_: {
      const Value v = value.at(now);
      out += "timestamp(\"" + timestamp_to_string({v.seconds(), v.nanos()}) + "\")";
      return;
    }
    case Kind::duration_: {
      const Value v = value.at(now);
      out += "duration(\"" + duration_to_string({v.seconds(), v.nanos()}) + "\")";
      return;
    }
    case Kind::type_:
      out += value.as_type();
      return;
    case Kind::error_:
      out += "error: " + std::string(value.error_text());
      return;
    case Kind::optional_:
      if (value.optional_value() == nullptr) {
        out += "optional.none()";
        return;
      }
      out += "optional.of(";
      append_literal(*value.optional_value(), now, arena, depth + 1, out);
      out += ")";
      return;
    case Kind::list_:
      out += "[";
      for (std::size_t i = 0; i < value.list_size() && out.size() <= kLiteralLimit; ++i) {
        if (i > 0) out += ", ";
        append_literal(value.list_at(i, arena), now, arena, depth + 1, out);
      }
      out += "]";
      return;
    case Kind::map_:
      out += "{";
      for (std::size_t i = 0; i < value.as_map().size() && out.size() <= kLiteralLimit; ++i) {
        if (i > 0) out += ", ";
        const auto [key, held] = value.as_map().entry(i, arena);
        append_literal(key, now, arena, depth + 1, out);
        out += ": ";
        append_literal(held, now, arena, depth + 1, out);
      }
      out += "}";
      return;
    case Kind::object_: {
      const StructType& type = value.object_type();
      out += type.name + "{";
      for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
        if (i > 0) out += ", ";
        out += type.fields[i].name + ": ";
        append_literal(type.get(value.object_data(), i, arena), now, arena, depth + 1, out);
      }
      out += "}";
      return;
    }
    case Kind::ip_:
      out += "ip(" + quote(ip_to_string(value.as_ip())) + ")";
      return;
    case Kind::cidr_:
      out += "cidr(" + quote(cidr_to_string(value.as_cidr())) + ")";
      return;
  }
}

}  // namespace

std::string to_literal(const Value& value, Time now) {
  Arena arena;
  std::string out;
  append_literal(value, now, arena, 0, out);
  return out;
}

std::optional<std::string> to_text(const Value& value, Time now) {
  const Value v = value.at(now);
  switch (v.kind()) {
    case Kind::string_:
      return std::string(v.as_string());
    case Kind::bool_:
      return v.as_bool() ? "true" : "false";
    case Kind::int_:
      return std::to_string(v.as_int());
    case Kind::uint_:
      return std::to_string(v.as_uint());
    case Kind::double_:
      return double_to_ecmascript(v.as_double());
    case Kind::timestamp_:
      return timestamp_to_string({v.seconds(), v.nanos()});
    case Kind::duration_:
      return duration_to_string({v.seconds(), v.nanos()});
    default:
      return std::nullopt;
  }
}

}  // namespace assist::cel

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace assist::cel {

using Duration = std::chrono::microseconds;
/// A moment in UTC. What a program computes with is exact to the nanosecond; `now` and what is
/// reported about time are whole microseconds.
using Time = std::chrono::sys_time<Duration>;
inline constexpr Time kNever = Time::max();

enum class Kind : std::uint8_t {
  null_,
  bool_,
  int_,
  uint_,
  double_,
  string_,
  bytes_,
  list_,
  map_,
  timestamp_,
  duration_,
  type_,
  optional_,
  object_,
  ip_,
  cidr_,
  error_
};

class Arena;
class ListView;
class MapView;
class Value;
struct StructType;
struct IpData;
struct CidrData;

/// A value of an expression: 16 bytes, copied freely.
///
/// Text, lists, maps and objects are views: what they show is owned by the host (for the length of
/// a run, or for as long as the outcome is looked at), by the Program (its constants) or by the
/// run's Arena. A timestamp or duration may *run*: it is then base + rate * (now - 1970), so that
/// `now - t` is {base = -t, rate = 1}; see at().
class Value {
 public:
  constexpr Value() : int_(0) {}

  static constexpr Value null() { return Value(); }
  static constexpr Value boolean(bool value) {
    Value v(Kind::bool_);
    v.int_ = value ? 1 : 0;
    return v;
  }
  static constexpr Value integer(std::int64_t value) {
    Value v(Kind::int_);
    v.int_ = value;
    return v;
  }
  static constexpr Value unsigned_integer(std::uint64_t value) {
    Value v(Kind::uint_);
    v.int_ = static_cast<std::int64_t>(value);
    return v;
  }
  static constexpr Value number(double value) {
    Value v(Kind::double_);
    v.double_ = value;
    return v;
  }
  /// `text` is UTF-8, shorter than 4 GiB.
  static Value string(std::string_view text) { return text_value(Kind::string_, text); }
  static Value bytes(std::string_view data) { return text_value(Kind::bytes_, data); }
  static Value list(const Value* data, std::size_t size);
  static Value list(std::span<const Value> values) { return list(values.data(), values.size()); }
  static Value list(const ListView& view);
  static Value map(const MapView& view);
  static Value object(const StructType& type, const void* data);
  /// Seconds since 1970 and 0 to 999,999,999 nanoseconds after them.
  static Value timestamp(std::int64_t seconds, std::int32_t nanos);
  static Value timestamp(Time moment);
  /// The length is seconds + nanos, nanos from 0 to 999,999,999 (so -0.5 s is -1 s and 5e8 ns).
  static Value duration(std::int64_t seconds, std::int32_t nanos);
  static Value duration(Duration length);
  /// A duration that runs: base + rate * (now - 1970).
  static Value running_duration(std::int64_t base_seconds, std::int32_t base_nanos, int rate);
  /// now - moment, at every moment.
  static Value elapsed_since(Time moment) { return running(Duration::zero(), moment); }
  /// base + (now - since), at every moment.
  static Value running(Duration base, Time since);
  /// A timestamp that runs: base + rate * (now - 1970).
  static Value running_timestamp(std::int64_t base_seconds, std::int32_t base_nanos, int rate);
  /// A type as a value, by its name ("int", "google.protobuf.Duration"), which must outlive it.
  static Value type(std::string_view name) { return text_value(Kind::type_, name); }
  static Value optional_none();
  /// `held` must outlive the value; nullptr is none.
  static Value optional(const Value* held);
  static Value ip(const IpData& data);
  static Value cidr(const CidrData& data);
  /// `text` must outlive it: Run::error() copies, this does not.
  static Value error(std::string_view text) { return text_value(Kind::error_, text); }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_error() const { return kind_ == Kind::error_; }
  bool is_true() const { return kind_ == Kind::bool_ && int_ != 0; }
  bool is_false() const { return kind_ == Kind::bool_ && int_ == 0; }
  bool is_number() const {
    return kind_ == Kind::int_ || kind_ == Kind::uint_ || kind_ == Kind::double_;
  }
  bool is_time() const { return kind_ == Kind::timestamp_ || kind_ == Kind::duration_; }

  // Each requires its kind.
  bool as_bool() const { return int_ != 0; }
  std::int64_t as_int() const { return int_; }
  std::uint64_t as_uint() const { return static_cast<std::uint64_t>(int_); }
  double as_double() const { return double_; }
  std::string_view as_string() const { return text(); }
  std::string_view as_bytes() const { return text(); }
  std::string_view as_type() const { return text(); }
  std::string_view error_text() const { return text(); }
  /// The view, or nullptr where the list is plain values: see list_data().
  const ListView* list_view() const { return form_ == 1 ? list_ : nullptr; }
  const Value* list_data() const { return values_; }
  std::size_t list_size() const;
  Value list_at(std::size_t index, Arena& arena) const;
  const MapView& as_map() const { return *map_; }
  const StructType& object_type() const;
  const void* object_data() const { return pointer_; }
  const Value* optional_value() const { return values_; }
  const IpData& as_ip() const { return *ip_; }
  const CidrData& as_cidr() const { return *cidr_; }

  // Timestamps and durations: the base, and how it runs. Of one that does not run the base is all.
  std::int64_t seconds() const { return int_; }
  std::int32_t nanos() const { return static_cast<std::int32_t>(aux_); }
  int rate() const { return rate_; }
  bool runs() const { return rate_ != 0; }
  /// What it is at `now`: the same value where it does not run.
  Value at(Time now) const;
  /// A duration or timestamp at `now`, cut to microseconds (towards the past).
  Duration duration_at(Time now) const;
  Time timestamp_at(Time now) const { return Time(duration_at(now)); }

 private:
  constexpr explicit Value(Kind kind) : kind_(kind), int_(0) {}
  static Value text_value(Kind kind, std::string_view text);
  std::string_view text() const { return {chars_, aux_}; }

  Kind kind_ = Kind::null_;
  std::int8_t rate_ = 0;
  std::uint16_t form_ = 0;  // list_: 1 is a view. object_: upper bits of its StructType's address
  std::uint32_t aux_ = 0;   // nanoseconds, or a length. object_: lower bits of that address
  union {
    std::int64_t int_;
    double double_;
    const char* chars_;
    const Value* values_;
    const ListView* list_;
    const MapView* map_;
    const void* pointer_;
    const IpData* ip_;
    const CidrData* cidr_;
  };
};

static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

/// A list of the host's. `at` is asked for indexes below size() alone.
class ListView {
 public:
  virtual std::size_t size() const = 0;
  virtual Value at(std::size_t index, Arena& arena) const = 0;

 protected:
  ~ListView() = default;
};

/// A map of the host's. A number is looked up by its value: 1, 1u and 1.0 are one key.
class MapView {
 public:
  virtual std::size_t size() const = 0;
  /// nullopt: there is no such key.
  virtual std::optional<Value> find(const Value& key, Arena& arena) const = 0;
  /// Key and value at `index`, below size(): the order of iteration.
  virtual std::pair<Value, Value> entry(std::size_t index, Arena& arena) const = 0;

 protected:
  ~MapView() = default;
};

/// Memory for what a run makes: text, lists, maps. Reused by reset(), which ends the life of all
/// values made in it. Allocates nothing until something is made. One run at a time.
class Arena {
 public:
  /// No run makes more than `limit` bytes: it ends in an error instead.
  explicit Arena(std::size_t limit = std::size_t{16} << 20) : limit_(limit) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  /// Keeps the memory, forgets what is in it.
  void reset();
  std::size_t used() const { return used_; }
  bool has_room(std::size_t bytes) const { return bytes <= limit_ && used_ <= limit_ - bytes; }

  /// Memory of this size, aligned to 16; beyond the limit too (what may be large asks has_room()).
  void* allocate(std::size_t bytes);
  std::string_view copy(std::string_view text);
  /// Default values, to be filled in.
  std::span<Value> values(std::size_t count);
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    return new (allocate(sizeof(T))) T(std::forward<Args>(args)...);
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> data;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // the one in use
  std::size_t at_ = 0;     // its first free byte
  std::size_t used_ = 0;
  std::size_t limit_;
};

/// A map of these pairs in `arena`; an error value where two keys are equal or one is no key (keys
/// are int, uint, bool and string). `keys` and `values` are copied, not what they show.
Value make_map(std::span<const Value> keys, std::span<const Value> values, Arena& arena);
Value make_optional(const Value& held, Arena& arena);

/// An address of IPv4 (as its 4 bytes, the rest 0) or IPv6.
struct IpData {
  bool v6 = false;
  std::uint8_t bytes[16] = {};
};
struct CidrData {
  IpData ip;
  std::uint8_t prefix = 0;
};

/// Copies what `value` shows into `arena`, but for objects, which stay views of the host's.
Value deep_copy(const Value& value, Arena& arena);

/// A value that owns all that it shows.
class OwnedConstant {
 public:
  OwnedConstant() = default;
  /// A deep copy. Objects are copied as the views they are.
  explicit OwnedConstant(const Value& value);
  const Value& value() const { return value_; }
  /// By the language's equality.
  friend bool operator==(const OwnedConstant& a, const OwnedConstant& b);

 private:
  Value value_;
  std::shared_ptr<const Arena> owner_;
};

/// Equal as `==` of the language has it (1 == 1u == 1.0, NaN equals nothing), at moment `now`.
bool equal(const Value& a, const Value& b, Time now);

/// As expressions write it: `"text"`, `[1, 2u]`, `timestamp("2026-11-22T10:02:00Z")`.
std::string to_literal(const Value& value, Time now);

/// As a text template shows it: text, numbers, bools, durations and timestamps as string() writes
/// them, with as many digits of a fraction as are needed, doubles as ECMAScript writes them.
/// nullopt: a value of another kind.
std::optional<std::string> to_text(const Value& value, Time now);

}  // namespace assist::cel

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.hpp"

namespace assist::cel {

/// A type of the language, as the checker knows it. Immutable; copies share.
class Type {
 public:
  enum class Of : std::uint8_t {
    dyn,
    null_,
    bool_,
    int_,
    uint_,
    double_,
    string_,
    bytes_,
    timestamp_,
    duration_,
    list_,
    map_,
    type_,
    optional_,
    object_,
    ip_,
    cidr_,
    wrapper_,    // parameter or null
    abstract_,   // a name with parameters, of the host
    parameter_,  // stands for any one type within a declaration
    error_       // of what was found wrong: goes with everything, so that one slip is told once
  };

  Type() = default;  // dyn
  static Type dyn() { return Type(Of::dyn); }
  static Type null() { return Type(Of::null_); }
  static Type boolean() { return Type(Of::bool_); }
  static Type integer() { return Type(Of::int_); }
  static Type unsigned_integer() { return Type(Of::uint_); }
  static Type number() { return Type(Of::double_); }
  static Type string() { return Type(Of::string_); }
  static Type bytes() { return Type(Of::bytes_); }
  static Type timestamp() { return Type(Of::timestamp_); }
  static Type duration() { return Type(Of::duration_); }
  static Type ip() { return Type(Of::ip_); }
  static Type cidr() { return Type(Of::cidr_); }
  static Type error() { return Type(Of::error_); }
  static Type list(Type element) { return Type(Of::list_, "", {std::move(element)}); }
  static Type map(Type key, Type value) {
    return Type(Of::map_, "", {std::move(key), std::move(value)});
  }
  static Type optional(Type held) { return Type(Of::optional_, "", {std::move(held)}); }
  static Type type(Type of) { return Type(Of::type_, "", {std::move(of)}); }
  static Type wrapper(Type of) { return Type(Of::wrapper_, "", {std::move(of)}); }
  /// `type` must outlive it: see Env::declare_struct().
  static Type object(const StructType& type);
  static Type abstract(std::string name, std::vector<Type> parameters) {
    return Type(Of::abstract_, std::move(name), std::move(parameters));
  }
  static Type parameter(std::string name) { return Type(Of::parameter_, std::move(name), {}); }

  Of of() const { return of_; }
  bool is(Of of) const { return of_ == of; }
  const std::vector<Type>& parameters() const;
  /// Of abstract_, parameter_ and object_.
  const std::string& name() const;
  const StructType* struct_type() const;
  /// The element of a list, the value of a map, what an optional holds; dyn where not known.
  Type element() const;

  friend bool operator==(const Type& a, const Type& b);
  /// `list(int)`, `map(string, dyn)`, `optional_type(bool)`, `null_type`.
  std::string to_string() const;
  /// The same in a supervisor's words: "a whole number", "text", "a list of text".
  std::string in_words() const;

 private:
  struct Detail;
  explicit Type(Of of) : of_(of) {}
  Type(Of of, std::string name, std::vector<Type> parameters);

  Of of_ = Of::dyn;
  std::shared_ptr<const Detail> detail_;
};

/// A record type of the host, such as a contact {at, queue, topic, channel, resolved}.
struct alignas(16) StructType {
  struct Field {
    std::string name;
    Type type;
  };
  std::string name;
  std::vector<Field> fields;
  /// The field `field` (its place in `fields`) of the object at `object`.
  Value (*get)(const void* object, std::uint32_t field, Arena& arena) = nullptr;
};

/// Reads a type as to_string() writes it; a name that is none of the language's types is a type
/// parameter, one with parameters of its own an abstract type. nullopt: it is no type.
std::optional<Type> parse_type(std::string_view text);

}  // namespace assist::cel

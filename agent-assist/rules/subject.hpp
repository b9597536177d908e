#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/condition.hpp"

namespace assist::rules {

/// What a plain leaf is about: a fact, an attribute or a situation.
struct Subject {
  /// What tests know of a fact: its type in a supervisor's words.
  enum class Type : std::uint8_t {
    text,
    boolean,
    whole,
    number,
    length,
    moment,
    texts,
    numbers,
    records,  // contacts, incidents
    open      // an attribute that is not declared
  };

  std::string name;  // as written
  std::string cel;   // its value in expressions
  Type type;
  std::string present;                       // of an attribute: whether it is there
  const AttributeSpec* attribute = nullptr;  // of a declared one

  /// Text, or a list of it, and nobody declared which.
  bool is_free_text() const {
    const bool text = type == Type::text || type == Type::texts || type == Type::open;
    return text && (attribute == nullptr || attribute->allowed.empty());
  }
};

/// Its type, such as "a length of time".
std::string_view words_of(Subject::Type type);

/// The subject that a key names; nullopt: there is none, and the report says so.
std::optional<Subject> subject_of(Reader& reader, const yaml::Node& key, const Names& names);

}  // namespace assist::rules

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/seen.hpp"
#include "rules/subject.hpp"

namespace assist::rules {

/// A length of time as expressions have it.
std::string cel_length(Duration length);

/// What tests compare a subject with, written as expressions have it. Each returns nullopt where it
/// is wrong, and the report says so.
class Values {
 public:
  Values(Reader& reader, const Subject& subject, const Names& names)
      : reader_(reader), subject_(subject), names_(names) {}

  /// The value as a literal. `ordered`: for over, under and the like. `item`: of a list.
  std::optional<std::string> literal(const yaml::Node& node, bool ordered, bool item = false);
  /// An entry of a list fact.
  std::optional<std::string> element(const yaml::Node& node, bool item = false);
  std::optional<std::string> list(const yaml::Node& node, std::string_view test);
  /// A text to look for in another.
  std::optional<std::string> part(const yaml::Node& node);

 private:
  /// Told: another fact, where a value is due.
  bool is_fact(const yaml::Node& node, bool ordered);
  /// Told: `> 2m`, which is a test and no value.
  bool is_comparison(const yaml::Node& node);
  /// Told: a list, also one that nobody declared, where one text is due.
  bool is_named_list(const yaml::Node& node);
  /// Told: `"!billing"`, where no list of values is declared.
  bool is_negation(const yaml::Node& node, bool item);
  void unknown_list(const yaml::Node& node);
  /// "" is a value to compare with: of what is not known.
  static bool is_empty_text(const yaml::Node& node);
  std::optional<std::string> text(const yaml::Node& node, bool item);
  std::optional<std::string> plain_text(const yaml::Node& node, Compared compared);
  bool allowed(const yaml::Node& node, const std::string& value);
  std::optional<std::string> boolean(const yaml::Node& node);
  std::optional<std::string> number(const yaml::Node& node);
  /// A length for an attribute that is sent as a number of its declared unit.
  std::optional<std::string> length_in_unit(const yaml::Node& node);
  /// A fact that is a length is compared with one, a declared attribute with its number.
  std::optional<std::string> length(const yaml::Node& node);
  std::optional<std::string> moment(const yaml::Node& node);
  std::optional<std::string> wrong_shape(const yaml::Node& node);
  /// Of an attribute that may be anything: the value says what it is compared with.
  std::optional<std::string> open(const yaml::Node& node, bool ordered, Compared compared);
  std::optional<std::string> named_list(const yaml::Node& node);
  bool fits(const yaml::Scalar& value) const;

  Reader& reader_;
  const Subject& subject_;
  const Names& names_;
};

}  // namespace assist::rules

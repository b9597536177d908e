#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "journal/journal.hpp"

namespace assist::journal {

// The values in the lines of an exported journal. Bytes that are no text are {"base64": ...}.
boost::json::value as_json(std::string_view bytes);
std::string as_hex(std::uint64_t value);  // 16 digits: a checksum does not fit a double
std::string_view name_of(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

/// Reads the members of one line; what is missing or of another type is remembered.
class LineReader {
 public:
  explicit LineReader(const boost::json::object& object) : object_(object) {}

  bool has(std::string_view name) const { return object_.contains(name); }
  std::uint64_t number(std::string_view name);
  std::uint64_t hex(std::string_view name);
  std::string bytes(std::string_view name);
  std::optional<std::string> bytes_or_null(std::string_view name);
  Time time(std::string_view name);
  /// nullptr: it is none.
  const boost::json::object* object(std::string_view name);

  /// The first member that was not what it should be, or "".
  const std::string& wrong() const { return wrong_; }

 private:
  const boost::json::value* find(std::string_view name);
  void note(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const boost::json::object& object_;
  std::string wrong_;
};

}  // namespace assist::journal

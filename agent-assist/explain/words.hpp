#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "engine/inspect.hpp"

/// What supervisors call things: facts, values, moments.
namespace assist::explain {

/// How moments are written: in which offset from UTC, and on which day no date is needed. With all
/// digits, as lengths are (format_duration()): tests turn at a microsecond, and what was cut off
/// one would contradict the other.
struct Clock {
  std::chrono::minutes offset{0};
  Time today{};

  /// `12:01:40`, or with its date where that is another day.
  std::string moment(Time at) const;
  /// `2026-01-05 12:01:40 UTC`, or with the offset.
  std::string full(Time at) const;
};

/// A fact as the subject of a sentence: "time on hold", and whether there are many of it.
struct Subject {
  std::string phrase;
  bool many = false;

  std::string is() const { return phrase + (many ? " are " : " is "); }
};
/// Of a fact ("call.hold", "call.attributes.vip"), or of any other expression as it is written.
Subject subject_of(std::string_view fact);

/// ID of `situation.ID` and `situation["ID"]`; "": it is something else.
std::string_view situation_in(std::string_view fact);

/// A sentence for a fact that is a yes or no: "the call is on hold". "": it has none.
std::string statement(std::string_view fact, bool yes);

/// A value as part of a sentence: "1m40s", "billing", "yes", "a, b and c".
std::string value(const engine::Seen& seen, const Clock& clock);
/// Text, in quotes where it would be misread as part of the sentence.
std::string plain(std::string_view text);
/// A piece of an expression, on one line, marked as such.
std::string code(std::string_view source);
/// "a, b and 3 more" of many: at most eight are named.
std::string listed(const std::vector<std::string>& names);

/// `1 contact`, `2 contacts`.
std::string counted(std::size_t n, std::string_view one);
/// `7 days`, `10m`: as in "in the last 7 days".
std::string span(Duration length);
/// One line: runs of white space are a space.
std::string one_line(std::string_view source);

}  // namespace assist::explain

#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assist {

/// Where something is wrong: a file, line and column (from 1, in code points), or a JSON pointer
/// (RFC 6901). Members that do not fit the case are empty or 0.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string pointer;
};

/// What kind of failure it is. The list stands once, here; `code_name` reads from it.
#define ASSIST_ERROR_CODES(X)                                                                  \
  X(not_json, "not_json")             /* the bytes are not one JSON text in UTF-8 */           \
  X(not_cloudevent, "not_cloudevent") /* JSON, but no CloudEvent 1.0 */                        \
  X(unknown_type, "unknown_type")     /* a CloudEvent of a type that the contract lacks */     \
  X(bad_data, "bad_data")             /* a known type whose subject, time or data are wrong */ \
  X(too_large, "too_large")           /* over a limit of the config */                         \
  X(bad_rule, "bad_rule")             /* a rule, list or test file is wrong */                 \
  X(bad_expression, "bad_expression") /* an expression is wrong */                             \
  X(bad_config, "bad_config")         /* a configuration file is wrong */                      \
  X(bad_argument, "bad_argument")     /* a flag or parameter is wrong */                       \
  X(not_found, "not_found")           /* what is named does not exist */                       \
  X(unreadable, "unreadable")         /* a path, socket or database cannot be used */          \
  X(journal, "journal")               /* the journal cannot be read or written */

enum class ErrorCode : std::uint8_t {
#define ASSIST_X(name, text) name,
  ASSIST_ERROR_CODES(ASSIST_X)
#undef ASSIST_X
};

/// The code as it is written in JSON ("bad_data").
constexpr std::string_view code_name(ErrorCode code) {
  constexpr std::string_view names[] = {
#define ASSIST_X(name, text) text,
      ASSIST_ERROR_CODES(ASSIST_X)
#undef ASSIST_X
  };
  return names[static_cast<std::size_t>(code)];
}

/// Why something failed. `text` is a line a person can act on, `code` is for programs.
struct Error {
  ErrorCode code;
  std::string text;
  Place place;
};

/// Boost asks for this where a value is missing. Ours is a slip of the program: it ends it.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

/// A T, or the Error that stands in its place. Test with `if (r)`, read with `*r`, `r->`,
/// `error()`.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
  /// A hidden throw: test first, then read with `*`.
  void value() const = delete;
};

/// One thing that is wrong in a file that people write.
struct Diagnostic {
  Place place;
  std::string text;     // the error, in words its author can act on
  std::string snippet;  // the line it is in, without its line break
};

/// All that is wrong, in order of place. Loaders collect and go on.
using Diagnostics = std::vector<Diagnostic>;

/// `FILE:LINE:COL: error: TEXT`, then the line and a caret, each ended by a line break. As in
/// base/excerpt.hpp: of a long line a part, and nothing that a terminal would obey.
std::string format(const Diagnostic& diagnostic);

/// The name in `known` that `name` most likely meant, or "" if none is near (edit distance).
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace assist

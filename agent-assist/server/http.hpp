#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assist::server {

/// An HTTP request as the service's own code sees it.
struct Request {
  std::string method;
  std::string path;   // before "?", as it came
  std::string query;  // behind it; never logged
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of the first header of this name (any case); "" if there is none.
  std::string_view header(std::string_view name) const;
  /// The only query parameter of this name, decoded. nullopt: none, several, or badly encoded.
  std::optional<std::string> parameter(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers a request: call once, on the I/O thread, now or later.
using Respond = std::function<void(Response)>;

bool equal_no_case(std::string_view a, std::string_view b);

/// RFC 9457. `members`: further ones, as JSON without braces, or "".
Response problem(unsigned status, std::string_view detail, std::string_view members = "");

std::string_view reason_of(unsigned status);

}  // namespace assist::server

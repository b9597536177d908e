#include "server/http.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <boost/url/parse_query.hpp>

#include "events/text.hpp"
#include "events/write.hpp"

namespace assist::server {

bool equal_no_case(std::string_view a, std::string_view b) { return events::equal_no_case(a, b); }

std::string_view Request::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(),
                               [&](const auto& h) { return equal_no_case(h.first, name); });
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  const auto parameters = boost::urls::parse_query(query);
  if (!parameters) return std::nullopt;
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  std::optional<std::string> found;
  for (const auto& parameter : *parameters) {
    if (parameter.key.decode(options) != name) continue;
    if (found) return std::nullopt;
    found = parameter.value.decode(options);
  }
  return found;
}

std::string_view reason_of(unsigned status) {
  const auto text = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {text.data(), text.size()};
}

Response problem(unsigned status, std::string_view detail, std::string_view members) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  auto& body = response.body;
  body = R"({"title":)";
  events::append_json_string(body, reason_of(status));
  body += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
  events::append_json_string(body, detail);
  if (!members.empty()) body += ',';
  body += members;
  body += '}';
  return response;
}

}  // namespace assist::server

#include "server/origin.hpp"

#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "server/http.hpp"

namespace assist::server {
namespace {

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// "[::1]:80" → "::1", ":80"; "localhost" → "localhost", "". False: brackets that do not close.
bool split_host(std::string_view text, std::string_view& host, std::string_view& rest) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
  }
  return !host.empty() && (rest.empty() || rest[0] == ':');
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (equal_no_case(host, "localhost")) return true;
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(std::string(host), ec);
  return !ec && address.is_loopback();
}

bool parse_host_port(std::string_view text, HostPort& out) {
  std::string_view host, rest;
  if (!split_host(text, host, rest) || rest.size() < 2) return false;
  out.host = host;
  return parse_port(rest.substr(1), out.port);
}

bool OwnHost::is_own_name(std::string_view name) const {
  return is_loopback(name) || equal_no_case(name, host_);
}

bool OwnHost::is_own_host(std::string_view host) const {
  std::string_view name, rest;
  return split_host(host, name, rest) && is_own_name(name);
}

bool OwnHost::is_own_origin(std::string_view origin) const {
  struct Scheme {
    std::string_view prefix;
    std::uint16_t port;
  };
  for (const auto& [prefix, usual] : {Scheme{"http://", 80}, Scheme{"https://", 443}}) {
    if (!origin.starts_with(prefix)) continue;
    std::string_view name, rest;
    if (!split_host(origin.substr(prefix.size()), name, rest)) return false;
    std::uint16_t port = usual;
    if (!rest.empty() && !parse_port(rest.substr(1), port)) return false;
    return port == port_ && is_own_name(name);
  }
  return false;
}

}  // namespace assist::server

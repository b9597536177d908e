#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assist::server {

/// Which hosts and origins are the service's own. Against pages of other sites that a browser
/// shows beside ours: they can reach loopback too, under its name or one of their own
/// (DNS rebinding).
class OwnHost {
 public:
  /// `host`: that of the listening address.
  OwnHost(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

  /// Of a `Host` header: localhost, a loopback address or the listening one, any port.
  bool is_own_host(std::string_view host) const;
  /// Of an `Origin` header: such a host with our own port.
  bool is_own_origin(std::string_view origin) const;

 private:
  bool is_own_name(std::string_view name) const;

  const std::string host_;
  const std::uint16_t port_;
};

/// "127.0.0.1", "::1" and their like; a name is none, but for "localhost".
bool is_loopback(std::string_view host);

/// "127.0.0.1:8080", "[::1]:0", "localhost:80" in its parts. False: it is something else.
struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};
bool parse_host_port(std::string_view text, HostPort& out);

}  // namespace assist::server

#include "server/origin.hpp"

#include <catch2/catch.hpp>

using namespace assist::server;

TEST_CASE("own hosts are loopback and the listening one", "[server]") {
  const OwnHost own("127.0.0.2", 8080);
  for (const auto* host :
       {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "127.0.0.2", "[::1]:8080", "127.1.2.3"}) {
    INFO(host);
    CHECK(own.is_own_host(host));
  }
  for (const auto* host :
       {"", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example", "[::1",
        "10.0.0.1", "127.0.0.1.evil.example"}) {
    INFO(host);
    CHECK_FALSE(own.is_own_host(host));
  }
}

TEST_CASE("an own origin has an own host and our port", "[server]") {
  const OwnHost own("127.0.0.1", 8080);
  for (const auto* origin :
       {"http://127.0.0.1:8080", "http://localhost:8080", "https://[::1]:8080"}) {
    INFO(origin);
    CHECK(own.is_own_origin(origin));
  }
  for (const auto* origin : {"null", "http://evil.example:8080", "http://127.0.0.1:9999",
                             "http://127.0.0.1", "file://127.0.0.1:8080", "http://127.0.0.1:8080/",
                             "http://127.0.0.1:8080@evil.example", "http://", "127.0.0.1:8080"}) {
    INFO(origin);
    CHECK_FALSE(own.is_own_origin(origin));
  }
  CHECK(OwnHost("127.0.0.1", 80).is_own_origin("http://localhost"));
}

TEST_CASE("a listening address has a host and a port", "[server]") {
  HostPort at;
  CHECK(parse_host_port("127.0.0.1:0", at));
  CHECK(at.port == 0);
  CHECK(parse_host_port("[::1]:8080", at));
  CHECK(at.host == "::1");
  for (const auto* text : {"127.0.0.1", ":80", "host:", "host:x", "host:99999", "host:80x", ""}) {
    INFO(text);
    CHECK_FALSE(parse_host_port(text, at));
  }
  CHECK(is_loopback("::1"));
  CHECK_FALSE(is_loopback("0.0.0.0"));
  CHECK_FALSE(is_loopback("::"));
  CHECK_FALSE(is_loopback("example.org"));
}

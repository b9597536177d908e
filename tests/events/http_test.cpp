#include "events/http.hpp"

#include <catch2/catch.hpp>

namespace assist::events {

TEST_CASE("the mode of a request is read from its headers", "[events]") {
  struct Row {
    std::vector<Decoder::Header> headers;
    HttpMode mode;
  };
  static const Row rows[] = {
      {{{"Content-Type", "application/cloudevents+json"}}, HttpMode::structured},
      {{{"content-type", " Application/CloudEvents+JSON ; charset=\"UTF-8\""}},
       HttpMode::structured},
      {{{"content-type", "application/cloudevents+json"}, {"ce-id", "x"}}, HttpMode::structured},
      {{{"content-type", "application/cloudevents-batch+json"}}, HttpMode::batch},
      {{{"content-type", "application/cloudevents+avro"}}, HttpMode::unsupported},
      {{{"content-type", "application/cloudevents+avro"}, {"ce-id", "x"}}, HttpMode::unsupported},
      {{{"content-type", "application/cloudevents-batch+xml"}}, HttpMode::unsupported},
      {{{"content-type", "application/cloudevents+json; charset=utf-16"}}, HttpMode::unsupported},
      {{{"content-type", "application/json"}, {"CE-ID", "x"}}, HttpMode::binary},
      {{{"CE-ID", "x"}}, HttpMode::binary},
      {{{"content-type", "application/json"}}, HttpMode::unsupported},
      {{{"content-type", "nonsense"}, {"ce-id", "x"}}, HttpMode::unsupported},
      {{{"content-type", "application/json"}, {"content-type", "application/json"}, {"ce-id", "x"}},
       HttpMode::unsupported},
      {{}, HttpMode::unsupported},
      {{{"ce-", "x"}, {"c", "y"}}, HttpMode::unsupported},
  };
  for (const auto& [headers, mode] : rows) {
    INFO((headers.empty() ? "none" : std::string(headers[0].value)));
    CHECK(http_mode(headers) == mode);
  }
}

}  // namespace assist::events

#include "facts/attributes.hpp"

#include <catch2/catch.hpp>

#include "events/decode.hpp"
#include "facts/subjects.hpp"

using namespace assist;
using facts::AttributeMap;

namespace {

/// The attributes of a call.updated event with this JSON as its attributes.
class Patch {
 public:
  explicit Patch(std::string_view json) {
    decoder_.decode(R"({"specversion":"1.0","id":"1","source":"/t","type":"call.updated",)"
                    R"("subject":"c","data":{"attributes":)" +
                        std::string(json) + "}}",
                    events::Shape::event, batch_);
    REQUIRE(batch_.rejected.empty());
  }
  events::JsonObject operator*() const {
    return *std::get<events::CallUpdated>(batch_.events[0].data).attributes;
  }

 private:
  events::Decoder decoder_;
  events::Batch batch_;
};

std::string print(const std::shared_ptr<const AttributeMap>& map) {
  return cel::to_literal(cel::Value::map(facts::or_empty(map)), Time{});
}

}  // namespace

TEST_CASE("merge patches are applied as RFC 7396 has it", "[facts]") {
  facts::Names names;
  std::shared_ptr<const AttributeMap> map;
  map = merged(map.get(), *Patch(R"({"b":1,"a":{"x":"y"},"l":[1,null,{"k":2.5}]})"), names);
  CHECK(print(map) == R"({"a": {"x": "y"}, "b": 1, "l": [1, null, {"k": 2.5}]})");
  map = merged(map.get(), *Patch(R"({"b":null,"a":{"x":null,"z":true},"l":{"m":0}})"), names);
  CHECK(print(map) == R"({"a": {"z": true}, "l": {"m": 0}})");
  map = merged(map.get(), *Patch(R"({"a":"text"})"), names);
  CHECK(print(map) == R"({"a": "text", "l": {"m": 0}})");
}

TEST_CASE("a late patch counts as if it had come in time", "[facts]") {
  const auto at = [](int s) { return Time{std::chrono::seconds{s}}; };
  facts::Names names;
  facts::PatchedAttributes attributes;
  CHECK(attributes.patch(*Patch(R"({"a":1})"), at(10), names));
  CHECK(attributes.patch(*Patch(R"({"a":3,"b":3})"), at(30), names));
  CHECK(attributes.patch(*Patch(R"({"a":2,"c":2})"), at(20), names));
  CHECK(print(attributes.value()) == R"({"a": 3, "b": 3, "c": 2})");
  CHECK_FALSE(attributes.patch(*Patch(R"({"b":9})"), at(5), names));
}

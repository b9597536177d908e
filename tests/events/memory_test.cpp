// A decoder and a batch that are used again and again take no memory from the system.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "events/decode.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace assist::events {

TEST_CASE("after the first messages decoding allocates nothing", "[events]") {
  const auto event = [](int i) {
    return R"({"specversion":"1.0","id":"e)" + std::to_string(i) +
           R"(","source":"/phones/denver","type":"call.updated","subject":"c\u0031",)"
           R"("time":"2026-11-22T10:02:00Z","data":{"topic":"a\nb","attributes":{"a":[1,2.5,"x"],)"
           R"("b":{"c":null}}}})";
  };
  std::string many = "[" + event(0);
  for (int i = 1; i < 100; ++i) many += ',' + event(i);
  many += ']';
  const std::string one = event(1);
  Decoder decoder;
  Batch batch;
  const auto decode_both = [&] {
    decoder.decode(many, Shape::event_or_batch, batch);
    const std::size_t events = batch.events.size();
    decoder.decode(one, Shape::event_or_batch, batch);
    return events + batch.events.size();
  };
  for (int i = 0; i < 3; ++i) decode_both();
  const std::size_t before = allocations;
  std::size_t events = 0;
  for (int i = 0; i < 100; ++i) events += decode_both();
  const std::size_t after = allocations;
  CHECK(events == 100 * 101);
  CHECK(after == before);
}

}  // namespace assist::events

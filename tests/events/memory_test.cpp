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

TEST_CASE("10,000 events of all types, one after the other, allocate nothing", "[events]") {
  const std::string_view data[] = {
      R"({"customer":"cu1","queue":"q1","area":"a1","topic":"t","attributes":{"language":"en"}})",
      R"({"queue":"q1","agent":"ana","step":"greet","kind":"outage","areas":["a","b"]})",
      R"({"speaker":"customer","text":"it is broken","score":-0.25,"queue":"q","agent":"a"})",
      R"({"agent":"bo","queue":"q2","step":"s","speaker":"agent","text":"é\n","score":1,"kind":"x"})",
      R"({"attributes":{"a":{"b":[1,2.5]}},"resolved":true,"waiting":3,"longest_wait_seconds":1.5})"};
  std::vector<std::string> messages;
  for (int i = 0; i < 10'000; ++i) {
    const auto at = static_cast<std::size_t>(i);
    messages.push_back(R"({"specversion":"1.0","id":"e)" + std::to_string(i) +
                       R"(","source":"/site/)" + std::to_string(i % 5) + R"(","type":")" +
                       std::string(kEventTypeNames[at % kEventTypeCount]) +
                       R"(","subject":"s1","time":"2026-11-22T10:0)" + std::to_string(i % 7) +
                       R"(:00.5Z","data":)" + std::string(data[at / kEventTypeCount % 5]) + "}");
  }
  Decoder decoder;
  Batch batch;
  const auto decode_all = [&] {
    std::size_t events = 0;
    for (const std::string& message : messages) {
      decoder.decode(message, Shape::event, batch);
      if (batch.rejected.empty()) events += batch.events.size();
    }
    return events;
  };
  // A refusal has a text, which is allocated: such messages are left out.
  std::erase_if(messages, [&](const std::string& message) {
    decoder.decode(message, Shape::event, batch);
    return !batch.rejected.empty();
  });
  CHECK(messages.size() > 5'000);
  const std::size_t before = allocations;
  const std::size_t events = decode_all();
  CHECK(allocations == before);
  CHECK(events == messages.size());
}

}  // namespace assist::events

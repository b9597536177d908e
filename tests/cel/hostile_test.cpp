// Sources made to hurt: an error or a result, soon and in little memory.

#include <catch2/catch.hpp>
#include <chrono>

#include "cel/world.hpp"
#include "patience.hpp"

using namespace cel_test;

namespace {

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string nested(std::string inner, std::string_view before, std::string_view after, int times) {
  for (int i = 0; i < times; ++i) inner = std::string(before) + inner + std::string(after);
  return inner;
}

/// The bar is 100 ms in a release build; without optimisation, or with sanitizers, ten times that
/// and more is no fault of the source.
constexpr int milliseconds_allowed() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
  return 5000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return 5000;
#else
  return 400;
#endif
#else
  return 400;  // 100 on an idle machine
#endif
}

}  // namespace

TEST_CASE("hostile sources end soon, in an error or a value", "[cel][hostile]") {
  World world;
  const std::string ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
  const auto loops = [&](const char* macro) {
    std::string source = "true";
    for (int i = 0; i < 10; ++i) {
      source = ten + "." + macro + "(x" + std::to_string(i) + ", " + source + ")";
    }
    return source;
  };
  const std::string many = "[" + repeat("1,", 3000) + "1]";
  const std::string sources[] = {
      "\"" + repeat("a", 1'000'000) + "\"",
      repeat("(", 100'000) + "1" + repeat(")", 100'000),
      repeat("(", 40'000) + "1" + repeat(")", 40'000),
      repeat("[", 40'000) + repeat("]", 40'000),
      repeat("!", 90'000) + "true",
      repeat("!-", 40'000) + "1",
      repeat("true?1:", 10'000) + "1",
      repeat("1+", 40'000) + "1",
      "call" + repeat(".a", 40'000),
      "call.queue" + repeat(".trim()", 10'000),
      loops("map"),
      loops("all"),
      nested("call.queue", "cel.bind(x, ", ", x + x + x + x)", 20),
      nested("[call.queue]", "cel.bind(x, ", ", x + x + x + x)", 20),
      nested("[call.queue]", "cel.bind(x, ", ", [x, x])", 60),
      "cel.bind(y, " + nested("[call.queue]", "cel.bind(x, ", ", [x, x])", 60) + ", y == y)",
      "\"%s\".format([" + nested("[call.queue]", "cel.bind(x, ", ", [x, x])", 60) + "])",
      "call.queue.matches(\"((a{100}){100}){100}\")",
      "\"" + repeat("x", 20'000) + "\".matches(\"(x+x+)+y\")",
      ten + ".all(a, " + ten + ".all(b, " + ten +
          ".all(c, !call.queue.matches(\"(a|b|c){\" + string(c * 50) + \"}z\"))))",
      "cel.bind(l, " + many + ", l.all(a, l.all(b, !(2 in l))))",
      "cel.bind(s, \"" + repeat("a", 10'000) + "\", " + many +
          ".all(a, !s.contains(\"aaaaaaaaaaaaaab\")))",
      "\"" + repeat("a", 30'000) + "\".replace(\"a\", \"" + repeat("b", 30'000) + "\")",
      "[" + repeat("call.hold_totl,", 6000) + "1]",
      "[" + repeat("minuts(1),", 9000) + "1]",
  };
  for (const std::string& source : sources) {
    INFO(source.substr(0, 80) << " (" << source.size() << " bytes)");
    const assist::testing::Stopwatch watch;
    const auto built = compile(source, world.env);
    std::size_t used = 0;
    if (const auto* program = std::get_if<Program>(&built)) {
      Arena arena;
      program->run(world, world.held_at, arena);
      used = arena.used();
    }
    CHECK(watch.took() < std::chrono::milliseconds(milliseconds_allowed()));
    CHECK(used < (std::size_t{20} << 20));
  }
}

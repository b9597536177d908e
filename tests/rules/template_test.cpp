#include <catch2/catch.hpp>

#include "rule_files.hpp"

namespace assist::rules {
namespace {

/// Literals as they stand, programs in «».
std::string parts_of(const std::string& headline) {
  const Loaded loaded =
      load_text(rule_with("call.on_hold") + "    suggest:\n      - headline: " + headline + "\n");
  INFO(headline << "\n" << told(loaded));
  REQUIRE(loaded.rules != nullptr);
  std::string out;
  for (const Text::Part& part : loaded.rules->rules[0].suggestions[0].headline.parts)
    out += part.program ? "<" + part.program->source() + ">" : part.literal;
  return out;
}

}  // namespace

TEST_CASE("a text ends its expressions at the first brace outside quotes and brackets", "[rules]") {
  struct Row {
    std::string text, parts;
  };
  static const Row rows[] = {
      {"Hello", "Hello"},
      {"Hello ${ call.id }!", "Hello < call.id >!"},
      {"${call.id}${call.queue}", "<call.id><call.queue>"},
      {"$${ call.id }", "${ call.id }"},
      {"$$${ call.id }", "$${ call.id }"},
      {"5 $ or {6}", "5 $ or {6}"},
      {"${ \"}\" }", "< \"}\" >"},
      {"\"${ {'a': 'b'}['a'] }\"", "< {'a': 'b'}['a'] >"},
      {"${ r'}' + '}' }", "< r'}' + '}' >"},
      {"'${ call.holds > 1 ? \"again\" : \"once\" }'", "< call.holds > 1 ? \"again\" : \"once\" >"},
      {"${ call.holds }, ${ call.hold }, ${ call.sentiment }, ${ call.on_hold }, ${ now }",
       "< call.holds >, < call.hold >, < call.sentiment >, < call.on_hold >, < now >"},
      {"${ call.attributes.x }", "< call.attributes.x >"},
  };
  for (const auto& [text, parts] : rows) CHECK(parts_of(text) == parts);
}

TEST_CASE("a text knows the facts and situations that it reads", "[rules]") {
  const Loaded loaded =
      load_text(rule_with("call.on_hold") +
                "    suggest:\n      - headline: \"${ call.id } ${ situation.b ? 'x' : 'y' }\"\n"
                "        because: ${ incident('outage').summary }\n"
                "  - {id: b, title: B, when: call.answered}\n");
  INFO(told(loaded));
  REQUIRE(loaded.rules != nullptr);
  const Suggestion& suggestion = loaded.rules->rules[0].suggestions[0];
  CHECK(suggestion.headline.reads == bit(facts::Fact::call_id));
  CHECK(suggestion.headline.situations == std::vector<RuleIndex>{1});
  CHECK(suggestion.because->reads == bit(facts::Fact::incidents));
  CHECK_FALSE(suggestion.say);
}

}  // namespace assist::rules

#include "facts/words.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using assist::facts::fold_words;
using assist::facts::says;
using assist::facts::visit_words;
using namespace std::string_view_literals;

TEST_CASE("what was said becomes folded words", "[facts]") {
  struct Row {
    std::string_view text, words;
  };
  static const Row rows[] = {
      {"I want to CANCEL.", " i want to cancel "},
      {"  cancel\tmy   plan\n", " cancel my plan "},
      {"I'm", " i'm "},
      {"I\u2019m", " i'm "},                  // what phones write for an apostrophe
      {"'quoted' words'", " quoted words "},  // an apostrophe at the rim is no part of a word
      {"rock''n", " rock n "},                // two are no inner apostrophe
      {"ÄRGER Straße", " ärger straße "},     // simple folding keeps the length: ß stays
      {"ẞ", " ß "},
      {"ΣΊΣΥΦΟΣ σίσυφος", " σίσυφοσ σίσυφοσ "},  // final sigma folds
      {"İstanbul", " İstanbul "},                // U+0130 has no simple folding
      {"e\u0301te\u0301", " e\u0301te\u0301 "},  // marks belong to words
      {"call 911 now", " call 911 now "},
      {"co-op", " co op "},
      {"... !? \u2014", ""},
      {"", ""},
      {"日本語 テスト", " 日本語 テスト "},
  };
  for (const auto& [text, words] : rows) {
    INFO("text: \"" << text << '"');
    CHECK(fold_words(text) == words);
  }
}

TEST_CASE("text that is ASCII is folded as any other", "[facts]") {
  // With what stands just beside letters and digits.
  constexpr std::string_view kSome = "aZ9''  -.\t\n_zA0@[`{/:\x7f\0"sv;
  std::mt19937 draw(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    // Some of them short, some beyond what is looked at in one go.
    for (auto left = draw() % (round % 2 == 0 ? 12 : 80); left > 0; --left)
      text += kSome[draw() % kSome.size()];
    const std::string words = fold_words(text);
    CHECK(fold_words(text + " \u00e9") == (words.empty() ? " " : words) + "\u00e9 ");
  }
}

TEST_CASE("words are visited one by one, wherever they stand", "[facts]") {
  std::mt19937 draw(7);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string> words;
    std::string text;
    for (auto left = draw() % 30; left > 0; --left) {
      words.emplace_back(1 + draw() % (round % 2 == 0 ? 6 : 90), 'a');
      text += words.back() + ", ";
    }
    std::vector<std::string> visited;
    const std::string folded = fold_words(text);
    visit_words(folded, [&](std::size_t at, std::string_view word) {
      CHECK(folded.substr(at, word.size()) == word);
      visited.emplace_back(word);
    });
    CHECK(visited == words);
  }
}

TEST_CASE("a phrase is said where its words follow each other", "[facts]") {
  const auto utterance = fold_words("Well, I'd like to cancel -- my -- service!");
  CHECK(says(utterance, fold_words("cancel my service")));
  CHECK(says(utterance, fold_words("CANCEL")));
  CHECK_FALSE(says(utterance, fold_words("can")));
  CHECK_FALSE(says(utterance, fold_words("cancel service")));
  CHECK_FALSE(says(utterance, fold_words("my cancel")));
}

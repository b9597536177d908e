#include "rules/comparison.hpp"

namespace assist::rules {
namespace {

struct Sign {
  std::string_view sign, test;
};
/// The longer ones first.
constexpr Sign kSigns[] = {
    {">=", "at_least"}, {"=>", "at_least"}, {"<=", "at_most"}, {"=<", "at_most"}, {"==", "is"},
    {"!=", "is_not"},   {"<>", "is_not"},   {">", "over"},     {"<", "under"},    {"=", "is"},
};

}  // namespace

std::string comparison_in_words(std::string_view text) {
  for (const auto& [sign, test] : kSigns) {
    if (!text.starts_with(sign)) continue;
    const std::size_t first = text.find_first_not_of(' ', sign.size());
    if (first == std::string_view::npos) return "";
    const std::size_t last = text.find_last_not_of(' ');
    return "{" + std::string(test) + ": " + std::string(text.substr(first, last + 1 - first)) + "}";
  }
  return "";
}

}  // namespace assist::rules

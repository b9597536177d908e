#include "rules/several.hpp"

#include <algorithm>

#include "rules/wording.hpp"

namespace assist::rules {
namespace {

constexpr std::string_view kBetween[] = {" or ", "||", "|", " / ", ";", ","};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// A word, and no number: `1,000` is one text, `card or cash desk` one name.
bool is_word_alone(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\n") == std::string_view::npos &&
         text.find_first_not_of("0123456789.+-") != std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, std::string_view between) {
  std::vector<std::string_view> out;
  for (std::size_t at = text.find(between); at != std::string_view::npos; at = text.find(between)) {
    out.push_back(trimmed(text.substr(0, at)));
    text.remove_prefix(at + between.size());
  }
  out.push_back(trimmed(text));
  return out;
}

/// `billing, retention`; "": it looks like one.
std::string several_in(std::string_view text) {
  for (const std::string_view between : kBetween) {
    const auto parts = split(text, between);
    if (parts.size() == 1 || !std::all_of(parts.begin(), parts.end(), is_word_alone)) continue;
    std::string out;
    for (const std::string_view part : parts) out += (out.empty() ? "" : ", ") + std::string(part);
    return out;
  }
  return "";
}

}  // namespace

void warn_of_several(Reader& reader, const yaml::Node& node,
                     const std::function<std::string(const std::string&)>& instead) {
  const std::string several = node.is_plain() ? several_in(node.text) : "";
  if (!several.empty())
    reader.warn(node, in_quotes(node.text) + " is one text as it stands. If it is several, write " +
                          instead(several) + "; if it is one, put it in quotes.");
}

void warn_of_several(Reader& reader, const yaml::Node& node, std::string_view instead) {
  warn_of_several(reader, node, [instead](const std::string&) { return std::string(instead); });
}

}  // namespace assist::rules

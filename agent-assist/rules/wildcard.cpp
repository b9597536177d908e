#include "rules/wildcard.hpp"

#include <algorithm>

#include "rules/wording.hpp"

namespace assist::rules {
namespace {

/// Words: what could be a name. `*611` is none, which one can dial.
bool is_worded(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return std::any_of(text.begin(), text.end(), letter) && text.find_first_of("*/") == text.npos;
}

/// `{starts_with: bill}` of `bill*`; "": it is no pattern.
std::string in_words(std::string_view text) {
  const bool front = text.starts_with('*'), back = text.size() > 1 && text.ends_with('*');
  const bool slashes = text.size() > 2 && text.starts_with('/') && text.ends_with('/');
  const std::string_view core =
      text.substr(front || slashes ? 1 : 0, text.size() - (front || slashes) - (back || slashes));
  if ((!front && !back && !slashes) || !is_worded(core)) return "";
  const std::string_view test = slashes         ? "matches"
                                : front && back ? "contains"
                                : front         ? "ends_with"
                                                : "starts_with";
  return "{" + std::string(test) + ": " + (is_id(core) ? std::string(core) : in_quotes(core)) + "}";
}

}  // namespace

void warn_of_wildcard(Reader& reader, const yaml::Node& node, std::string_view test) {
  const std::string words = node.is_scalar() ? in_words(node.text) : "";
  const bool slashes = words.starts_with("{matches");
  if (words.empty() || (test == "matches" && !slashes)) return;
  std::string advice = " Write " + words + ".";
  if (test == "is_not") advice = " Write " + words + " under none:.";
  if (test != "is" && test != "is_not") advice = " Leave them away.";
  reader.warn(node, "The signs " + std::string(slashes ? "/ /" : "*") + " of " +
                        in_quotes(node.text) + " stand for themselves here." + advice);
}

}  // namespace assist::rules

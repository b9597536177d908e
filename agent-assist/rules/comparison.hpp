#pragma once

#include <string>
#include <string_view>

namespace assist::rules {

/// `{over: 2m}` for `> 2m`: a comparison as plain leaves write it. "": the text is none.
std::string comparison_in_words(std::string_view text);

}  // namespace assist::rules

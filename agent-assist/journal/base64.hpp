#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assist::journal {

/// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);
/// nullopt: it is something else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace assist::journal

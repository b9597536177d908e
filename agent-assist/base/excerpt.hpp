#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assist {

/// What came in, fit for a terminal, which would obey control characters: these, and bytes that are
/// no UTF-8, are written as escapes (`\x1b`).
std::string printable(std::string_view text);

/// A line and a caret below its column (from 1, in code points), each ended by a line break. Fit
/// for a terminal; of a long line what is about the column.
std::string excerpt(std::string_view line, std::uint32_t column);

/// The column of a byte of the line.
std::uint32_t column_of(std::string_view line, std::size_t byte);

}  // namespace assist

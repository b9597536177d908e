#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "rules/load.hpp"
#include "rules/reader.hpp"

namespace assist::config {

/// The whole file. An error: it cannot be read.
Result<std::string> read_file(const std::filesystem::path& file);

/// What is in a directory and below it.
struct Found {
  std::vector<std::filesystem::path> files;  // in bytewise order of path
  std::vector<Error> unreadable;             // directories
};

/// The files in a directory and below it whose name is wanted; hidden ones aside, and what is in
/// hidden directories. Among them what turns out to be none: a link to nothing, a pipe.
Found files_below(const std::filesystem::path& dir,
                  const std::function<bool(std::string_view)>& wanted);

/// The whole of a file that was found so. An error: it cannot be read, or is no regular file.
Result<std::string> read_found(const std::filesystem::path& file);

/// Declared attributes (config/attributes.yaml), added to `out`. False: something is wrong, and
/// `errors` says what.
bool read_attributes(const rules::Source& source, std::vector<rules::AttributeSpec>& out,
                     Diagnostics& errors);

}  // namespace assist::config

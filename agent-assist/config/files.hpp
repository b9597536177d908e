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

/// The files in a directory and below it whose name is wanted; hidden ones aside, and what is in
/// hidden directories. An error: a directory cannot be read.
Result<std::vector<std::filesystem::path>> files_below(
    const std::filesystem::path& dir, const std::function<bool(std::string_view)>& wanted);

/// Declared attributes (config/attributes.yaml), added to `out`. False: something is wrong, and
/// `errors` says what.
bool read_attributes(const rules::Source& source, std::vector<rules::AttributeSpec>& out,
                     Diagnostics& errors);

}  // namespace assist::config

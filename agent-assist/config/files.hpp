#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "rules/load.hpp"
#include "rules/reader.hpp"

namespace assist::config {

/// The whole file. An error: it cannot be read.
Result<std::string> read_file(const std::filesystem::path& file);

/// Declared attributes (config/attributes.yaml), added to `out`. False: something is wrong, and
/// `errors` says what.
bool read_attributes(const rules::Source& source, std::vector<rules::AttributeSpec>& out,
                     Diagnostics& errors);

}  // namespace assist::config

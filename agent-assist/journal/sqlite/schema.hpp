#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "journal/sqlite/database.hpp"

namespace assist::journal {

enum class SchemaState { empty, older, current };

/// Whether the database is a journal, and one that this program can read. An error says what to do.
Result<SchemaState> schema_state(Database& database, const std::filesystem::path& file);

/// Makes the tables of an empty database, or brings those of an older version up to date.
Result<void> make_schema(Database& database, SchemaState from);

}  // namespace assist::journal

#include "journal/sqlite/schema.hpp"

#include <string>

namespace assist::journal {
namespace {

constexpr std::int64_t kApplication = 0x41734A31;  // "AsJ1": marks the file as ours
constexpr std::int64_t kVersion = 2;

// The log is `entries`, and where it was cut by pruning is `anchor`; the other tables are records
// beside it, which nothing is rebuilt from.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE entries(
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  body TEXT NOT NULL,
  checksum INTEGER NOT NULL) STRICT;
CREATE TABLE rejected(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  id TEXT,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  pointer TEXT NOT NULL,
  raw BLOB NOT NULL) STRICT;
CREATE TABLE feedback(
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  agent TEXT NOT NULL,
  suggestion TEXT NOT NULL,
  name TEXT NOT NULL,
  verdict TEXT NOT NULL,
  note TEXT NOT NULL) STRICT;
CREATE TABLE confidential_feedback(
  key BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  verdict TEXT NOT NULL,
  note TEXT NOT NULL,
  month TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// The last entry that was pruned, and its checksum: the chain goes on from there. One row, or none.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE anchor(
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  checksum INTEGER NOT NULL) STRICT;
)sql";

Error unfit(const std::filesystem::path& file, const std::string& how) {
  return {ErrorCode::unreadable, file.string() + ": " + how, {}};
}

}  // namespace

Result<SchemaState> schema_state(Database& database, const std::filesystem::path& file) {
  const auto application = database.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0 && *application == 0) return SchemaState::empty;
  if (*application != kApplication)
    return unfit(file, "is no journal of agent-assist; give another directory (--data DIR)");
  if (*version > kVersion) {
    return unfit(file, "the journal is of version " + std::to_string(*version) +
                           ", this program knows versions up to " + std::to_string(kVersion) +
                           "; run the newer program, or give another directory (--data DIR)");
  }
  if (*version < 1)
    return Error{ErrorCode::journal, file.string() + ": is damaged: it has no version", {}};
  return *version == kVersion ? SchemaState::current : SchemaState::older;
}

Result<void> make_schema(Database& database, SchemaState from) {
  if (from == SchemaState::current) return {};
  const std::string sql = "BEGIN IMMEDIATE;" +
                          std::string(from == SchemaState::empty ? kVersion1 : "") + kVersion2 +
                          "PRAGMA application_id = " + std::to_string(kApplication) +
                          "; PRAGMA user_version = " + std::to_string(kVersion) + "; COMMIT;";
  return database.execute(sql.c_str());
}

}  // namespace assist::journal

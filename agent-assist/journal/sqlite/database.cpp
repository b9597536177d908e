#include "journal/sqlite/database.hpp"

#include <sqlite3.h>

#include <utility>

namespace assist::journal {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Error Database::error_of(sqlite3* connection) {
  const char* const file = sqlite3_db_filename(connection, "main");
  std::string text = file && *file ? std::string(file) + ": " : std::string();
  text += sqlite3_errmsg(connection);
  if (const int code = sqlite3_extended_errcode(connection); code > 0xFF)
    text += " (SQLite " + std::to_string(code) + ")";
  return {ErrorCode::journal, std::move(text), {}};
}

void Statement::note(int code) {
  if (code != SQLITE_OK) bind_failed_ = code;
}

Statement& Statement::bind(int at, std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), at, value));
  return *this;
}

Statement& Statement::bind_text(int at, std::string_view text) {
  note(sqlite3_bind_text64(statement_.get(), at, text.data() ? text.data() : "", text.size(),
                           SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(int at, std::string_view bytes) {
  note(sqlite3_bind_blob64(statement_.get(), at, bytes.data() ? bytes.data() : "", bytes.size(),
                           SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int at) {
  note(sqlite3_bind_null(statement_.get(), at));
  return *this;
}

Result<bool> Statement::step() {
  if (const int failed = std::exchange(bind_failed_, SQLITE_OK); failed != SQLITE_OK) {
    reset();
    return Error{
        ErrorCode::journal, std::string("a value is refused: ") + sqlite3_errstr(failed), {}};
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = Database::error_of(sqlite3_db_handle(statement_.get()));
  reset();
  return error;
}

Result<void> Statement::run() {
  const auto stepped = step();
  if (!stepped) return stepped.error();
  reset();
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return {data ? data : "", size};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }

std::string_view Statement::column_name(int column) const {
  const char* const name = sqlite3_column_name(statement_.get(), column);
  return name ? name : "";
}

Result<Database> Database::open(const std::filesystem::path& file, Mode mode,
                                const std::string& vfs) {
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.connection_.reset(raw);
  if (code != SQLITE_OK) {
    const std::string why = raw ? sqlite3_errmsg(raw) : "out of memory";
    return Error{ErrorCode::unreadable, file.string() + ": " + why, {}};
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(connection_.get());
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
      SQLITE_OK)
    return error_of(connection_.get());
  return Statement(raw);
}

Result<std::int64_t> Database::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

int Database::last_code() const { return sqlite3_extended_errcode(connection_.get()); }

void Database::count_log_frames() {
  log_frames_ = std::make_unique<std::uint32_t>(0);
  const auto note = [](void* to, sqlite3*, const char*, int frames) {
    *static_cast<std::uint32_t*>(to) = static_cast<std::uint32_t>(frames);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(connection_.get(), note, log_frames_.get());
}

std::uint32_t Database::log_frames() const { return log_frames_ ? *log_frames_ : 0; }

Result<std::string> Database::log_header() {
  sqlite3_file* log = nullptr;
  const int found =
      sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (found != SQLITE_OK || !log || !log->pMethods) return std::string();
  std::string out(32, '\0');
  const int code = log->pMethods->xRead(log, out.data(), static_cast<int>(out.size()), 0);
  if (code == SQLITE_IOERR_SHORT_READ) return std::string();
  if (code != SQLITE_OK)
    return Error{ErrorCode::journal, std::string("the log's header: ") + sqlite3_errstr(code), {}};
  return out;
}

Result<bool> Database::checkpoint() {
  int frames = 0, copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             &frames, &copied);
  if (code == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) return error_of(connection_.get());
  return copied >= frames;
}

void Database::keep_log_on_close() {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

}  // namespace assist::journal

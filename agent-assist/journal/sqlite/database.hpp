#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace assist::journal {

/// One prepared statement. Bind, step, read; `reset` before the next use.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  Statement& bind(int at, std::int64_t value);
  Statement& bind_text(int at, std::string_view text);  // `text` must outlive the step
  Statement& bind_blob(int at, std::string_view bytes);
  Statement& bind_null(int at);

  /// True: a row is there. False: there is none further.
  Result<bool> step();
  /// Runs a statement that gives no rows, and readies it for the next time.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;  // until the next step
  bool is_null(int column) const;
  int columns() const;
  std::string_view column_name(int column) const;

 private:
  void note(int code);
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failed_ = 0;  // a code of SQLite: told by the next step
};

/// A connection to a database file. Errors name the file.
class Database {
 public:
  enum class Mode { create, read_only };
  /// `vfs`: the name of a SQLite VFS; "" is the system's.
  static Result<Database> open(const std::filesystem::path& file, Mode mode,
                               const std::string& vfs = {});

  Result<void> execute(const char* sql);
  Result<Statement> prepare(const char* sql);
  Result<std::int64_t> number(const char* sql);  // the first column of the first row
  bool in_transaction() const;
  int last_code() const;  // of the last call that failed, SQLite's extended one

  /// From here on log_frames() tells how far the write-ahead log is filled by the last commit of
  /// this connection (0: there was none), and nothing is checkpointed but by checkpoint().
  void count_log_frames();
  std::uint32_t log_frames() const;
  /// The first 32 bytes of the write-ahead log, as this connection sees it; "" if there are none.
  Result<std::string> log_header();
  /// Copies the log into the database file and syncs both. False: a reader stood in the way of
  /// some.
  Result<bool> checkpoint();
  /// Leaves the log as it is when this connection closes.
  void keep_log_on_close();

  /// The error that stands on a connection, in words.
  static Error error_of(sqlite3* connection);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<std::uint32_t> log_frames_;  // at a fixed address: SQLite's hook writes it
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace assist::journal

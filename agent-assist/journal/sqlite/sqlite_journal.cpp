#include "journal/sqlite/sqlite_journal.hpp"

#include <xxhash.h>

#include <array>
#include <cassert>
#include <mutex>
#include <random>
#include <utility>

#include "journal/data_lock.hpp"
#include "journal/sqlite/database.hpp"

namespace assist::journal {
namespace {

constexpr std::int64_t kApplication = 0x41734A31;  // "AsJ1": marks the file as ours
constexpr std::int64_t kVersion = 1;

// The log is `entries`; the other tables are records beside it, which nothing is rebuilt from.
constexpr const char* kSchema = R"sql(
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

std::int64_t micros(Time time) { return time.time_since_epoch().count(); }
Time time_of(std::int64_t micros) { return Time{Duration{micros}}; }

/// Covers the entry and, through `before`, all entries before it: none can be changed, dropped or
/// put elsewhere unseen.
std::uint64_t checksum(std::uint64_t before, const Entry& entry) {
  const std::array<std::uint64_t, 4> head{before, entry.sequence,
                                          static_cast<std::uint64_t>(micros(entry.at)),
                                          static_cast<std::uint64_t>(entry.kind)};
  const auto seed = XXH3_64bits(head.data(), sizeof head);
  return XXH3_64bits_withSeed(entry.body.data(), entry.body.size(), seed);
}

Error damaged(const std::filesystem::path& file, std::uint64_t sequence, std::string_view how) {
  return {ErrorCode::journal,
          file.string() + ": entry " + std::to_string(sequence) + " " + std::string(how),
          {}};
}

class SqliteJournal final : public Journal {
 public:
  SqliteJournal(std::filesystem::path file, SqliteOptions options, DataLock lock, Database database)
      : file_(std::move(file)),
        options_(options),
        lock_(std::move(lock)),
        database_(std::move(database)) {}

  Result<void> start();

  Result<void> commit(const Commit& commit) override;
  Result<void> replay(std::uint64_t after, const Take& take) override;
  std::uint64_t last_sequence() const override { return last_sequence_; }
  Result<std::vector<Rejected>> rejected(std::uint64_t after, std::size_t limit) override;

 private:
  struct Count {
    std::size_t rows = 0, bytes = 0;
  };

  Result<void> check_version();
  Result<void> create();
  Result<void> find_last();
  Result<void> prepare();
  Result<void> write(const Commit& commit);
  Result<void> write_entries(const Commit& commit);
  Result<void> write_rejected(const Commit& commit);
  Result<void> write_feedback(const Commit& commit);
  Result<void> prune_rejected();
  Result<void> check(const Entry& entry, std::uint64_t stored, std::uint64_t& chain) const;

  const std::filesystem::path file_;
  const SqliteOptions options_;
  DataLock lock_;
  Database database_;
  Statement add_entry_, add_rejected_, add_feedback_, add_confidential_, drop_rejected_;

  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_checksum_ = 0;
  Count rejected_;
  std::random_device random_;

  std::mutex reading_;  // guards `reader_`
  std::optional<Database> reader_;
};

Result<void> SqliteJournal::check_version() {
  const auto application = database_.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto tables = database_.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool is_new = *tables == 0 && *application == 0;
  if (is_new && !options_.read_only) return create();
  if (*application != kApplication)
    return Error{ErrorCode::journal, file_.string() + ": is no journal of agent-assist", {}};
  if (*version > kVersion) {
    return Error{ErrorCode::journal,
                 file_.string() + ": the journal is of version " + std::to_string(*version) +
                     ", this program knows versions up to " + std::to_string(kVersion) +
                     "; run the newer program",
                 {}};
  }
  return {};
}

Result<void> SqliteJournal::create() {
  const std::string sql = "BEGIN IMMEDIATE;" + std::string(kSchema) +
                          "PRAGMA application_id = " + std::to_string(kApplication) +
                          "; PRAGMA user_version = " + std::to_string(kVersion) + "; COMMIT;";
  return database_.execute(sql.c_str());
}

Result<void> SqliteJournal::find_last() {
  auto last =
      database_.prepare("SELECT sequence, checksum FROM entries ORDER BY sequence DESC LIMIT 1");
  if (!last) return last.error();
  const auto row = last->step();
  if (!row) return row.error();
  if (*row) {
    last_sequence_ = static_cast<std::uint64_t>(last->integer(0));
    last_checksum_ = static_cast<std::uint64_t>(last->integer(1));
  }
  auto count = database_.prepare("SELECT count(*), coalesce(sum(length(raw)), 0) FROM rejected");
  if (!count) return count.error();
  const auto counted = count->step();
  if (!counted) return counted.error();
  rejected_ = {static_cast<std::size_t>(count->integer(0)),
               static_cast<std::size_t>(count->integer(1))};
  return {};
}

Result<void> SqliteJournal::prepare() {
  const std::pair<Statement*, const char*> statements[] = {
      {&add_entry_, "INSERT INTO entries VALUES(?,?,?,?,?)"},
      {&add_rejected_, "INSERT INTO rejected VALUES(NULL,?,?,?,?,?,?)"},
      {&add_feedback_, "INSERT INTO feedback VALUES(NULL,?,?,?,?,?,?)"},
      {&add_confidential_, "INSERT INTO confidential_feedback VALUES(?,?,?,?,?)"},
      {&drop_rejected_,
       "DELETE FROM rejected WHERE number = (SELECT min(number) FROM rejected) "
       "RETURNING length(raw)"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> SqliteJournal::start() {
  const bool full = options_.durability == Durability::full;
  if (!options_.read_only) {
    const char* const pragmas = full ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                     : "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";
    if (auto done = database_.execute(pragmas); !done) return done;
    // What a burst made the write-ahead log grow to is given back at the next checkpoint.
    if (auto done = database_.execute("PRAGMA journal_size_limit = 67108864"); !done) return done;
  }
  if (auto done = check_version(); !done) return done;
  if (auto done = find_last(); !done) return done;
  return options_.read_only ? Result<void>() : prepare();
}

Result<void> SqliteJournal::commit(const Commit& commit) {
  const auto sequence = last_sequence_;
  const auto chain = last_checksum_;
  const auto rejected = rejected_;
  const auto done = write(commit);
  if (done) return {};
  // Nothing of it stands: what was known before holds again.
  if (database_.in_transaction()) {
    if (const auto back = database_.execute("ROLLBACK"); !back && database_.in_transaction())
      return back.error();
  }
  last_sequence_ = sequence;
  last_checksum_ = chain;
  rejected_ = rejected;
  return done.error();
}

Result<void> SqliteJournal::write(const Commit& commit) {
  if (auto done = database_.execute("BEGIN IMMEDIATE"); !done) return done;
  if (auto done = write_entries(commit); !done) return done;
  if (auto done = write_rejected(commit); !done) return done;
  if (auto done = write_feedback(commit); !done) return done;
  return database_.execute("COMMIT");
}

Result<void> SqliteJournal::write_entries(const Commit& commit) {
  for (const auto& entry : commit.entries) {
    assert(entry.sequence == last_sequence_ + 1);
    last_checksum_ = checksum(last_checksum_, entry);
    add_entry_.bind(1, static_cast<std::int64_t>(entry.sequence))
        .bind(2, micros(entry.at))
        .bind(3, static_cast<std::int64_t>(entry.kind))
        .bind_text(4, entry.body)
        .bind(5, static_cast<std::int64_t>(last_checksum_));
    if (auto done = add_entry_.run(); !done) return done;
    last_sequence_ = entry.sequence;
  }
  return {};
}

Result<void> SqliteJournal::write_rejected(const Commit& commit) {
  for (const auto& rejected : commit.rejected) {
    add_rejected_.bind(1, micros(rejected.at))
        .bind_text(3, rejected.code)
        .bind_text(4, rejected.detail)
        .bind_text(5, rejected.pointer)
        .bind_blob(6, rejected.raw);
    if (rejected.id) {
      add_rejected_.bind_text(2, *rejected.id);
    } else {
      add_rejected_.bind_null(2);
    }
    if (auto done = add_rejected_.run(); !done) return done;
    ++rejected_.rows;
    rejected_.bytes += rejected.raw.size();
  }
  return commit.rejected.empty() ? Result<void>() : prune_rejected();
}

Result<void> SqliteJournal::prune_rejected() {
  while (rejected_.rows > options_.rejected_max || rejected_.bytes > options_.rejected_bytes_max) {
    const auto row = drop_rejected_.step();
    if (!row) return row.error();
    const bool dropped = *row;
    rejected_.bytes -= dropped ? static_cast<std::size_t>(drop_rejected_.integer(0)) : 0;
    drop_rejected_.reset();
    if (!dropped) break;
    --rejected_.rows;
  }
  return {};
}

Result<void> SqliteJournal::write_feedback(const Commit& commit) {
  for (const auto& said : commit.feedback) {
    add_feedback_.bind(1, micros(said.at))
        .bind_text(2, said.agent)
        .bind_text(3, said.suggestion)
        .bind_text(4, said.name)
        .bind_text(5, said.verdict)
        .bind_text(6, said.note);
    if (auto done = add_feedback_.run(); !done) return done;
  }
  for (const auto& said : commit.confidential) {
    const std::array<std::uint32_t, 4> key{random_(), random_(), random_(), random_()};
    add_confidential_.bind_blob(1, {reinterpret_cast<const char*>(key.data()), sizeof key})
        .bind_text(2, said.name)
        .bind_text(3, said.verdict)
        .bind_text(4, said.note)
        .bind_text(5, said.month);
    if (auto done = add_confidential_.run(); !done) return done;
  }
  return {};
}

Result<void> SqliteJournal::check(const Entry& entry, std::uint64_t stored,
                                  std::uint64_t& chain) const {
  const auto due = checksum(chain, entry);
  chain = stored;
  if (due != stored) return damaged(file_, entry.sequence, "is damaged (its checksum differs)");
  if (entry.kind < Kind::event || entry.kind > Kind::rule_set)
    return damaged(file_, entry.sequence, "is of a kind that this program does not know");
  return {};
}

Result<void> SqliteJournal::replay(std::uint64_t after, const Take& take) {
  auto rows = database_.prepare(
      "SELECT sequence, at, kind, body, checksum FROM entries WHERE sequence >= ? "
      "ORDER BY sequence");
  if (!rows) return rows.error();
  // The entry before the first one wanted gives the start of the chain.
  rows->bind(1, static_cast<std::int64_t>(after));
  std::uint64_t chain = 0;
  std::uint64_t next = after == 0 ? 1 : after;
  Entry entry;
  while (true) {
    const auto row = rows->step();
    if (!row) return damaged(file_, next, "cannot be read: " + row.error().text);
    if (!*row) break;
    entry.sequence = static_cast<std::uint64_t>(rows->integer(0));
    entry.at = time_of(rows->integer(1));
    entry.kind = static_cast<Kind>(rows->integer(2));
    entry.body = rows->bytes(3);
    const auto stored = static_cast<std::uint64_t>(rows->integer(4));
    if (entry.sequence != next) return damaged(file_, next, "is missing");
    ++next;
    if (entry.sequence <= after) {
      chain = stored;
      continue;
    }
    if (auto good = check(entry, stored, chain); !good) return good;
    if (auto taken = take(entry); !taken) return taken;
  }
  if (next != last_sequence_ + 1 && !options_.read_only)
    return damaged(file_, next, "is missing, though later ones are known");
  return {};
}

Result<std::vector<Rejected>> SqliteJournal::rejected(std::uint64_t after, std::size_t limit) {
  const std::lock_guard lock(reading_);
  if (!reader_) {
    auto opened = Database::open(file_, Database::Mode::read_only);
    if (!opened) return opened.error();
    reader_ = std::move(*opened);
  }
  auto rows = reader_->prepare(
      "SELECT number, at, id, code, detail, pointer, raw FROM rejected WHERE number > ? "
      "ORDER BY number LIMIT ?");
  if (!rows) return rows.error();
  rows->bind(1, static_cast<std::int64_t>(after)).bind(2, static_cast<std::int64_t>(limit));
  std::vector<Rejected> out;
  while (true) {
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return out;
    auto& rejected = out.emplace_back();
    rejected.number = static_cast<std::uint64_t>(rows->integer(0));
    rejected.at = time_of(rows->integer(1));
    if (!rows->is_null(2)) rejected.id = rows->bytes(2);
    rejected.code = rows->bytes(3);
    rejected.detail = rows->bytes(4);
    rejected.pointer = rows->bytes(5);
    rejected.raw = rows->bytes(6);
  }
}

}  // namespace

Result<std::unique_ptr<Journal>> open_sqlite(const std::filesystem::path& dir,
                                             SqliteOptions options) {
  DataLock lock;
  if (!options.read_only) {
    auto taken = DataLock::take(dir);
    if (!taken) return taken.error();
    lock = std::move(*taken);
  }
  const auto file = dir / "journal.db";
  auto database =
      Database::open(file, options.read_only ? Database::Mode::read_only : Database::Mode::create);
  if (!database) return database.error();
  auto journal =
      std::make_unique<SqliteJournal>(file, options, std::move(lock), std::move(*database));
  if (auto started = journal->start(); !started) return started.error();
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace assist::journal

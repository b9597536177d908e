#include "journal/sqlite/sqlite_journal.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

#include "journal/chain.hpp"
#include "journal/data_lock.hpp"
#include "journal/snapshot_files.hpp"
#include "journal/sqlite/acked_mark.hpp"
#include "journal/sqlite/database.hpp"
#include "journal/sqlite/entry_walk.hpp"
#include "journal/sqlite/records.hpp"
#include "journal/sqlite/schema.hpp"
#include "journal/sqlite/write_ahead_log.hpp"

namespace assist::journal {
namespace {

std::int64_t micros(Time time) { return time.time_since_epoch().count(); }

constexpr const char* kAnchor = "SELECT sequence, checksum FROM anchor";
constexpr const char* kLast =
    "SELECT sequence, checksum FROM entries ORDER BY sequence DESC LIMIT 1";

/// The one that `sql` finds; zeros where it finds none.
Result<void> read_link(Database& database, const char* sql, Link& link) {
  auto row = database.prepare(sql);
  if (!row) return row.error();
  const auto found = row->step();
  if (!found) return found.error();
  link = {};
  if (*found)
    link = {static_cast<std::uint64_t>(row->integer(0)),
            static_cast<std::uint64_t>(row->integer(1))};
  return {};
}

/// After these SQLite's own state is sound: what was written is undone, and no sync was involved.
bool harmless(int code) {
  const int primary = code & 0xFF;
  return primary == SQLITE_FULL || primary == SQLITE_BUSY || primary == SQLITE_CONSTRAINT;
}

class SqliteJournal final : public Journal {
 public:
  SqliteJournal(const std::filesystem::path& dir, SqliteOptions options, DataLock lock)
      : file_(dir / "journal.db"),
        options_(std::move(options)),
        lock_(std::move(lock)),
        log_(options_.vfs, file_),
        mark_(options_.vfs, file_),
        snapshots_(dir / "snapshots", options_.disk ? *options_.disk : disk_),
        records_({options_.rejected_max, options_.rejected_bytes_max}) {}
  ~SqliteJournal() override { close(); }

  Result<void> start();

  Result<void> commit(const Commit& commit) override;
  Result<void> replay(std::uint64_t after, const Take& take) override;
  Result<std::uint64_t> check(std::uint64_t after, std::uint64_t last, std::size_t most) override;
  std::uint64_t last_sequence() const override { return last_.sequence; }
  std::uint64_t pruned_to() const override { return anchor_.sequence; }
  Result<std::vector<Rejected>> rejected(std::uint64_t after, std::size_t limit) override;
  Result<void> save_snapshot(const Snapshot& snapshot) override;
  Result<std::optional<Snapshot>> latest_snapshot(std::vector<std::string>& warnings,
                                                  std::uint64_t before) override;
  Result<bool> prune(const Pruning& pruning) override;

 private:
  /// How much of what the files show may be believed.
  enum class Trust { all, reopen, cut_and_reopen };

  Result<void> open();
  Result<void> reopen();
  void close();
  Result<void> prepare();
  Result<void> read_ends();
  Result<void> look_for_acked(std::uint64_t acked, bool empty);
  template <class F>
  Result<void> transact(const F& write);
  Result<void> write_entries(const Commit& commit);
  void committed();
  void note_log();
  void checkpoint_if_due();
  Result<void> prune_up_to(std::uint64_t last);
  Result<std::optional<Link>> link_at(Database& database, std::uint64_t sequence);
  template <class F>
  auto with_reader(const F& read) -> decltype(read(std::declval<Database&>()));
  Result<std::uint64_t> check_stretch(Database& database, std::uint64_t after, std::uint64_t last,
                                      std::size_t most);

  const std::filesystem::path file_;
  const SqliteOptions options_;
  DataLock lock_;
  WriteAheadLog log_;
  AckedMark mark_;
  Disk disk_;
  SnapshotFiles snapshots_;

  std::optional<Database> database_;
  Statement add_entry_;
  Records records_;
  Link last_, anchor_;
  Trust trust_ = Trust::all;
  LogExtent extent_;  // of the log, after the last commit
  std::uint64_t page_bytes_ = 4096;
  std::uint32_t checkpoint_at_ = 0;  // frames

  std::mutex snapshots_mutex_;  // guards `snapshots_`
  std::mutex reading_;          // guards `reader_`
  std::optional<Database> reader_;
  std::mutex checking_;  // guards `checker_`
  std::optional<Database> checker_;
};

// --- opening -------------------------------------------------------------------------------------

Result<void> SqliteJournal::start() {
  std::error_code ec;
  const bool there = std::filesystem::exists(file_, ec);
  if (!there && options_.read_only && !std::filesystem::exists(mark_.path(), ec)) {
    return Error{
        ErrorCode::unreadable,
        file_.string() + ": there is no journal here; name the data directory (--data DIR)",
        {}};
  }
  if (!there && std::filesystem::exists(mark_.path(), ec)) {
    return Error{ErrorCode::journal,
                 file_.string() + ": is missing, though there was one. Restore a backup; or, to " +
                     "begin an empty journal, remove " + mark_.path().string(),
                 {}};
  }
  // The mark first: a journal that is read while another process writes it only grows.
  const auto acked = mark_.read();
  if (!acked) return acked.error();
  if (!options_.read_only) {
    if (auto done = log_.settle(); !done) return done;
  }
  if (auto done = open(); !done) return done;
  auto state = schema_state(*database_, file_);
  if (!state) return state.error();
  if (acked->has_value()) {
    if (auto good = look_for_acked(**acked, *state == SchemaState::empty); !good) return good;
  }
  if (*state != SchemaState::current && options_.read_only) {
    return Error{ErrorCode::journal,
                 file_.string() + (*state == SchemaState::empty
                                       ? ": there is no journal in it"
                                       : ": the journal is of an older version; start the service "
                                         "once, which brings it up to date"),
                 {}};
  }
  if (auto done = make_schema(*database_, *state); !done) return done;
  if (auto done = read_ends(); !done) return done;
  note_log();
  return prepare();
}

Result<void> SqliteJournal::open() {
  const auto extent =
      options_.read_only ? Result<std::optional<LogExtent>>(std::nullopt) : log_.extent();
  if (!extent) return extent.error();
  const auto mode = options_.read_only ? Database::Mode::read_only : Database::Mode::create;
  auto opened = Database::open(file_, mode, options_.vfs);
  if (!opened) return opened.error();
  database_ = std::move(*opened);
  extent_ = extent->value_or(LogExtent());
  checkpoint_at_ = options_.checkpoint_frames;
  if (options_.read_only) return {};
  database_->count_log_frames();
  const bool full = options_.durability == Durability::full;
  // What a burst made the write-ahead log grow to is given back at the next checkpoint.
  const std::string pragmas = std::string("PRAGMA journal_mode = WAL; PRAGMA synchronous = ") +
                              (full ? "FULL" : "NORMAL") + "; PRAGMA journal_size_limit = 67108864";
  if (auto done = database_->execute(pragmas.c_str()); !done) return done;
  const auto page = database_->number("PRAGMA page_size");
  if (!page) return page.error();
  page_bytes_ = static_cast<std::uint64_t>(*page);
  return {};
}

/// What was acknowledged must be there. SQLite would cut a damaged log without a word.
Result<void> SqliteJournal::look_for_acked(std::uint64_t acked, bool empty) {
  const auto last =
      empty ? Result<std::int64_t>(0) : database_->number("SELECT max(sequence) FROM entries");
  if (!last) return last.error();
  const auto pruned =
      *last == 0 && !empty ? database_->number("SELECT max(sequence) FROM anchor") : last;
  const auto found = static_cast<std::uint64_t>(pruned ? std::max(*last, *pruned) : *last);
  if (found >= acked) return {};
  std::string text = file_.string() + ": ends at entry " + std::to_string(found) +
                     ", but entries up to " + std::to_string(acked) + " were acknowledged";
  // What SQLite did not take of its log is still in the file.
  const auto extent = log_.extent();
  if (extent && *extent && (*extent)->file_bytes > (*extent)->bytes)
    text +=
        "; " + log_.path().string() + " is damaged after byte " + std::to_string((*extent)->bytes);
  text += ". Restore a backup; or, to go on without what is lost, remove " + mark_.path().string();
  return Error{ErrorCode::journal, std::move(text), {}};
}

Result<void> SqliteJournal::read_ends() {
  if (auto done = read_link(*database_, kAnchor, anchor_); !done) return done;
  if (auto done = read_link(*database_, kLast, last_); !done) return done;
  if (last_.sequence == 0) last_ = anchor_;
  return {};
}

Result<void> SqliteJournal::prepare() {
  if (options_.read_only) return {};
  auto prepared = database_->prepare("INSERT INTO entries VALUES(?,?,?,?,?)");
  if (!prepared) return prepared.error();
  add_entry_ = std::move(*prepared);
  return records_.prepare(*database_);
}

/// Requires that nobody else reads, or that this one holds what guards the readers.
void SqliteJournal::close() {
  reader_.reset();
  checker_.reset();
  if (!database_) return;
  add_entry_ = Statement();
  records_.release();
  // SQLite copies the log and removes it. Not after a sync that failed: see WriteAheadLog.
  const bool copied = trust_ == Trust::all && (options_.read_only || database_->checkpoint());
  if (!copied) database_->keep_log_on_close();
  if (copied && !options_.read_only) mark_.write(last_.sequence);
  database_.reset();
}

/// Opens all anew, from what is on disk; what was committed must be there, and nothing else.
Result<void> SqliteJournal::reopen() {
  const std::scoped_lock nobody_reads(reading_, checking_);
  close();
  if (trust_ == Trust::cut_and_reopen) {
    if (auto done = log_.cut(extent_); !done) return done;
    trust_ = Trust::reopen;
  }
  if (auto done = log_.settle(); !done) return done;
  const auto last = last_;
  const auto failed = [&](Error error) {
    last_ = last;
    database_.reset();
    return error;
  };
  if (auto done = open(); !done) return failed(done.error());
  if (auto done = read_ends(); !done) return failed(done.error());
  if (last_ != last) {
    const auto found = last_.sequence;
    return failed({ErrorCode::journal,
                   file_.string() + ": after the disk failed, the journal ends at entry " +
                       std::to_string(found) + " and not at " + std::to_string(last.sequence) +
                       ": stop the service and look at the disk",
                   {}});
  }
  if (auto done = prepare(); !done) return failed(done.error());
  trust_ = Trust::all;
  return {};
}

// --- writing -------------------------------------------------------------------------------------

template <class F>
Result<void> SqliteJournal::transact(const F& write) {
  if (trust_ != Trust::all || !database_) {
    if (auto done = reopen(); !done) return done;
  }
  const auto last = last_;
  const auto anchor = anchor_;
  const auto count = records_.count();
  auto done = database_->execute("BEGIN IMMEDIATE");
  if (done) done = write();
  if (done) done = database_->execute("COMMIT");
  if (done) {
    committed();
    return {};
  }
  // Nothing of it stands: what was known before holds again.
  if (!harmless(database_->last_code())) trust_ = Trust::cut_and_reopen;
  if (database_->in_transaction()) {
    const auto back = database_->execute("ROLLBACK");
    if (!back && database_->in_transaction()) trust_ = Trust::cut_and_reopen;
  }
  last_ = last;
  anchor_ = anchor;
  records_.restore(count);
  return done;
}

Result<void> SqliteJournal::commit(const Commit& commit) {
  return transact([&]() -> Result<void> {
    if (auto done = write_entries(commit); !done) return done;
    return records_.write(commit);
  });
}

Result<void> SqliteJournal::write_entries(const Commit& commit) {
  for (const auto& entry : commit.entries) {
    assert(entry.sequence == last_.sequence + 1);
    const Link link{entry.sequence, chained(last_.checksum, entry)};
    add_entry_.bind(1, static_cast<std::int64_t>(entry.sequence))
        .bind(2, micros(entry.at))
        .bind(3, static_cast<std::int64_t>(entry.kind))
        .bind_text(4, entry.body)
        .bind(5, static_cast<std::int64_t>(link.checksum));
    if (auto done = add_entry_.run(); !done) return done;
    last_ = link;
  }
  return {};
}

void SqliteJournal::committed() {
  note_log();
  if (options_.durability == Durability::full) mark_.write(last_.sequence);
  checkpoint_if_due();
}

/// Where the log stands after a commit: a later one that fails is cut off there.
void SqliteJournal::note_log() {
  const auto frames = database_->log_frames();
  if (frames == 0) return;  // nothing was written on this connection: it is as it was found
  const auto header = database_->log_header();
  if (!header || header->empty()) {
    trust_ = Trust::reopen;
    return;
  }
  extent_.salt = log_salt(*header);
  extent_.frames = frames;
  extent_.bytes = 32 + frames * (24 + page_bytes_);
}

void SqliteJournal::checkpoint_if_due() {
  if (trust_ != Trust::all || database_->log_frames() < checkpoint_at_) return;
  const auto done = database_->checkpoint();
  if (done && *done) {
    checkpoint_at_ = options_.checkpoint_frames;
  } else {
    checkpoint_at_ = database_->log_frames() + options_.checkpoint_frames;
  }
  if (done && options_.durability == Durability::normal) mark_.write(last_.sequence);
  // What a failed sync dropped would not be written again by the next checkpoint.
  if (!done && !harmless(database_->last_code())) trust_ = Trust::reopen;
}

// --- reading -------------------------------------------------------------------------------------

Result<void> SqliteJournal::replay(std::uint64_t after, const Take& take) {
  if (!database_) return Error{ErrorCode::journal, file_.string() + ": is not open", {}};
  if (after < anchor_.sequence) {
    return Error{ErrorCode::journal,
                 file_.string() + ": entry " + std::to_string(after + 1) +
                     " was pruned: what goes on from before entry " +
                     std::to_string(anchor_.sequence + 1) + " needs a snapshot of the engine",
                 {}};
  }
  auto walk = EntryWalk::after(after, anchor_, *database_, file_);
  if (!walk) return walk.error();
  while (true) {
    const auto entry = walk->next();
    if (!entry) return entry.error();
    if (*entry == nullptr) break;
    if (auto taken = take(**entry); !taken) return taken;
  }
  if (walk->due() != last_.sequence + 1 && !options_.read_only)
    return damaged_entry(file_, walk->due(), "is missing, though later ones are known");
  return {};
}

Result<std::uint64_t> SqliteJournal::check(std::uint64_t after, std::uint64_t last,
                                           std::size_t most) {
  const std::lock_guard lock(checking_);
  if (!checker_) {
    auto opened = Database::open(file_, Database::Mode::read_only, options_.vfs);
    if (!opened) return opened.error();
    checker_ = std::move(*opened);
  }
  // One look: what is pruned meanwhile is pruned for the next one.
  if (auto done = checker_->execute("BEGIN"); !done) return done.error();
  auto checked = check_stretch(*checker_, after, last, most);
  const auto ended = checker_->execute("COMMIT");
  if (!checked || !ended) checker_.reset();  // the next look is through a new connection
  return checked;
}

Result<std::uint64_t> SqliteJournal::check_stretch(Database& database, std::uint64_t after,
                                                   std::uint64_t last, std::size_t most) {
  Link anchor;
  if (auto done = read_link(database, kAnchor, anchor); !done) return done.error();
  if (anchor.sequence >= last) return last;  // all of it was pruned
  after = std::max(after, anchor.sequence);
  auto walk = EntryWalk::after(after, anchor, database, file_);
  if (!walk) return walk.error();
  for (; most > 0 && after < last; --most, ++after) {
    const auto entry = walk->next();
    if (!entry) return entry.error();
    if (*entry == nullptr) return damaged_entry(file_, walk->due(), "is missing");
  }
  return after;
}

template <class F>
auto SqliteJournal::with_reader(const F& read) -> decltype(read(std::declval<Database&>())) {
  const std::lock_guard lock(reading_);
  if (!reader_) {
    auto opened = Database::open(file_, Database::Mode::read_only, options_.vfs);
    if (!opened) return opened.error();
    reader_ = std::move(*opened);
  }
  return read(*reader_);
}

Result<std::vector<Rejected>> SqliteJournal::rejected(std::uint64_t after, std::size_t limit) {
  return with_reader([&](Database& database) { return Records::rejected(database, after, limit); });
}

// --- snapshots and pruning -----------------------------------------------------------------------

/// nullopt: there is no such entry (any more).
Result<std::optional<Link>> SqliteJournal::link_at(Database& database, std::uint64_t sequence) {
  auto row = database.prepare(
      "SELECT checksum FROM entries WHERE sequence = ?1 UNION ALL "
      "SELECT checksum FROM anchor WHERE sequence = ?1");
  if (!row) return row.error();
  row->bind(1, static_cast<std::int64_t>(sequence));
  const auto found = row->step();
  if (!found) return found.error();
  if (!*found) return std::optional<Link>();
  return std::optional(Link{sequence, static_cast<std::uint64_t>(row->integer(0))});
}

Result<void> SqliteJournal::save_snapshot(const Snapshot& snapshot) {
  const auto link =
      with_reader([&](Database& database) { return link_at(database, snapshot.position); });
  if (!link) return link.error();
  if (!*link) {
    return Error{ErrorCode::journal,
                 "a snapshot of entry " + std::to_string(snapshot.position) +
                     " is refused: the journal has no such entry",
                 {}};
  }
  const std::lock_guard lock(snapshots_mutex_);
  return snapshots_.save(snapshot, (*link)->checksum);
}

Result<std::optional<Snapshot>> SqliteJournal::latest_snapshot(std::vector<std::string>& warnings,
                                                               std::uint64_t before) {
  const std::lock_guard lock(snapshots_mutex_);
  const auto positions = snapshots_.positions();
  if (!positions) return positions.error();
  for (const auto position : *positions) {
    if (position >= before) continue;
    auto read = snapshots_.read(position);
    if (!read) {
      warnings.push_back(read.error().text);
      continue;
    }
    const auto link = with_reader([&](Database& database) { return link_at(database, position); });
    if (!link) return link.error();
    if (*link && (*link)->checksum == read->chain) return std::optional(std::move(read->snapshot));
    warnings.push_back("the snapshot of entry " + std::to_string(position) +
                       " is of another journal: it is passed over");
  }
  if (anchor_.sequence == 0) return std::optional<Snapshot>();
  std::string text = file_.string() + ": entries up to " + std::to_string(anchor_.sequence) +
                     " were pruned, and there is no snapshot to go on from";
  for (const auto& warning : warnings) text += "; " + warning;
  return Error{ErrorCode::journal, text + ". Restore a backup of the data directory", {}};
}

Result<bool> SqliteJournal::prune(const Pruning& pruning) {
  std::uint64_t needed = 0;
  {
    // With one snapshot there is nothing to fall back on but the entries.
    const std::lock_guard lock(snapshots_mutex_);
    const auto positions = snapshots_.positions();
    if (!positions) return positions.error();
    if (positions->size() < 2) return false;
    needed = std::min((*positions)[0], (*positions)[1]);
  }
  if (needed <= anchor_.sequence || needed > last_.sequence) return false;
  if (!database_) return false;
  const auto end = std::min<std::uint64_t>(needed, anchor_.sequence + pruning.entries_max);
  std::uint64_t last = 0;
  {
    auto row = database_->prepare(
        "SELECT max(sequence) FROM entries WHERE sequence > ?1 AND sequence <= ?2 AND at < ?3");
    if (!row) return row.error();
    row->bind(1, static_cast<std::int64_t>(anchor_.sequence))
        .bind(2, static_cast<std::int64_t>(end))
        .bind(3, micros(pruning.before));
    const auto found = row->step();
    if (!found) return found.error();
    last = *found ? static_cast<std::uint64_t>(row->integer(0)) : 0;
  }
  if (last == 0) return false;
  if (auto done = prune_up_to(last); !done) return done.error();
  return last == end && end < needed;
}

Result<void> SqliteJournal::prune_up_to(std::uint64_t last) {
  return transact([&]() -> Result<void> {
    const auto number = std::to_string(last);
    const std::string sql =
        "DELETE FROM anchor; "
        "INSERT INTO anchor SELECT sequence, at, checksum FROM entries WHERE sequence = " +
        number + "; DELETE FROM entries WHERE sequence <= " + number;
    if (auto done = database_->execute(sql.c_str()); !done) return done;
    const auto link = link_at(*database_, last);
    if (!link) return link.error();
    if (!*link) return damaged_entry(file_, last, "is missing");
    anchor_ = **link;
    return {};
  });
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
  auto journal = std::make_unique<SqliteJournal>(dir, std::move(options), std::move(lock));
  if (auto started = journal->start(); !started) return started.error();
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace assist::journal

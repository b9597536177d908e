#include "journal/sqlite/transfer.hpp"

#include <xxhash.h>

#include <algorithm>

#include "journal/base64.hpp"
#include "journal/chain.hpp"
#include "journal/data_lock.hpp"
#include "journal/snapshot_files.hpp"
#include "journal/sqlite/acked_mark.hpp"
#include "journal/sqlite/database.hpp"
#include "journal/sqlite/schema.hpp"
#include "journal/sqlite/sqlite_journal.hpp"
#include "journal/transfer_lines.hpp"

namespace assist::journal {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kSnapshotBytesInLine = 48 << 10;

Time time_of(std::int64_t micros) { return Time{Duration{micros}}; }
std::int64_t micros(Time time) { return time.time_since_epoch().count(); }

/// The checksum of all lines so far.
class LinesChecksum {
 public:
  LinesChecksum() : state_(XXH3_createState()) { XXH3_64bits_reset(state_.get()); }
  void add(std::string_view line) {
    XXH3_64bits_update(state_.get(), line.data(), line.size());
    XXH3_64bits_update(state_.get(), "\n", 1);
  }
  std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

// --- out -----------------------------------------------------------------------------------------

class Export {
 public:
  Export(const fs::path& dir, const PutLine& put) : dir_(dir), put_(put) {}

  Result<std::uint64_t> run() {
    SqliteOptions options;
    options.read_only = true;
    auto journal = open_sqlite(dir_, options);
    if (!journal) return journal.error();
    auto database = Database::open(dir_ / "journal.db", Database::Mode::read_only);
    if (!database) return database.error();
    if (auto done = head(*database); !done) return done.error();
    if (auto done = entries(**journal); !done) return done.error();
    for (const auto& [table, sql] : kRecords) {
      if (auto done = records(*database, table, sql); !done) return done.error();
    }
    if (auto done = snapshots(); !done) return done.error();
    const json::object end{{"end", entries_}, {"checksum", as_hex(checksum_.value())}};
    if (auto done = put_(json::serialize(end) + '\n'); !done) return done.error();
    return entries_;
  }

 private:
  // Column names are those of the lines.
  static constexpr std::pair<const char*, const char*> kRecords[] = {
      {"rejected",
       "SELECT number, at, id, code, detail, pointer, raw FROM rejected ORDER BY number"},
      {"feedback",
       "SELECT number, at, agent, suggestion, name, verdict, note FROM feedback ORDER BY number"},
      {"confidential_feedback",
       "SELECT key, name, verdict, note, month FROM confidential_feedback ORDER BY key"}};

  Result<void> put(const json::object& object) {
    auto line = json::serialize(object);
    checksum_.add(line);
    line += '\n';
    return put_(line);
  }

  Result<void> head(Database& database) {
    auto row = database.prepare("SELECT sequence, at, checksum FROM anchor");
    if (!row) return row.error();
    const auto found = row->step();
    if (!found) return found.error();
    json::object line{{"agent_assist_journal", kFormat}};
    if (*found) {
      chain_ = static_cast<std::uint64_t>(row->integer(2));
      line["pruned_to"] = row->integer(0);
      line["at"] = format_rfc3339(time_of(row->integer(1)));
      line["checksum"] = as_hex(chain_);
    }
    return put(line);
  }

  Result<void> entries(Journal& journal) {
    return journal.replay(journal.pruned_to(), [&](const Entry& entry) {
      chain_ = chained(chain_, entry);
      ++entries_;
      return put({{"sequence", entry.sequence},
                  {"at", format_rfc3339(entry.at)},
                  {"kind", name_of(entry.kind)},
                  {"body", as_json(entry.body)},
                  {"checksum", as_hex(chain_)}});
    });
  }

  Result<void> records(Database& database, const char* table, const char* sql) {
    auto rows = database.prepare(sql);
    if (!rows) return rows.error();
    while (true) {
      const auto row = rows->step();
      if (!row) return row.error();
      if (!*row) return {};
      json::object record;
      for (int i = 0; i < rows->columns(); ++i) {
        const std::string_view name = rows->column_name(i);
        if (name == "number") {
          record[name] = rows->integer(i);
        } else if (name == "at") {
          record[name] = format_rfc3339(time_of(rows->integer(i)));
        } else if (rows->is_null(i)) {
          record[name] = nullptr;
        } else {
          record[name] = as_json(rows->bytes(i));
        }
      }
      if (auto done = put({{table, std::move(record)}}); !done) return done;
    }
  }

  Result<void> snapshots() {
    Disk disk;
    SnapshotFiles files(dir_ / "snapshots", disk);
    auto positions = files.positions();
    if (!positions) return positions.error();
    std::reverse(positions->begin(), positions->end());
    for (const auto position : *positions) {
      const auto read = files.read(position);
      if (!read) return read.error();
      if (auto done = snapshot(*read); !done) return done;
    }
    return {};
  }

  Result<void> snapshot(const SnapshotFiles::Read& read) {
    const std::string_view bytes = read.snapshot.bytes;
    if (auto done = put({{"snapshot", read.snapshot.position},
                         {"at", format_rfc3339(read.snapshot.at)},
                         {"format", read.snapshot.format},
                         {"entry_checksum", as_hex(read.chain)},
                         {"size", bytes.size()}});
        !done)
      return done;
    for (std::size_t at = 0; at < bytes.size(); at += kSnapshotBytesInLine) {
      const auto part = base64(bytes.substr(at, kSnapshotBytesInLine));
      if (auto done = put({{"snapshot_bytes", part}}); !done) return done;
    }
    return {};
  }

  const fs::path dir_;
  const PutLine& put_;
  LinesChecksum checksum_;
  std::uint64_t chain_ = 0, entries_ = 0;
};

Result<void> empty_dir(const fs::path& dir) {
  Disk disk;
  const auto names = disk.names(dir);
  if (!names) return names.error();
  for (const auto& name : *names) {
    if (name == "lock" || name.starts_with("import.part")) continue;
    return Error{ErrorCode::unreadable,
                 dir.string() + ": is not empty (there is " + name +
                     "); import into an empty data directory (--data DIR)",
                 {}};
  }
  return {};
}

}  // namespace

Result<std::uint64_t> export_sqlite(const fs::path& dir, const PutLine& put) {
  return Export(dir, put).run();
}

// --- in ------------------------------------------------------------------------------------------

struct SqliteImport::State {
  State(fs::path given, DataLock taken) : dir(std::move(given)), lock(std::move(taken)) {}

  fs::path dir;
  DataLock lock;
  fs::path part() const { return dir / "import.part"; }
  std::optional<Database> database;
  Statement entry, rejected, feedback, confidential;

  LinesChecksum checksum;
  bool begun = false, ended = false, done = false;
  std::uint64_t chain = 0, last = 0, entries = 0;
  Time at{};
  struct Coming {
    SnapshotFiles::Read read;
    std::size_t size = 0;
  };
  std::vector<Coming> snapshots;

  Result<void> open();
  void close() {
    for (auto* const statement : {&entry, &rejected, &feedback, &confidential})
      *statement = Statement();
    database.reset();
  }
  Result<void> take(LineReader& line, std::string_view text);
  Result<void> take_head(LineReader& line);
  Result<void> take_entry(LineReader& line);
  Result<void> take_rejected(LineReader& line);
  Result<void> take_feedback(LineReader& line);
  Result<void> take_confidential(LineReader& line);
  Result<void> take_snapshot(LineReader& line);
  Result<void> take_end(LineReader& line);
  Result<void> save_snapshots();
};

namespace {

Error wrong(const std::string& how) { return {ErrorCode::journal, how, {}}; }

}  // namespace

Result<void> SqliteImport::State::open() {
  std::error_code ignored;
  fs::remove(part(), ignored);
  auto opened = Database::open(part(), Database::Mode::create);
  if (!opened) return opened.error();
  database = std::move(*opened);
  // The file counts once it is renamed, and is synced before: until then nothing need be safe.
  if (auto made = database->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"); !made)
    return made;
  if (auto made = make_schema(*database, SchemaState::empty); !made) return made;
  const std::pair<Statement*, const char*> statements[] = {
      {&entry, "INSERT INTO entries VALUES(?,?,?,?,?)"},
      {&rejected, "INSERT INTO rejected VALUES(?,?,?,?,?,?,?)"},
      {&feedback, "INSERT INTO feedback VALUES(?,?,?,?,?,?,?)"},
      {&confidential, "INSERT INTO confidential_feedback VALUES(?,?,?,?,?)"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = database->prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return database->execute("BEGIN");
}

Result<void> SqliteImport::State::take_head(LineReader& line) {
  if (line.number("agent_assist_journal") != static_cast<std::uint64_t>(kFormat))
    return wrong(
        "is no line of an exported journal that this program knows; export it with the "
        "same version");
  begun = true;
  if (!line.has("pruned_to")) return {};
  last = line.number("pruned_to");
  at = line.time("at");
  chain = line.hex("checksum");
  auto anchor = database->prepare("INSERT INTO anchor VALUES(?,?,?)");
  if (!anchor) return anchor.error();
  return anchor->bind(1, static_cast<std::int64_t>(last))
      .bind(2, micros(at))
      .bind(3, static_cast<std::int64_t>(chain))
      .run();
}

Result<void> SqliteImport::State::take_entry(LineReader& line) {
  Entry read;
  read.sequence = line.number("sequence");
  read.at = line.time("at");
  read.body = line.bytes("body");
  const auto kind = kind_named(line.bytes("kind"));
  const auto stored = line.hex("checksum");
  if (!line.wrong().empty()) return {};
  const std::string name = "entry " + std::to_string(read.sequence);
  if (!kind) return wrong(name + " is of a kind that this program does not know");
  read.kind = *kind;
  if (read.sequence != last + 1)
    return wrong(name + " comes where entry " + std::to_string(last + 1) + " is due");
  if (read.at < at) return wrong(name + ": its clock runs back");
  if (chained(chain, read) != stored) return wrong(name + " is damaged (its checksum differs)");
  last = read.sequence;
  at = read.at;
  chain = stored;
  ++entries;
  return entry.bind(1, static_cast<std::int64_t>(read.sequence))
      .bind(2, micros(read.at))
      .bind(3, static_cast<std::int64_t>(read.kind))
      .bind_text(4, read.body)
      .bind(5, static_cast<std::int64_t>(stored))
      .run();
}

Result<void> SqliteImport::State::take_rejected(LineReader& line) {
  const auto id = line.bytes_or_null("id");
  const auto code = line.bytes("code"), detail = line.bytes("detail");
  const auto pointer = line.bytes("pointer"), raw = line.bytes("raw");
  rejected.bind(1, static_cast<std::int64_t>(line.number("number")))
      .bind(2, micros(line.time("at")))
      .bind_text(4, code)
      .bind_text(5, detail)
      .bind_text(6, pointer)
      .bind_blob(7, raw);
  if (id) {
    rejected.bind_text(3, *id);
  } else {
    rejected.bind_null(3);
  }
  return line.wrong().empty() ? rejected.run() : Result<void>();
}

Result<void> SqliteImport::State::take_feedback(LineReader& line) {
  const auto agent = line.bytes("agent"), suggestion = line.bytes("suggestion");
  const auto name = line.bytes("name"), verdict = line.bytes("verdict"), note = line.bytes("note");
  feedback.bind(1, static_cast<std::int64_t>(line.number("number")))
      .bind(2, micros(line.time("at")))
      .bind_text(3, agent)
      .bind_text(4, suggestion)
      .bind_text(5, name)
      .bind_text(6, verdict)
      .bind_text(7, note);
  return line.wrong().empty() ? feedback.run() : Result<void>();
}

Result<void> SqliteImport::State::take_confidential(LineReader& line) {
  const auto key = line.bytes("key"), name = line.bytes("name");
  const auto verdict = line.bytes("verdict"), note = line.bytes("note");
  const auto month = line.bytes("month");
  confidential.bind_blob(1, key)
      .bind_text(2, name)
      .bind_text(3, verdict)
      .bind_text(4, note)
      .bind_text(5, month);
  return line.wrong().empty() ? confidential.run() : Result<void>();
}

Result<void> SqliteImport::State::take_snapshot(LineReader& line) {
  auto& coming = snapshots.emplace_back();
  coming.read.snapshot.position = line.number("snapshot");
  coming.read.snapshot.at = line.time("at");
  coming.read.snapshot.format = static_cast<std::uint32_t>(line.number("format"));
  coming.read.chain = line.hex("entry_checksum");
  coming.size = static_cast<std::size_t>(line.number("size"));
  return {};
}

Result<void> SqliteImport::State::take_end(LineReader& line) {
  if (line.number("end") != entries || line.hex("checksum") != checksum.value())
    return wrong(
        "the lines before the end are not those that were exported: some are missing or "
        "were changed");
  for (const auto& coming : snapshots) {
    if (coming.read.snapshot.bytes.size() != coming.size)
      return wrong("the snapshot of entry " + std::to_string(coming.read.snapshot.position) +
                   " is cut short");
  }
  ended = true;
  return {};
}

Result<void> SqliteImport::State::take(LineReader& line, std::string_view text) {
  if (!begun) return take_head(line);
  if (ended) return wrong("comes after the end of the export");
  if (line.has("end")) return take_end(line);
  checksum.add(text);
  if (line.has("sequence")) return take_entry(line);
  if (line.has("snapshot")) return take_snapshot(line);
  if (line.has("snapshot_bytes")) {
    const auto part = from_base64(line.bytes("snapshot_bytes"));
    if (!part || snapshots.empty()) return wrong("holds no part of a snapshot");
    snapshots.back().read.snapshot.bytes += *part;
    return {};
  }
  using Take = Result<void> (State::*)(LineReader&);
  static constexpr std::pair<const char*, Take> kRecords[] = {
      {"rejected", &State::take_rejected},
      {"feedback", &State::take_feedback},
      {"confidential_feedback", &State::take_confidential}};
  for (const auto& [name, take_record] : kRecords) {
    const auto* const record = line.object(name);
    if (!record) continue;
    LineReader inner(*record);
    if (auto taken = (this->*take_record)(inner); !taken) return taken;
    if (!inner.wrong().empty()) return wrong("\"" + inner.wrong() + "\" is missing or wrong");
    return {};
  }
  return wrong("is no line of an exported journal");
}

Result<void> SqliteImport::State::save_snapshots() {
  Disk disk;
  SnapshotFiles files(dir / "snapshots", disk);
  for (const auto& coming : snapshots) {
    if (auto saved = files.save(coming.read.snapshot, coming.read.chain); !saved) return saved;
  }
  return {};
}

SqliteImport::SqliteImport(std::unique_ptr<State> state) : state_(std::move(state)) {}

SqliteImport::~SqliteImport() {
  if (state_->done) return;
  state_->close();
  std::error_code ignored;
  fs::remove(state_->part(), ignored);
}

Result<std::unique_ptr<SqliteImport>> SqliteImport::into(const fs::path& dir) {
  auto lock = DataLock::take(dir);
  if (!lock) return lock.error();
  if (auto good = empty_dir(dir); !good) return good.error();
  auto state = std::make_unique<State>(dir, std::move(*lock));
  if (auto opened = state->open(); !opened) return opened.error();
  return std::unique_ptr<SqliteImport>(new SqliteImport(std::move(state)));
}

Result<void> SqliteImport::line(std::string_view text) {
  boost::system::error_code ec;
  const auto value = json::parse(json::string_view(text.data(), text.size()), ec);
  const auto* const object = ec ? nullptr : value.if_object();
  if (!object) return wrong("is no JSON object");
  LineReader line(*object);
  const bool first = !state_->begun;
  if (auto taken = state_->take(line, text); !taken) return taken;
  if (!line.wrong().empty()) return wrong("\"" + line.wrong() + "\" is missing or wrong");
  if (first) state_->checksum.add(text);
  return {};
}

Result<std::uint64_t> SqliteImport::finish() {
  auto& state = *state_;
  if (!state.ended) return wrong("the end of the export is missing: it was cut short");
  if (auto done = state.database->execute("COMMIT"); !done) return done.error();
  state.close();
  if (auto saved = state.save_snapshots(); !saved) return saved.error();
  Disk disk;
  if (auto synced = disk.sync_file(state.part()); !synced) return synced.error();
  if (auto renamed = disk.rename(state.part(), state.dir / "journal.db"); !renamed)
    return renamed.error();
  state.done = true;
  if (auto synced = disk.sync_dir(state.dir); !synced) return synced.error();
  AckedMark({}, state.dir / "journal.db").write(state.last);
  return state.entries;
}

}  // namespace assist::journal

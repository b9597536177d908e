#include "journal/sqlite/records.hpp"

#include <array>
#include <utility>

namespace assist::journal {
namespace {

std::int64_t micros(Time time) { return time.time_since_epoch().count(); }
Time time_of(std::int64_t micros) { return Time{Duration{micros}}; }

}  // namespace

Result<void> Records::prepare(Database& database) {
  const std::pair<Statement*, const char*> statements[] = {
      {&add_rejected_, "INSERT INTO rejected VALUES(NULL,?,?,?,?,?,?)"},
      {&add_feedback_, "INSERT INTO feedback VALUES(NULL,?,?,?,?,?,?)"},
      {&add_confidential_, "INSERT INTO confidential_feedback VALUES(?,?,?,?,?)"},
      {&drop_rejected_,
       "DELETE FROM rejected WHERE number = (SELECT min(number) FROM rejected) "
       "RETURNING length(raw)"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  auto count = database.prepare("SELECT count(*), coalesce(sum(length(raw)), 0) FROM rejected");
  if (!count) return count.error();
  const auto counted = count->step();
  if (!counted) return counted.error();
  rejected_ = {static_cast<std::size_t>(count->integer(0)),
               static_cast<std::size_t>(count->integer(1))};
  return {};
}

void Records::release() {
  for (auto* const statement :
       {&add_rejected_, &drop_rejected_, &add_feedback_, &add_confidential_})
    *statement = Statement();
}

Result<void> Records::write(const Commit& commit) {
  if (auto done = write_rejected(commit); !done) return done;
  return write_feedback(commit);
}

Result<void> Records::write_rejected(const Commit& commit) {
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

Result<void> Records::prune_rejected() {
  while (rejected_.rows > bounds_.rejected_max || rejected_.bytes > bounds_.rejected_bytes_max) {
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

Result<void> Records::write_feedback(const Commit& commit) {
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

Result<std::vector<Rejected>> Records::rejected(Database& database, std::uint64_t after,
                                                std::size_t limit) {
  auto rows = database.prepare(
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

}  // namespace assist::journal

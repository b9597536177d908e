#pragma once

#include <random>
#include <vector>

#include "journal/journal.hpp"
#include "journal/sqlite/database.hpp"

namespace assist::journal {

/// The records beside the log: rejected events and feedback. Writes inside the transaction of a
/// commit; reads on any connection.
class Records {
 public:
  struct Bounds {
    std::size_t rejected_max = 0, rejected_bytes_max = 0;
  };

  explicit Records(Bounds bounds) : bounds_(bounds) {}

  /// Readies the statements of `database`, which must outlive them, and counts what is there.
  Result<void> prepare(Database& database);
  /// Ends the statements: before their database is closed.
  void release();

  Result<void> write(const Commit& commit);
  /// What a commit that failed had counted is forgotten.
  struct Count {
    std::size_t rows = 0, bytes = 0;
  };
  Count count() const { return rejected_; }
  void restore(Count count) { rejected_ = count; }

  static Result<std::vector<Rejected>> rejected(Database& database, std::uint64_t after,
                                                std::size_t limit);

 private:
  Result<void> write_rejected(const Commit& commit);
  Result<void> write_feedback(const Commit& commit);
  Result<void> prune_rejected();

  const Bounds bounds_;
  Statement add_rejected_, drop_rejected_, add_feedback_, add_confidential_;
  Count rejected_;
  std::random_device random_;
};

}  // namespace assist::journal

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace assist::testing {

/// SQLite's file layer, with faults: any step can be made to fail, and the power can go.
///
/// It knows of each file what is on disk and what only the page cache has. A sync that is made to
/// fail does what kernels do: some of what waited reaches the disk, the rest is dropped and still
/// shows to whoever reads; the next sync says that all is well. No real sync is made.
///
/// One for the program, registered as the VFS "faulty". Thread-safe.
class FaultyVfs {
 public:
  enum class Step { write, sync, open, remove, truncate, read, map };
  static constexpr std::size_t kSteps = 7;
  static constexpr const char* kName = "faulty";

  struct Fault {
    Step step = Step::write;
    std::uint64_t nth = 0;        // from 1; 0: none
    int code = 0;                 // SQLite's
    bool stays = false;           // all later steps of the kind fail too
    std::uint64_t off_after = 0;  // so many steps after it the machine is off; 0: it stays on
  };

  static FaultyVfs& get();

  /// Forgets all files and faults. No file of it may be open.
  void reset(std::uint32_t seed = 1);
  void fail(Fault fault);
  /// At the `nth` step from now on, of any kind but reading, the machine is off: nothing works.
  /// 0: it is on, and stays so.
  void power_off_at(std::uint64_t nth);
  bool is_off() const;
  /// How many steps of a kind there were since reset().
  std::uint64_t steps(Step step) const;
  bool reached() const;  // the fault was met

  enum class Unsynced { lost, random };
  /// Puts the files of `from` into `to` as a machine finds them that lost its power: what was not
  /// synced is lost, or each write of it is there, not there, or torn at any byte.
  void after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to,
                       Unsynced unsynced);

  // For the functions that SQLite calls:
  struct Change {
    bool truncates = false;
    std::uint64_t offset = 0;
    std::string bytes;
  };
  /// The code to fail with; 0: go on. Counts the step.
  int enter(Step step);
  void opened(const std::string& path, bool made);
  void changed(const std::string& path, Change change);
  void synced(const std::string& path, bool well);
  void removed(const std::string& path);

 private:
  struct Image {
    std::string disk;
    std::vector<Change> waiting;  // in the page cache only
    bool removed = false, made = false;
  };
  FaultyVfs();
  static void apply(std::string& to, const Change& change);
  void apply_some(std::string& to, const Change& change);
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }

  mutable std::mutex mutex_;
  std::map<std::string, Image> files_;
  Fault fault_;
  bool reached_ = false, off_ = false;
  std::uint64_t off_in_ = 0;
  std::array<std::uint64_t, kSteps> steps_{};
  std::mt19937 random_;
};

}  // namespace assist::testing

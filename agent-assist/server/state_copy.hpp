#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace assist::server {

/// A state written down by a child of this process. fork(2) gives it all memory as it stands, at
/// the cost of the page tables: this process goes on at once, whatever the state's size, and pays
/// for the pages that it changes meanwhile.
///
/// The child has no file or socket of this process, ends with it, and gives way to it where
/// processor time or memory is short.
class StateCopy {
 public:
  /// What the child does: it may allocate, but must not lock what another thread may hold.
  using Write = std::function<std::string()>;

  /// nullopt: there can be no child (for want of memory, or of leave). Write it in place then.
  static std::optional<StateCopy> begin(const Write& write);

  StateCopy(StateCopy&& other) noexcept;
  StateCopy& operator=(StateCopy&& other) noexcept;
  /// Ends the child, done or not.
  ~StateCopy();

  /// Returns once the child has ended. Another thread may stop() it meanwhile.
  void wait() const;
  /// Ends the child: take() gives an error then.
  void stop() const;
  /// What it wrote, once wait() returned. Once.
  Result<std::string> take();

 private:
  StateCopy(pid_t child, int file) : child_(child), file_(file) {}
  pid_t child_ = -1;  // -1: it was waited for
  int file_ = -1;     // in memory, into which it writes
};

}  // namespace assist::server

#include "server/entry_check.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "server/log.hpp"

namespace assist::server {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int kNicest = 19;
// A journal that is opened anew after the disk failed may be in the way for a moment.
constexpr int kTries = 3;
constexpr auto kBetweenTries = std::chrono::seconds{1};

}  // namespace

EntryCheck::EntryCheck(journal::Journal& journal, const Range& range, const Options& options,
                       Damaged damaged)
    : journal_(journal),
      last_(range.last),
      options_(options),
      damaged_(std::move(damaged)),
      at_(std::min(range.after, range.last)) {
  figures_.to_check = last_ - at_;
  if (figures_.to_check > 0) thread_ = std::thread([this] { run(); });
}

EntryCheck::~EntryCheck() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

EntryCheck::Figures EntryCheck::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void EntryCheck::run() {
  // Of this thread alone, on Linux. Where it may not be, the rests are what keeps it out of the
  // way.
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNicest);
  try {
    while (step()) {
    }
  } catch (const std::bad_alloc&) {
    log_warn(
        "there is no memory to check the journal's older entries: `agent-assist journal verify` "
        "does so");
  }
}

/// False: it is over.
bool EntryCheck::step() {
  const auto began = Steady::now();
  const auto checked = look();
  const auto took = Steady::now() - began;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    figures_.damaged = !checked;
    if (checked) figures_.checked += *checked - std::exchange(at_, *checked);
  }
  if (!checked) {
    damaged_(checked.error().text);
    return false;
  }
  if (at_ < last_)
    return rest(std::max<Steady::duration>(took * options_.rests, options_.rest_min));
  log_info("the entries that the snapshot has in it are whole, up to " + std::to_string(last_));
  return false;
}

/// What is damaged is so at each look.
Result<std::uint64_t> EntryCheck::look() {
  for (int tries = 1;; ++tries) {
    auto checked = journal_.check(at_, last_, options_.entries_at_once);
    if (checked || tries == kTries || !rest(kBetweenTries)) return checked;
  }
}

/// False: it is to end.
bool EntryCheck::rest(Steady::duration length) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, length, [&] { return stopping_; });
}

}  // namespace assist::server

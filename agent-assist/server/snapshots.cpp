#include "server/snapshots.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "server/log.hpp"

namespace assist::server {
namespace {

using Steady = std::chrono::steady_clock;

long milliseconds(Steady::duration length) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(length).count());
}

ArchiveWriter written(const Recovered& state) {
  ArchiveWriter out;
  state.save(out);
  return out;
}

/// A snapshot is large. That there is no memory for one is no reason to end the service.
template <class Make>
Result<void> if_there_is_memory(const Make& make) {
  try {
    make();
    return {};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::journal, "there is no memory for a copy of the state", {}};
  }
}

}  // namespace

Snapshots::Snapshots(journal::Journal& journal, Options options, const Recovered& restored)
    : journal_(journal),
      options_(options),
      position_(restored.snapshot),
      saved_position_(restored.snapshot),
      last_(restored.snapshot_at) {
  if (restored.snapshot > 0) figures_.last = last_;
  thread_ = std::thread([this] { run(); });
}

Snapshots::~Snapshots() { stop(); }

void Snapshots::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (copying_ != nullptr) copying_->stop();
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

bool Snapshots::due(std::uint64_t sequence, Time now) const {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_ || saving_ || sequence <= position_) return false;
  return sequence - position_ >= options_.entries_max || now - last_ >= options_.every;
}

void Snapshots::take(const Recovered& state, std::uint64_t ticket) {
  const auto began = Steady::now();
  Taken made{StateCopy::begin([&] { return written(state).finish(); }),
             {},
             state.last_sequence,
             ticket,
             state.engine->now()};
  Result<void> done;
  if (!made.child) done = if_there_is_memory([&] { made.written = written(state); });
  const std::lock_guard lock(mutex_);
  figures_.pause = Steady::now() - began;
  last_ = made.at;
  position_ = made.position;
  if (!done) return failed(done.error());
  waiting_ = std::move(made);
  wake_.notify_one();
}

void Snapshots::durable(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  durable_ = std::max(durable_, ticket);
  if (saving_) wake_.notify_one();
}

void Snapshots::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || waiting_; });
    if (stopping_) return;
    auto next = std::move(*waiting_);
    waiting_.reset();
    saving_ = true;
    auto bytes = bytes_of(next, lock);
    wake_.wait(lock, [&] { return stopping_ || durable_ >= next.ticket; });
    if (stopping_) return;
    lock.unlock();
    const auto done = if_there_is_memory([&] { save(next, std::move(bytes)); });
    lock.lock();
    if (!done) failed(done.error());
    saving_ = false;
  }
}

/// Without the lock while it takes long.
Result<std::string> Snapshots::bytes_of(Taken& taken, std::unique_lock<std::mutex>& lock) {
  if (taken.child) copying_ = &*taken.child;
  lock.unlock();
  if (taken.child) taken.child->wait();
  lock.lock();
  copying_ = nullptr;
  lock.unlock();
  Result<std::string> bytes;
  const auto done = if_there_is_memory([&] {
    bytes = taken.child ? taken.child->take() : std::move(taken.written).finish();
    taken.child.reset();
  });
  lock.lock();
  return done ? std::move(bytes) : done.error();
}

void Snapshots::finish(const Recovered& state) {
  stop();
  if (state.last_sequence <= saved_position_) return;
  Result<std::string> bytes;
  const auto done = if_there_is_memory([&] { bytes = written(state).finish(); });
  figures_.pause = {};  // there is nothing left to hold up
  const Taken taken{{}, {}, state.last_sequence, 0, state.engine->now()};
  save(taken, done ? std::move(bytes) : done.error());
}

void Snapshots::save(const Taken& taken, Result<std::string> bytes) {
  journal::Snapshot snapshot{taken.position, taken.at, kSnapshotFormat, {}};
  Result<void> done = bytes ? Result<void>() : bytes.error();
  if (done) {
    snapshot.bytes = std::move(*bytes);
    done = journal_.save_snapshot(snapshot);
  }
  const std::lock_guard lock(mutex_);
  if (!done) return failed(done.error());
  ++figures_.saved;
  figures_.last = snapshot.at;
  figures_.bytes = snapshot.bytes.size();
  saved_position_ = snapshot.position;
  log_info("saved a snapshot of entry " + std::to_string(snapshot.position) + ", " +
           std::to_string(snapshot.bytes.size()) + " bytes; it held up the engine for " +
           std::to_string(milliseconds(figures_.pause)) + " ms");
}

/// With the lock held.
void Snapshots::failed(const Error& why) {
  ++figures_.failures;
  log_warn("no snapshot could be saved, a restart takes longer (the next try follows): " +
           why.text);
}

Snapshots::Figures Snapshots::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

}  // namespace assist::server

#include "journal/committer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace assist::journal {
namespace {

std::size_t bytes_of(const Commit& part) {
  std::size_t bytes = 0;
  for (const auto& entry : part.entries) bytes += entry.body.size() + sizeof entry;
  for (const auto& rejected : part.rejected) bytes += rejected.raw.size() + sizeof rejected;
  for (const auto& feedback : part.feedback) bytes += feedback.note.size() + sizeof feedback;
  for (const auto& said : part.confidential) bytes += said.note.size() + sizeof said;
  return bytes;
}

template <class T>
void move_behind(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Committer::Committer(Journal& journal, Options options, Listener listener)
    : journal_(journal), options_(options), listener_(std::move(listener)) {
  next_upkeep_ = std::chrono::steady_clock::now() + options_.upkeep_pause;
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() { stop(); }

std::uint64_t Committer::append(Commit part) {
  const auto bytes = bytes_of(part);
  const std::lock_guard lock(mutex_);
  const bool sleeping = pending_.empty();
  move_behind(pending_.entries, part.entries);
  move_behind(pending_.rejected, part.rejected);
  move_behind(pending_.feedback, part.feedback);
  move_behind(pending_.confidential, part.confidential);
  pending_bytes_ += bytes;
  if (sleeping || pending_.entries.size() >= options_.entries_per_commit) wake_.notify_one();
  return ++last_ticket_;
}

std::uint64_t Committer::last_ticket() const {
  const std::lock_guard lock(mutex_);
  return last_ticket_;
}

bool Committer::has_room() const {
  const std::lock_guard lock(mutex_);
  return pending_bytes_ < options_.pending_bytes_max;
}

Committer::Figures Committer::figures() const {
  const std::lock_guard lock(mutex_);
  auto figures = figures_;
  figures.pending_bytes = pending_bytes_;
  return figures;
}

bool Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  return clean_;
}

/// Waits until there is something to write, and then a little, for more to come along. Returns with
/// nothing where upkeep is due.
void Committer::gather(std::unique_lock<std::mutex>& lock) {
  const auto work = [&] { return stopping_ || !pending_.empty(); };
  if (!options_.upkeep) {
    wake_.wait(lock, work);
  } else if (!wake_.wait_until(lock, next_upkeep_, work)) {
    return;
  }
  wake_.wait_for(lock, options_.delay, [&] {
    return stopping_ || pending_.entries.size() >= options_.entries_per_commit;
  });
}

void Committer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    gather(lock);
    if (pending_.empty()) {
      if (stopping_) break;  // all is written
      lock.unlock();
      keep_up();
      lock.lock();
      continue;
    }
    Commit part = std::exchange(pending_, {});
    const auto ticket = last_ticket_;
    const auto bytes = pending_bytes_;
    lock.unlock();
    const bool written = write(part, ticket, bytes);
    lock.lock();
    if (!written) {
      clean_ = false;
      break;
    }
    if (options_.upkeep && std::chrono::steady_clock::now() >= next_upkeep_) {
      lock.unlock();
      keep_up();
      lock.lock();
    }
  }
}

void Committer::keep_up() {
  const auto more = options_.upkeep(journal_);
  if (!more && listener_.upkeep_failed) listener_.upkeep_failed(more.error());
  next_upkeep_ = std::chrono::steady_clock::now() +
                 (more && *more ? options_.upkeep_pause : options_.upkeep_every);
}

/// Tries until it is written. False: it could not be, and the thread must end.
bool Committer::write(Commit& part, std::uint64_t ticket, std::size_t bytes) {
  for (auto pause = options_.retry;; pause = std::min(pause * 2, options_.retry_max)) {
    const auto began = std::chrono::steady_clock::now();
    const auto done = journal_.commit(part);
    const auto took = std::chrono::steady_clock::now() - began;
    std::unique_lock lock(mutex_);
    if (done) {
      ++figures_.commits;
      figures_.entries += part.entries.size();
      figures_.time_in_commits += std::chrono::duration_cast<std::chrono::microseconds>(took);
      pending_bytes_ -= bytes;
      lock.unlock();
      if (std::exchange(failing_, false) && listener_.recovered) listener_.recovered();
      if (listener_.took) listener_.took(took);
      if (listener_.durable) listener_.durable(ticket);
      return true;
    }
    ++figures_.failures;
    const bool last_try = stopping_;
    lock.unlock();
    failing_ = true;
    if (listener_.failed) listener_.failed(done.error());
    if (last_try) return false;
    lock.lock();
    wake_.wait_for(lock, pause, [&] { return stopping_; });
  }
}

}  // namespace assist::journal

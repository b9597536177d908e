#include "server/intake.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace assist::server {
namespace {

constexpr std::size_t kSpareMax = 64;
// Memory that a large message left behind is given back.
constexpr std::size_t kSpareBytesMax = 64 << 10;
// What a message costs beside its bytes.
constexpr std::size_t kOverheadBytes = 512;

}  // namespace

std::uint64_t Intake::add(std::weak_ptr<EventSource> source) {
  sources_.emplace(++last_source_, std::move(source));
  return last_source_;
}

std::shared_ptr<EventSource> Intake::find(std::uint64_t source) const {
  const auto at = sources_.find(source);
  return at == sources_.end() ? nullptr : at->second.lock();
}

std::unique_ptr<events::Batch> Intake::memory() {
  if (spare_.empty()) return std::make_unique<events::Batch>();
  auto batch = std::move(spare_.back());
  spare_.pop_back();
  return batch;
}

void Intake::deliver(std::uint64_t source, std::unique_ptr<events::Batch> batch,
                     std::size_t bytes) {
  bytes_under_way_ += bytes + kOverheadBytes;
  ++messages_under_way_;
  deliver_({source, std::move(batch), bytes, std::chrono::steady_clock::now()});
}

void Intake::on(Consumed& consumed) {
  bytes_under_way_ -= consumed.bytes + kOverheadBytes;
  --messages_under_way_;
  if (const auto source = find(consumed.source)) {
    source->consumed(consumed);
    if (source->durable(durable_) &&
        std::find(waiting_.begin(), waiting_.end(), consumed.source) == waiting_.end())
      waiting_.push_back(consumed.source);
  }
  if (spare_.size() < kSpareMax && consumed.bytes <= kSpareBytesMax)
    spare_.push_back(std::move(consumed.memory));
  make_room();
}

void Intake::make_room() {
  // Half, so that sources are not stopped and started at every message.
  if (closed_ || without_room_.empty() || bytes_under_way_ > limits_.bytes_under_way_max / 2)
    return;
  for (const auto id : std::exchange(without_room_, {})) {
    if (const auto source = find(id)) source->room();
  }
}

void Intake::on(const Durable& durable) {
  durable_ = durable.ticket;
  std::erase_if(waiting_, [&](std::uint64_t id) {
    const auto source = find(id);
    return !source || !source->durable(durable_);
  });
}

}  // namespace assist::server

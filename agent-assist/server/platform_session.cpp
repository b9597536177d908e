#include "server/platform_session.hpp"

#include <utility>

#include "events/write.hpp"

namespace assist::server {
namespace {

// The share of one connection in what is under way: enough to keep the engine busy.
constexpr std::size_t kMessagesUnderWay = 512;
// Rejections that a sender does not read; beyond it nothing more of it is read.
constexpr std::size_t kRejectionBytes = 256 << 10;

Frame ack(const AckLedger::Totals& totals) {
  return std::make_shared<const std::string>(R"({"type":"ack","messages":)" +
                                             std::to_string(totals.messages) + R"(,"events":)" +
                                             std::to_string(totals.events) + '}');
}

}  // namespace

void append_rejection(std::string& out, const events::Rejection& rejection) {
  out += R"("index":)" + std::to_string(rejection.index) + R"(,"id":)";
  if (rejection.has_id) {
    events::append_json_string(out, rejection.id);
  } else {
    out += "null";
  }
  out += R"(,"code":)";
  events::append_json_string(out, code_name(rejection.error.code));
  out += R"(,"detail":)";
  events::append_json_string(out, rejection.error.text);
  out += R"(,"pointer":)";
  events::append_json_string(out, rejection.error.place.pointer);
}

void PlatformSession::on_open(WebSocket& socket) {
  socket_ = &socket;
  source_ = intake_.add(weak_from_this());
}

void PlatformSession::on_message(std::string_view text) {
  ++messages_;
  const auto shape = answers_ ? events::Shape::event_or_batch : events::Shape::event;
  auto batch = intake_.decode(
      [&](events::Decoder& decoder, events::Batch& out) { decoder.decode(text, shape, out); });
  answer(batch->rejected, messages_);
  bytes_under_way_ += text.size();
  ++messages_under_way_;
  intake_.deliver(source_, std::move(batch), text.size());
}

void PlatformSession::answer(const std::vector<events::Rejection>& rejected,
                             std::uint64_t message) {
  if (!answers_ || !socket_ || rejected.empty()) return;
  for (const auto& rejection : rejected) {
    std::string out = R"({"type":"rejected","message":)" + std::to_string(message) + ',';
    append_rejection(out, rejection);
    out += '}';
    rejection_bytes_ += out.size();
    rejections_.push_back(std::make_shared<const std::string>(std::move(out)));
  }
  socket_->wake();
}

bool PlatformSession::has_room() const {
  return bytes_under_way_ < bytes_under_way_max_ && messages_under_way_ < kMessagesUnderWay &&
         rejection_bytes_ < kRejectionBytes;
}

bool PlatformSession::wants_more() {
  paused_ = !has_room();
  if (!paused_ && intake_.full()) {
    paused_ = true;
    if (!std::exchange(waits_for_room_, true)) intake_.wait_for_room(source_);
  }
  return !paused_;
}

void PlatformSession::resume() {
  if (paused_ && socket_ && wants_more()) socket_->resume();
}

void PlatformSession::room() {
  waits_for_room_ = false;
  resume();
}

bool PlatformSession::settled() const {
  return !answers_ || (messages_under_way_ == 0 && ledger_.settled());
}

Frame PlatformSession::next_frame() {
  if (!rejections_.empty()) {
    auto frame = std::move(rejections_.front());
    rejections_.pop_front();
    rejection_bytes_ -= frame->size();
    resume();
    return frame;
  }
  if (!answers_) return nullptr;
  const auto totals = ledger_.take();
  return totals ? ack(*totals) : nullptr;
}

void PlatformSession::consumed(const Consumed& consumed) {
  bytes_under_way_ -= consumed.bytes;
  --messages_under_way_;
  answer(consumed.refused, ++consumed_messages_);
  ledger_.note(consumed.events, consumed.ticket);
  resume();
}

bool PlatformSession::durable(std::uint64_t ticket) {
  ledger_.durable(ticket);
  if (socket_) socket_->wake();
  return ledger_.waits();
}

void PlatformSession::on_closed() {
  socket_ = nullptr;
  intake_.remove(source_);
}

}  // namespace assist::server

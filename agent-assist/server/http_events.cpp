#include "server/http_events.hpp"

#include <vector>

#include "events/http.hpp"
#include "server/platform_session.hpp"

namespace assist::server {
namespace {

// Long enough for a slow disk; a sender should not wait for a full one.
constexpr int kTicksToWait = 10;

std::vector<events::Decoder::Header> headers_of(const Request& request) {
  std::vector<events::Decoder::Header> headers;
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) headers.push_back({name, value});
  return headers;
}

Response try_again(std::string_view why) {
  auto response = problem(503, why);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

/// One request under way. Its response holds it; the intake knows it weakly.
class HttpEvents::Posting final : public EventSource, public std::enable_shared_from_this<Posting> {
 public:
  Posting(Intake& intake, const events::Batch& batch, Respond respond)
      : intake_(intake), respond_(std::move(respond)) {
    add(batch.rejected);
  }

  void start(std::unique_ptr<events::Batch> batch, std::size_t bytes) {
    self_ = shared_from_this();
    source_ = intake_.add(weak_from_this());
    intake_.deliver(source_, std::move(batch), bytes);
  }

  void consumed(const Consumed& consumed) override {
    ticket_ = consumed.ticket;
    accepted_ = consumed.accepted;
    duplicates_ = consumed.duplicates;
    add(consumed.refused);
    applied_ = true;
  }

  bool durable(std::uint64_t ticket) override {
    if (!respond_) return false;
    if (applied_ && ticket >= ticket_) finish(answer());
    return static_cast<bool>(respond_);
  }

  void abandon() {
    const auto keep = std::move(self_);
    respond_ = nullptr;
  }

  void tick() {
    if (!respond_ || ++ticks_ < kTicksToWait) return;
    finish(try_again("the events are not durable yet: send them again"));
  }

 private:
  void add(const std::vector<events::Rejection>& rejected) {
    for (const auto& rejection : rejected) {
      if (first_code_.empty()) {
        first_code_ = code_name(rejection.error.code);
        first_text_ = rejection.error.text;
      }
      rejected_ += rejected_.empty() ? "{" : ",{";
      append_rejection(rejected_, rejection);
      rejected_ += '}';
    }
  }

  Response answer() const {
    const auto members = R"("accepted":)" + std::to_string(accepted_) + R"(,"duplicates":)" +
                         std::to_string(duplicates_) + R"(,"rejected":[)" + rejected_ + ']';
    if (accepted_ + duplicates_ == 0 && !first_code_.empty()) {
      return problem(400, first_text_,
                     R"("code":")" + std::string(first_code_) + R"(",)" + members);
    }
    Response response;
    response.status = 202;
    response.body = '{' + members + '}';
    return response;
  }

  void finish(Response response) {
    const auto keep = std::move(self_);
    intake_.remove(source_);
    std::exchange(respond_, nullptr)(std::move(response));
  }

  Intake& intake_;
  std::string rejected_;  // JSON, by index of those refused at the door, then of the others
  std::string_view first_code_;
  std::string first_text_;
  Respond respond_;
  std::shared_ptr<Posting> self_;  // until it is answered
  std::uint64_t source_ = 0, ticket_ = 0;
  std::size_t accepted_ = 0, duplicates_ = 0;
  bool applied_ = false;
  int ticks_ = 0;
};

void HttpEvents::post(const Request& request, Respond respond) {
  using events::HttpMode;
  const auto headers = headers_of(request);
  const auto mode = events::http_mode(headers);
  if (mode == HttpMode::unsupported) return respond(problem(415, events::kUnsupportedText));
  if (intake_.full()) return respond(try_again("too much is under way: send them again"));
  auto batch = intake_.decode([&](events::Decoder& decoder, events::Batch& out) {
    if (mode == HttpMode::binary) {
      decoder.decode_binary(headers, request.body, out);
    } else {
      const bool one = mode == HttpMode::structured;
      decoder.decode(request.body, one ? events::Shape::event : events::Shape::batch, out);
    }
  });
  auto posting = std::make_shared<Posting>(intake_, *batch, std::move(respond));
  under_way_.push_back(posting);
  posting->start(std::move(batch), request.body.size());
}

void HttpEvents::abandon() {
  for (const auto& weak : std::exchange(under_way_, {})) {
    if (const auto posting = weak.lock()) posting->abandon();
  }
}

void HttpEvents::tick() {
  under_way_.remove_if([](const auto& posting) { return posting.expired(); });
  const auto under_way = under_way_;
  for (const auto& weak : under_way) {
    if (const auto posting = weak.lock()) posting->tick();
  }
}

}  // namespace assist::server

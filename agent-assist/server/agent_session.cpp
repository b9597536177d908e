#include "server/agent_session.hpp"

#include <boost/json/parse.hpp>

#include "events/text.hpp"

namespace assist::server {
namespace {

namespace json = boost::json;

// More than an agent can click: beyond it nothing more is read until some is saved.
constexpr std::size_t kUnderWay = 64;

Error bad(std::string text) { return {ErrorCode::bad_data, std::move(text), {}}; }

/// A text member; "" where it is missing or null. nullopt: it is something else.
std::optional<std::string> text_of(const json::object& object, const char* name) {
  const auto* const value = object.if_contains(name);
  if (!value || value->is_null()) return std::string();
  const auto* const text = value->if_string();
  if (!text) return std::nullopt;
  return std::string(text->data(), text->size());
}

std::optional<bool> flag_of(const json::object& object, const char* name) {
  const auto* const value = object.if_contains(name);
  if (!value || value->is_null()) return false;
  const auto* const flag = value->if_bool();
  return flag ? std::optional(*flag) : std::nullopt;
}

}  // namespace

Result<FeedbackGiven> read_feedback(std::string_view text, std::size_t note_bytes_max) {
  boost::system::error_code ec;
  const auto value = json::parse(json::string_view(text.data(), text.size()), ec);
  if (ec) return Error{ErrorCode::not_json, "the message is no JSON", {}};
  const auto* const object = value.if_object();
  if (!object) return bad("the message is no object");
  if (text_of(*object, "type") != "feedback")
    return bad("\"type\" must be \"feedback\": nothing else is known here");
  const auto suggestion = text_of(*object, "suggestion");
  if (!suggestion || suggestion->empty()) return bad("\"suggestion\" must be the id of one");
  const auto verdict = engine::verdict(text_of(*object, "verdict").value_or(""));
  if (!verdict) return bad(R"("verdict" must be "used", "dismissed", "helpful" or "unhelpful")");
  const auto note = text_of(*object, "note");
  if (!note) return bad("\"note\" must be a text");
  const auto confidential = flag_of(*object, "confidential");
  if (!confidential) return bad("\"confidential\" must be true or false");
  FeedbackGiven given;
  given.feedback.suggestion = *suggestion;
  given.feedback.verdict = *verdict;
  given.note = std::string(events::cut_utf8(*note, note_bytes_max));
  given.confidential = *confidential;
  return given;
}

void AgentSession::on_open(WebSocket& socket) {
  socket_ = &socket;
  number_ = screens_.open(agent_, *this);
}

void AgentSession::on_message(std::string_view text) {
  auto given = read_feedback(text, note_bytes_max_);
  if (!given)
    return screens_.error(agent_, number_, code_name(given.error().code), given.error().text);
  given->socket = number_;
  given->feedback.agent = agent_;
  ++under_way_;
  screens_.feedback(std::move(*given));
}

bool AgentSession::wants_more() {
  paused_ = under_way_ >= kUnderWay;
  return !paused_;
}

void AgentSession::answered() {
  --under_way_;
  if (paused_ && socket_ && wants_more()) socket_->resume();
}

Frame AgentSession::next_frame() {
  auto frame = backlog_.next();
  if (!frame && backlog_.wants_welcome()) screens_.refresh(agent_, number_);
  return frame;
}

void AgentSession::welcome(Frame frame) {
  backlog_.welcome(std::move(frame));
  socket_->wake();
}

void AgentSession::change(const Frame& frame) {
  if (!backlog_.change(frame)) screens_.note_overrun();
  socket_->wake();
}

void AgentSession::tell(Frame frame) { change(frame); }

void AgentSession::on_closed() {
  screens_.close(agent_, number_);
  place_.reset();
  socket_ = nullptr;
}

}  // namespace assist::server

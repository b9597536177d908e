#include "server/connections.hpp"

namespace assist::server {

Connection::~Connection() {
  if (list_) list_->open_.erase(place_);
}

void Connections::add(const std::shared_ptr<Connection>& connection) {
  connection->place_ = open_.insert(open_.end(), connection);
  connection->list_ = this;  // only now: one that did not get in takes itself out of nothing
}

// Copies: to end one may take it, or others, out of the list.

void Connections::finish() {
  const auto open = open_;
  for (const auto& connection : open) {
    if (const auto alive = connection.lock()) alive->finish();
  }
}

void Connections::abort() {
  const auto open = open_;
  for (const auto& connection : open) {
    if (const auto alive = connection.lock()) alive->abort();
  }
}

}  // namespace assist::server

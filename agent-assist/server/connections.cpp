#include "server/connections.hpp"

#include <algorithm>
#include <vector>

namespace assist::server {

void Connections::sweep() {
  open_.remove_if([](const auto& connection) { return connection.expired(); });
}

void Connections::add(std::weak_ptr<Connection> connection) {
  if (open_.size() >= sweep_at_) {
    sweep();
    sweep_at_ = std::max<std::size_t>(64, open_.size() * 2);
  }
  open_.push_back(std::move(connection));
}

bool Connections::empty() { return size() == 0; }

std::size_t Connections::size() {
  sweep();
  return open_.size();
}

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

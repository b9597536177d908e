#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/http.hpp"
#include "server/web_socket.hpp"

namespace assist::server {

/// What a connection asks of the service. I/O thread only.
class Application {
 public:
  virtual ~Application() = default;

  virtual void request(const Request& request, Respond respond) = 0;

  /// Either a handler, or why the upgrade is refused.
  struct Upgrade {
    std::shared_ptr<SocketHandler> handler;
    std::string subprotocol;  // "" where none was offered
    Response refusal;
  };
  virtual Upgrade upgrade(const Request& request) = 0;
};

}  // namespace assist::server

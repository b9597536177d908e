#pragma once

#include <cstdint>
#include <list>
#include <memory>

#include "server/http.hpp"
#include "server/intake.hpp"

namespace assist::server {

/// `POST /v1/events`: the CloudEvents HTTP binding. I/O thread only.
class HttpEvents {
 public:
  explicit HttpEvents(Intake& intake) : intake_(intake) {}

  /// Answers 202 once all of it is durable; 503 if that takes too long (see tick()).
  void post(const Request& request, Respond respond);
  /// To be called about once a second.
  void tick();
  /// Nobody will be answered any more.
  void abandon();

 private:
  class Posting;
  Intake& intake_;
  std::list<std::weak_ptr<Posting>> under_way_;
};

}  // namespace assist::server

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "journal/journal.hpp"
#include "server/application.hpp"
#include "server/http_events.hpp"
#include "server/intake.hpp"
#include "server/origin.hpp"
#include "server/screens.hpp"
#include "server/static_files.hpp"
#include "server/status.hpp"

namespace assist::server {

/// Which request goes where (contract, sections 2, 3 and 6). I/O thread only.
class Routes final : public Application {
 public:
  /// All of it outlives the routes.
  struct Parts {
    Intake& intake;
    Screens& screens;
    HttpEvents& http_events;
    journal::Journal& journal;
    const Status& status;
    const config::Settings& settings;
    std::function<std::string()> metrics;
  };

  Routes(Parts parts, OwnHost own, std::filesystem::path web)
      : parts_(std::move(parts)), own_(std::move(own)), files_(std::move(web)) {}

  void request(const Request& request, Respond respond) override;
  Upgrade upgrade(const Request& request) override;

 private:
  std::optional<Response> foreign(const Request& request) const;
  bool is_allowed(std::string_view origin) const;
  Respond shared(const Request& request, Respond respond) const;
  Response get(const Request& request);
  Response rejected(const Request& request);
  Upgrade platform(const Request& request);
  Upgrade agent(const Request& request);

  const Parts parts_;
  const OwnHost own_;
  const StaticFiles files_;
};

}  // namespace assist::server

#pragma once

#include <filesystem>
#include <string_view>

#include "server/http.hpp"

namespace assist::server {

/// The web pages, as `npm run build` leaves them: DIR/agent/index.html, DIR/sdk/agent-assist.js,
/// DIR/assets/*. Files are read at each request: a build is seen at once.
class StaticFiles {
 public:
  explicit StaticFiles(std::filesystem::path dir) : dir_(std::move(dir)) {}

  /// True: the path is one of these pages'.
  static bool serves(std::string_view path);
  Response get(const Request& request) const;

 private:
  const std::filesystem::path dir_;
};

}  // namespace assist::server

#include "server/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace assist::server {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("agent-assist",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

/// Nobody who sends something can begin a line of the log.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return out;
}

}  // namespace

void log_info(std::string_view text) { logger().info("{}", one_line(text)); }
void log_warn(std::string_view text) { logger().warn("{}", one_line(text)); }
void log_error(std::string_view text) { logger().error("{}", one_line(text)); }

bool set_log_level(std::string_view level) {
  const auto found = spdlog::level::from_str(std::string(level));
  if (found == spdlog::level::off && level != "off") return false;
  logger().set_level(found);
  return true;
}

}  // namespace assist::server

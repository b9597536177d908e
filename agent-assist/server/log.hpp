#pragma once

#include <string_view>

namespace assist::server {

/// The service's log, on stderr: one line an entry, safe from any thread. Never pass it texts of
/// events, notes of agents, query strings or tokens.
void log_info(std::string_view text);
void log_warn(std::string_view text);
void log_error(std::string_view text);

/// "info", "warn", "error" or "off". False: it is something else.
bool set_log_level(std::string_view level);

}  // namespace assist::server

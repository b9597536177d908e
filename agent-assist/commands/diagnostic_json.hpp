#pragma once

#include <string>

#include "base/result.hpp"
#include "events/write.hpp"

namespace assist::commands {

/// `{"file":...,"line":...,"column":...,"text":...,"snippet":...}`
inline void append_json(std::string& out, const Diagnostic& error) {
  out += "{\"file\":";
  events::append_json_string(out, error.place.file);
  out += ",\"line\":" + std::to_string(error.place.line);
  out += ",\"column\":" + std::to_string(error.place.column) + ",\"text\":";
  events::append_json_string(out, error.text);
  out += ",\"snippet\":";
  events::append_json_string(out, error.snippet);
  out += '}';
}

inline void append_json(std::string& out, const Diagnostics& errors) {
  out += '[';
  for (const Diagnostic& error : errors) {
    if (&error != &errors.front()) out += ',';
    append_json(out, error);
  }
  out += ']';
}

}  // namespace assist::commands

#include "bench/parse_alone.hpp"

#include <simdjson.h>

#include <string>

#ifndef ASSIST_PARSE
#define ASSIST_PARSE ParseAlone
#endif

namespace assist::bench {
namespace {

namespace json = simdjson::ondemand;

std::size_t members(json::object object);

std::size_t size_of(json::value value) {
  switch (value.type()) {
    case json::json_type::string:
      return std::string_view(value.get_string()).size();
    case json::json_type::number:
      return value.get_double() > 0 ? 1 : 0;
    case json::json_type::boolean:
      return value.get_bool() ? 1 : 0;
    case json::json_type::object:
      return members(value.get_object());
    case json::json_type::array: {
      std::size_t sum = 0;
      for (auto item : value.get_array()) sum += size_of(item.value());
      return sum;
    }
    default:
      return 0;
  }
}

std::size_t members(json::object object) {
  std::size_t sum = 0;
  for (auto field : object) {
    sum += std::string_view(field.unescaped_key()).size();
    sum += size_of(field.value());
  }
  return sum;
}

}  // namespace

struct ASSIST_PARSE::State {
  json::parser parser;
  std::string buffer;
};

ASSIST_PARSE::ASSIST_PARSE() : state_(std::make_unique<State>()) {}
ASSIST_PARSE::~ASSIST_PARSE() = default;

std::size_t ASSIST_PARSE::read(std::string_view text) {
  std::string& buffer = state_->buffer;
  buffer.assign(text);
  buffer.resize(text.size() + simdjson::SIMDJSON_PADDING);
  auto document = state_->parser.iterate(buffer.data(), text.size(), buffer.size());
  std::size_t sum = 0;
  for (auto field : document.get_object()) {
    const json::raw_json_string key = field.key();
    if (key == "data") {
      sum += members(field.value().get_object());
    } else if (key == "id" || key == "source" || key == "type" || key == "subject" ||
               key == "time" || key == "specversion") {
      sum += std::string_view(field.value().get_string()).size();
    }
  }
  return sum;
}

}  // namespace assist::bench

#include "cel/ops.hpp"

#include <string>

namespace assist::cel {

Value Run::pin(const Value& value) {
  if (!value.runs()) return value;
  narrow(now_ + 1);
  return value.at(now());
}

std::string_view kind_in_words(const Value& value) {
  switch (value.kind()) {
    case Kind::null_:
      return "null";
    case Kind::bool_:
      return "true or false";
    case Kind::int_:
    case Kind::uint_:
      return "a whole number";
    case Kind::double_:
      return "a number with a fraction";
    case Kind::string_:
      return "text";
    case Kind::bytes_:
      return "bytes";
    case Kind::list_:
      return "a list";
    case Kind::map_:
      return "a map";
    case Kind::timestamp_:
      return "a moment";
    case Kind::duration_:
      return "a length of time";
    case Kind::type_:
      return "a type";
    case Kind::optional_:
      return "an optional value";
    case Kind::object_:
      return "a record";
    case Kind::ip_:
      return "an IP address";
    case Kind::cidr_:
      return "a network";
    case Kind::error_:
      return "an error";
  }
  return "";
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::null_:
      return "null_type";
    case Kind::bool_:
      return "bool";
    case Kind::int_:
      return "int";
    case Kind::uint_:
      return "uint";
    case Kind::double_:
      return "double";
    case Kind::string_:
      return "string";
    case Kind::bytes_:
      return "bytes";
    case Kind::list_:
      return "list";
    case Kind::map_:
      return "map";
    case Kind::timestamp_:
      return "google.protobuf.Timestamp";
    case Kind::duration_:
      return "google.protobuf.Duration";
    case Kind::type_:
      return "type";
    case Kind::optional_:
      return "optional_type";
    case Kind::object_:
      return value.object_type().name;
    case Kind::ip_:
      return "net.IP";
    case Kind::cidr_:
      return "net.CIDR";
    case Kind::error_:
      return "error";
  }
  return "";
}

Value no_overload(Run& run, std::string_view name, std::span<const Value> args) {
  if (!run.arena().has_room(256) || !run.spend(4)) return Value::error("no such operation");
  std::string text = "there is no " + std::string(name.substr(0, 60)) + " for ";
  for (std::size_t i = 0; i < args.size() && i < 6; ++i) {
    if (i > 0) text += i + 1 == args.size() ? " and " : ", ";
    text += kind_in_words(args[i]);
  }
  return run.error(text);
}

}  // namespace assist::cel

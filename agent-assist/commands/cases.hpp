#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.hpp"

namespace assist::commands {

/// A typed value of the conformance cases: an object with one member, whose name is the kind
/// ({"int": "1"}; tests/conformance/cel/README.md has them all). nullopt: it is none.
std::optional<cel::Value> typed_value(const boost::json::value& json, cel::Arena& arena);

/// A plain JSON value: an object is a map, a number without fraction and exponent that fits an int,
/// any other a double; a typed value is that.
cel::Value plain_value(const boost::json::value& json, cel::Arena& arena);

/// As JSON for programs: text for moments, lengths, bytes (base64) and what JSON has no number for.
boost::json::value to_json(const cel::Value& value, cel::Time now);

/// Variables with given values, for a run.
class Bindings final : public cel::Activation {
 public:
  /// Declares `name` in `env`, with its value or with none.
  void add(cel::Env& env, const std::string& name, const cel::Type& type,
           std::optional<cel::Value> value);
  cel::Value load(std::uint32_t slot, cel::Run& run) override;
  cel::Value call(std::uint32_t function_id, std::span<const cel::Value> args,
                  cel::Run& run) override;

 private:
  struct Bound {
    std::string name;
    std::optional<cel::Value> value;
  };
  std::vector<Bound> bound_;
};

/// How a file of cases went. `failures` has a line for each that failed.
struct CaseResults {
  std::size_t passed = 0, failed = 0, skipped = 0;
  std::vector<std::string> failures;
};

/// Runs the cases of `in`, a JSON object a line, in the format of tests/conformance/cel/README.md.
CaseResults run_cases(std::istream& in);

}  // namespace assist::commands

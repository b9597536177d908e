#include "commands/eval_run.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "commands/cases.hpp"

namespace assist::commands {
namespace json = boost::json;
namespace {

void print_problem(std::string_view file, std::string_view source, const cel::Problem& problem) {
  std::fprintf(stderr, "%.*s:%u:%u: error: %s\n%s", static_cast<int>(file.size()), file.data(),
               problem.line, problem.column, problem.text.c_str(),
               cel::snippet(source, problem).c_str());
}

int run_case_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path);
    if (!file) {
      std::fprintf(stderr, "%s: error: this file cannot be read\n", path.c_str());
      return 2;
    }
  }
  const CaseResults results = run_cases(path == "-" ? std::cin : file);
  for (const std::string& failure : results.failures) std::printf("%s\n", failure.c_str());
  std::printf("%zu passed, %zu failed, %zu skipped\n", results.passed, results.failed,
              results.skipped);
  return results.failed == 0 ? 0 : 1;
}

/// Where in `text` the parser stopped, as a problem at that place.
cel::Problem json_problem(std::string_view text, std::string what) {
  json::stream_parser parser;
  boost::system::error_code error;
  std::size_t at = parser.write_some(text.data(), text.size(), error);
  if (!error && at == text.size()) parser.finish(error);
  cel::Problem problem;
  problem.begin = problem.end = std::min(at, text.size());
  for (const char c : text.substr(0, problem.begin)) {
    if (c == '\n') {
      ++problem.line;
      problem.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++problem.column;
    }
  }
  problem.text = std::move(what);
  return problem;
}

/// Reads the bindings into `env`; the exit code where they are bad.
int read_bindings(const std::string& path, cel::Env& env, Bindings& bindings, cel::Arena& arena) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "%s: error: this file cannot be read\n", path.c_str());
    return 2;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error) {
    print_problem(path, text, json_problem(text, "this is not JSON: " + error.message()));
    return 1;
  }
  if (!parsed.is_object()) {
    cel::Problem problem;
    problem.text = "bindings are a JSON object: {\"name\": value, ...}";
    print_problem(path, text, problem);
    return 1;
  }
  for (const auto& member : parsed.get_object()) {
    bindings.add(env, std::string(member.key().data(), member.key().size()), cel::Type::dyn(),
                 plain_value(member.value(), arena));
  }
  return 0;
}

int run_expression(const EvalOptions& options) {
  cel::Env env;
  cel::Arena arena;
  Bindings bindings;
  env.declare_now();
  env.declare_lengths_of_time();
  if (!options.bindings.empty()) {
    const int bad = read_bindings(options.bindings, env, bindings, arena);
    if (bad != 0) return bad;
  }
  const auto compiled = cel::compile(options.expression, env);
  if (const auto* problems = std::get_if<std::vector<cel::Problem>>(&compiled)) {
    for (const auto& problem : *problems) print_problem("expression", options.expression, problem);
    return 1;
  }
  const auto now = std::chrono::time_point_cast<cel::Duration>(std::chrono::system_clock::now());
  const auto outcome = std::get<cel::Program>(compiled).run(bindings, now, arena);
  if (outcome.value.is_error()) {
    cel::Problem problem;
    problem.text = std::string(outcome.value.error_text());
    print_problem("expression", options.expression, problem);
    return 1;
  }
  // A copy is bounded; the value itself may show one list in many places.
  cel::Arena copies;
  const cel::Value copy = cel::deep_copy(outcome.value, copies);
  const std::string line = options.json && !copy.is_error() ? json::serialize(to_json(copy, now))
                                                            : cel::to_literal(outcome.value, now);
  std::printf("%s\n", line.c_str());
  return 0;
}

}  // namespace

int run_eval(const EvalOptions& options) {
  return options.cases.empty() ? run_expression(options) : run_case_file(options.cases);
}

}  // namespace assist::commands

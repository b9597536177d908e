#pragma once

#include <string>

namespace assist::commands {

struct EvalOptions {
  std::string expression;
  std::string bindings;  // a JSON file; "" for none
  std::string cases;     // a file of conformance cases, instead of an expression; - is stdin
  bool json = false;
};

/// Prints what comes out to stdout, what is wrong to stderr. The exit code: 0 good, 1 the
/// expression, a case or a file's content is bad, 2 a file cannot be read.
int run_eval(const EvalOptions& options);

}  // namespace assist::commands

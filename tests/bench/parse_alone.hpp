#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace assist::bench {

/// Reads of each event the members that the product uses, and does nothing with them: what no
/// engine can be quicker than. simdjson's on-demand interface. Twice: compiled as the product is,
/// for any machine, and for the machine at hand alone (-march=native).
#define ASSIST_PARSER(Name)                               \
  class Name {                                            \
   public:                                                \
    Name();                                               \
    ~Name();                                              \
    /* A sum of what it read: nothing can be left out. */ \
    std::size_t read(std::string_view text);              \
                                                          \
   private:                                               \
    struct State;                                         \
    std::unique_ptr<State> state_;                        \
  }
ASSIST_PARSER(ParseAlone);
ASSIST_PARSER(ParseNative);
#undef ASSIST_PARSER

}  // namespace assist::bench

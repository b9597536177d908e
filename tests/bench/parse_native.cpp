// The same source, compiled for the machine at hand: see parse_alone.hpp.
#define ASSIST_PARSE ParseNative
#include "bench/parse_alone.cpp"  // NOLINT: that is the point

#include "cel/cel.hpp"

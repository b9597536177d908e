#pragma once

#include <algorithm>
#include <boost/container/vector.hpp>
#include <cstdint>

namespace assist {

/// A vector for what is kept a million times over: 16 bytes beside its items (of a memory resource:
/// 24), for at most 4 billion of them.
template <class T, class Allocator = void>
using ShortVector = boost::container::vector<
    T, Allocator,
    boost::container::vector_options_t<
        boost::container::stored_size<std::uint32_t>,
        boost::container::growth_factor<boost::container::growth_factor_100>>>;

/// As that of std::vector: the items are asked in their order, each once.
template <class T, class Allocator, class Predicate>
void erase_if(ShortVector<T, Allocator>& values, Predicate predicate) {
  values.erase(std::remove_if(values.begin(), values.end(), predicate), values.end());
}

}  // namespace assist

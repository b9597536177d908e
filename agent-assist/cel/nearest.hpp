#pragma once

#include <string_view>
#include <vector>

namespace assist::cel {

/// The name in `known` that `name` most likely meant, or "" if none is near. Of several equally
/// near ones the first.
///
/// Looked for in this order: a slip of the keys (`call.hold_totl`, in either part of a name with a
/// dot; case does not count), the same word elsewhere (`call.products` for `customer.products`),
/// and words that one has of the other (`call.name` for `call.agent_name`, `talk_time` for
/// `talk`). Takes some 50 ns a known name; names longer than 100 bytes are near to nothing.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known);

/// The same, slips of the keys only.
std::string_view nearest_slip(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace assist::cel

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "cel/functions.hpp"
#include "cel/ops.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

bool is_mapped(const IpData& ip) {
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return ip.v6 && std::memcmp(ip.bytes, kMapped, sizeof kMapped) == 0;
}

/// Four numbers of 0 to 255 without leading zeros.
bool parse_v4(std::string_view s, std::uint8_t* out) {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    unsigned value = 0;
    while (digits < s.size() && s[digits] >= '0' && s[digits] <= '9' && digits < 4) {
      value = value * 10 + static_cast<unsigned>(s[digits++] - '0');
    }
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && s[0] == '0')) return false;
    out[part] = static_cast<std::uint8_t>(value);
    s.remove_prefix(digits);
    if (part < 3) {
      if (!s.starts_with('.')) return false;
      s.remove_prefix(1);
    }
  }
  return s.empty();
}

/// RFC 4291, 2.2: eight groups, :: once, the last two may be an IPv4 address.
bool parse_v6(std::string_view s, std::uint8_t* out) {
  std::array<std::uint8_t, 16> head{}, tail{};
  std::size_t count = 0, tail_count = 0;
  bool gap = false;
  if (s.starts_with("::")) {
    gap = true;
    s.remove_prefix(2);
  } else if (s.starts_with(':')) {
    return false;
  }
  const auto put = [&](std::uint8_t byte) {
    if (count + tail_count >= 16) return false;
    (gap ? tail[tail_count++] : head[count++]) = byte;
    return true;
  };
  while (!s.empty()) {
    const auto group = s.substr(0, s.find(':'));
    if (group.find('.') != std::string_view::npos) {
      std::uint8_t v4[4];
      if (group.size() != s.size() || !parse_v4(group, v4)) return false;
      for (const auto byte : v4) {
        if (!put(byte)) return false;
      }
      s = "";
      break;
    }
    if (group.empty() || group.size() > 4) return false;
    unsigned value = 0;
    for (const char c : group) {
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<unsigned>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        value = value * 16 + static_cast<unsigned>(lower - 'a' + 10);
      } else {
        return false;
      }
    }
    if (!put(static_cast<std::uint8_t>(value >> 8)) || !put(static_cast<std::uint8_t>(value))) {
      return false;
    }
    s.remove_prefix(group.size());
    if (s.empty()) break;
    if (s.starts_with("::")) {
      if (gap) return false;
      gap = true;
      s.remove_prefix(2);
    } else {
      s.remove_prefix(1);
      if (s.empty()) return false;
    }
  }
  if (gap ? count + tail_count > 14 : count != 16) return false;
  std::memcpy(out, head.data(), 16);
  std::memcpy(out + 16 - tail_count, tail.data(), tail_count);
  return true;
}

/// An address, or why it is none. One of IPv4 written as the end of one of IPv6 is refused.
struct ParsedIp {
  IpData ip;
  const char* problem = nullptr;
};
ParsedIp parse_ip(std::string_view s) {
  ParsedIp result;
  if (s.find('%') != std::string_view::npos) {
    result.problem = "an IP address with a zone is not taken";
  } else if (s.find(':') == std::string_view::npos) {
    if (!parse_v4(s, result.ip.bytes)) result.problem = "this is no IP address";
  } else {
    result.ip.v6 = true;
    if (!parse_v6(s, result.ip.bytes)) {
      result.problem = "this is no IP address";
    } else if (is_mapped(result.ip) && s.find('.') != std::string_view::npos) {
      result.problem = "an IPv4 address written as one of IPv6 is not taken";
    }
  }
  return result;
}

struct ParsedCidr {
  CidrData cidr;
  const char* problem = nullptr;
};
ParsedCidr parse_cidr(std::string_view s) {
  ParsedCidr result;
  const auto slash = s.rfind('/');
  if (slash == std::string_view::npos) return {{}, "this is no network: it lacks /PREFIX"};
  const ParsedIp ip = parse_ip(s.substr(0, slash));
  const auto digits = s.substr(slash + 1);
  const auto prefix = parse_uint(digits);
  result.cidr.ip = ip.ip;
  if (ip.problem != nullptr) {
    result.problem = ip.problem;
  } else if (!prefix || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0') ||
             *prefix > (ip.ip.v6 ? 128u : 32u)) {
    result.problem = "the length of the network's prefix is wrong";
  } else {
    result.cidr.prefix = static_cast<std::uint8_t>(*prefix);
  }
  return result;
}

IpData masked(const IpData& ip, unsigned prefix) {
  IpData result = ip;
  const unsigned size = ip.v6 ? 16 : 4;
  for (unsigned i = 0; i < size; ++i) {
    const unsigned keep = prefix >= 8 * (i + 1) ? 8 : prefix <= 8 * i ? 0 : prefix - 8 * i;
    result.bytes[i] = static_cast<std::uint8_t>(result.bytes[i] & (0xFF00u >> keep));
  }
  return result;
}

IpData unmapped(const IpData& ip) {
  if (!is_mapped(ip)) return ip;
  IpData v4;
  std::memcpy(v4.bytes, ip.bytes + 12, 4);
  return v4;
}

bool holds(const CidrData& cidr, const IpData& address) {
  const IpData ip = cidr.ip.v6 ? address : unmapped(address);
  if (ip.v6 != cidr.ip.v6) return false;
  const IpData a = masked(ip, cidr.prefix), b = masked(cidr.ip, cidr.prefix);
  return std::memcmp(a.bytes, b.bytes, 16) == 0;
}

Value problem(Run& run, const char* text, std::string_view given) {
  if (!run.arena().has_room(256)) return Value::error(text);
  return run.error(std::string(text) + ": " + quote(given.substr(0, 60)));
}

Value make_ip(Run& run, const IpData& ip) { return Value::ip(*run.arena().make<IpData>(ip)); }

Value ip(Run& run, Args a) {
  if (a[0].is(Kind::ip_)) return a[0];
  if (a[0].is(Kind::cidr_)) return make_ip(run, a[0].as_cidr().ip);
  if (!a[0].is(Kind::string_)) return no_overload(run, "ip()", a);
  const ParsedIp parsed = parse_ip(a[0].as_string());
  return parsed.problem != nullptr ? problem(run, parsed.problem, a[0].as_string())
                                   : make_ip(run, parsed.ip);
}

Value is_ip(Run& run, Args a) {
  if (!a[0].is(Kind::string_)) return no_overload(run, "isIP()", a);
  return Value::boolean(parse_ip(a[0].as_string()).problem == nullptr);
}

Value is_canonical(Run& run, Args a) {
  if (!a[0].is(Kind::string_)) return no_overload(run, "ip.isCanonical()", a);
  const ParsedIp parsed = parse_ip(a[0].as_string());
  if (parsed.problem != nullptr) return problem(run, parsed.problem, a[0].as_string());
  return Value::boolean(ip_to_string(parsed.ip) == a[0].as_string());
}

Value make_cidr(Run& run, const CidrData& cidr) {
  return Value::cidr(*run.arena().make<CidrData>(cidr));
}

Value cidr(Run& run, Args a) {
  if (a[0].is(Kind::cidr_)) return a[0];
  if (!a[0].is(Kind::string_)) return no_overload(run, "cidr()", a);
  const ParsedCidr parsed = parse_cidr(a[0].as_string());
  return parsed.problem != nullptr ? problem(run, parsed.problem, a[0].as_string())
                                   : make_cidr(run, parsed.cidr);
}

Value is_cidr(Run& run, Args a) {
  if (!a[0].is(Kind::string_)) return no_overload(run, "isCIDR()", a);
  return Value::boolean(parse_cidr(a[0].as_string()).problem == nullptr);
}

Value family(Run& run, Args a) {
  if (!a[0].is(Kind::ip_)) return no_overload(run, "family()", a);
  return Value::integer(a[0].as_ip().v6 ? 6 : 4);
}

bool unspecified(const IpData& ip) {
  return std::all_of(ip.bytes, ip.bytes + 16, [](std::uint8_t b) { return b == 0; });
}
bool loopback(const IpData& ip) {
  if (!ip.v6) return ip.bytes[0] == 127;
  return ip.bytes[15] == 1 &&
         std::all_of(ip.bytes, ip.bytes + 15, [](std::uint8_t b) { return b == 0; });
}
bool multicast(const IpData& ip) {
  return ip.v6 ? ip.bytes[0] == 0xFF : (ip.bytes[0] & 0xF0) == 0xE0;
}
bool link_local_multicast(const IpData& ip) {
  if (ip.v6) return ip.bytes[0] == 0xFF && (ip.bytes[1] & 0x0F) == 2;
  return ip.bytes[0] == 224 && ip.bytes[1] == 0 && ip.bytes[2] == 0;
}
bool link_local_unicast(const IpData& ip) {
  if (ip.v6) return ip.bytes[0] == 0xFE && (ip.bytes[1] & 0xC0) == 0x80;
  return ip.bytes[0] == 169 && ip.bytes[1] == 254;
}
bool global_unicast(const IpData& ip) {
  const bool broadcast =
      !ip.v6 && std::all_of(ip.bytes, ip.bytes + 4, [](std::uint8_t b) { return b == 255; });
  return !broadcast && !unspecified(ip) && !loopback(ip) && !multicast(ip) &&
         !link_local_unicast(ip);
}

template <bool (*kTest)(const IpData&)>
Value tested(Run& run, Args a) {
  if (!a[0].is(Kind::ip_)) return no_overload(run, "test of an IP address", a);
  return Value::boolean(kTest(unmapped(a[0].as_ip())));
}

Value contains_ip(Run& run, Args a) {
  if (!a[0].is(Kind::cidr_)) return no_overload(run, "containsIP()", a);
  if (a[1].is(Kind::ip_)) return Value::boolean(holds(a[0].as_cidr(), a[1].as_ip()));
  if (!a[1].is(Kind::string_)) return no_overload(run, "containsIP()", a);
  const ParsedIp parsed = parse_ip(a[1].as_string());
  if (parsed.problem != nullptr) return problem(run, parsed.problem, a[1].as_string());
  return Value::boolean(holds(a[0].as_cidr(), parsed.ip));
}

Value contains_cidr(Run& run, Args a) {
  if (!a[0].is(Kind::cidr_)) return no_overload(run, "containsCIDR()", a);
  ParsedCidr other;
  if (a[1].is(Kind::cidr_)) {
    other.cidr = a[1].as_cidr();
  } else if (a[1].is(Kind::string_)) {
    other = parse_cidr(a[1].as_string());
    if (other.problem != nullptr) return problem(run, other.problem, a[1].as_string());
  } else {
    return no_overload(run, "containsCIDR()", a);
  }
  const CidrData& whole = a[0].as_cidr();
  return Value::boolean(whole.ip.v6 == other.cidr.ip.v6 && whole.prefix <= other.cidr.prefix &&
                        holds(whole, other.cidr.ip));
}

Value masked_cidr(Run& run, Args a) {
  if (!a[0].is(Kind::cidr_)) return no_overload(run, "masked()", a);
  CidrData result = a[0].as_cidr();
  result.ip = masked(result.ip, result.prefix);
  return make_cidr(run, result);
}

Value prefix_length(Run& run, Args a) {
  if (!a[0].is(Kind::cidr_)) return no_overload(run, "prefixLength()", a);
  return Value::integer(a[0].as_cidr().prefix);
}

constexpr FunctionRow kRows[] = {
    {"ip", "(string) net.IP", ip},
    {"ip", "(net.IP) net.IP", ip},
    {"ip", "net.CIDR.() net.IP", ip},
    {"isIP", "(string) bool", is_ip},
    {"ip.isCanonical", "(string) bool", is_canonical},
    {"cidr", "(string) net.CIDR", cidr},
    {"cidr", "(net.CIDR) net.CIDR", cidr},
    {"isCIDR", "(string) bool", is_cidr},
    {"family", "net.IP.() int", family},
    {"isUnspecified", "net.IP.() bool", tested<unspecified>},
    {"isLoopback", "net.IP.() bool", tested<loopback>},
    {"isGlobalUnicast", "net.IP.() bool", tested<global_unicast>},
    {"isLinkLocalMulticast", "net.IP.() bool", tested<link_local_multicast>},
    {"isLinkLocalUnicast", "net.IP.() bool", tested<link_local_unicast>},
    {"containsIP", "net.CIDR.(net.IP) bool", contains_ip},
    {"containsIP", "net.CIDR.(string) bool", contains_ip},
    {"containsCIDR", "net.CIDR.(net.CIDR) bool", contains_cidr},
    {"containsCIDR", "net.CIDR.(string) bool", contains_cidr},
    {"masked", "net.CIDR.() net.CIDR", masked_cidr},
    {"prefixLength", "net.CIDR.() int", prefix_length},
};

}  // namespace

std::span<const FunctionRow> network_functions() { return kRows; }

std::string ip_to_string(const IpData& ip) {
  const auto v4 = [](const std::uint8_t* b) {
    return std::to_string(b[0]) + "." + std::to_string(b[1]) + "." + std::to_string(b[2]) + "." +
           std::to_string(b[3]);
  };
  if (!ip.v6) return v4(ip.bytes);
  if (is_mapped(ip)) return "::ffff:" + v4(ip.bytes + 12);
  // RFC 5952: the first of the longest runs of two or more zero groups is ::.
  unsigned groups[8];
  for (int i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(ip.bytes[2 * i] << 8 | ip.bytes[2 * i + 1]);
  int best = -1, best_size = 1;
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_size) {
      best = i;
      best_size = end - i;
    }
    i = std::max(end, i + 1);
  }
  std::string out;
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ":";
    char hex[8];
    std::snprintf(hex, sizeof hex, "%x", groups[i]);
    out += hex;
  }
  return out;
}

std::string cidr_to_string(const CidrData& cidr) {
  return ip_to_string(cidr.ip) + "/" + std::to_string(cidr.prefix);
}

}  // namespace assist::cel

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cel/functions.hpp"
#include "cel/ops.hpp"
#include "cel/text.hpp"
#include "cel/time_text.hpp"

namespace assist::cel {
namespace {

/// Fills the clauses of a format text. A problem, once there is one, stays.
class Formatter {
 public:
  Formatter(Run& run, const Value& args) : run_(run), args_(args) {}

  Value fill(std::string_view format) {
    for (std::size_t at = 0; at < format.size() && problem_.empty();) {
      if (format[at] != '%') {
        out_ += format[at++];
        continue;
      }
      ++at;
      if (at < format.size() && format[at] == '%') {
        out_ += '%';
        ++at;
        continue;
      }
      clause(format, at);
      if (!run_.arena().has_room(out_.size()) || !run_.spend(1)) return too_large();
    }
    if (!problem_.empty()) {
      return run_.arena().has_room(problem_.size()) ? run_.error(problem_)
                                                    : Value::error("a wrong format");
    }
    if (!run_.arena().has_room(out_.size()) || !run_.spend(out_.size() / 16)) return too_large();
    return Value::string(run_.arena().copy(out_));
  }

 private:
  static Value too_large() { return Value::error("the text grows too large"); }

  void clause(std::string_view format, std::size_t& at) {
    int precision = 6;
    if (at < format.size() && format[at] == '.') {
      ++at;
      precision = 0;
      const std::size_t begin = at;
      for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) {
        precision = std::min(precision * 10 + (format[at] - '0'), 10'000);
      }
      if (at == begin) return fail("after %. comes a number of digits");
      if (precision > 500) return fail("more than 500 digits are asked for");
    }
    if (at >= format.size()) return fail("the text ends after %: write %% for a percent sign");
    const char verb = format[at++];
    if (std::string_view("sdfebxXo").find(verb) == std::string_view::npos) {
      return fail("%" + std::string(1, verb) +
                  " is no clause of format(): there are %s %d %f %e %b %o %x %X");
    }
    if (next_ >= args_.list_size()) {
      return fail("there are more clauses than values: value " + std::to_string(next_ + 1) +
                  " is missing");
    }
    const Value value = run_.pin(args_.list_at(next_++, run_.arena()));
    switch (verb) {
      case 's':
        return text(value, out_, 0);
      case 'd':
        return decimal(value);
      case 'f':
      case 'e':
        return floating(value, verb, precision);
      case 'b':
        if (value.is(Kind::bool_)) {
          out_ += value.as_bool() ? '1' : '0';
          return;
        }
        return based(value, 2, false);
      case 'o':
        return based(value, 8, false);
      default:
        if (value.is(Kind::string_) || value.is(Kind::bytes_)) {
          return hex(value.as_string(), verb == 'X');
        }
        return based(value, 16, verb == 'X');
    }
  }

  void fail(std::string text) {
    if (problem_.empty()) problem_ = std::move(text);
  }
  void wrong_kind(const Value& value, std::string_view clause) {
    fail(std::string(clause) + " does not write " + std::string(kind_in_words(value)));
  }

  void text(const Value& v, std::string& out, int depth) {
    if (depth > 200 || !run_.arena().has_room(out.size()) || !run_.spend(1)) {
      return fail("the text grows too large");
    }
    const Value value = run_.pin(v);
    switch (value.kind()) {
      case Kind::string_:
      case Kind::bytes_:
      case Kind::type_:
        out += value.as_string();
        return;
      case Kind::null_:
        out += "null";
        return;
      case Kind::bool_:
        out += value.as_bool() ? "true" : "false";
        return;
      case Kind::int_:
        out += std::to_string(value.as_int());
        return;
      case Kind::uint_:
        out += std::to_string(value.as_uint());
        return;
      case Kind::double_:
        out += double_to_plain(value.as_double());
        return;
      case Kind::timestamp_:
        out += timestamp_to_string({value.seconds(), value.nanos()});
        return;
      case Kind::duration_:
        out += duration_to_string({value.seconds(), value.nanos()});
        return;
      case Kind::list_:
        out += "[";
        for (std::size_t i = 0; i < value.list_size() && problem_.empty(); ++i) {
          if (i > 0) out += ", ";
          text(value.list_at(i, run_.arena()), out, depth + 1);
        }
        out += "]";
        return;
      case Kind::map_:
        return map(value, out, depth);
      default:
        return wrong_kind(value, "%s");
    }
  }

  /// In the order of the keys' texts.
  void map(const Value& value, std::string& out, int depth) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (std::size_t i = 0; i < value.as_map().size() && problem_.empty(); ++i) {
      const auto [key, held] = value.as_map().entry(i, run_.arena());
      auto& entry = entries.emplace_back();
      text(key, entry.first, depth + 1);
      text(held, entry.second, depth + 1);
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    out += "{";
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out += ", ";
      out += entries[i].first + ": " + entries[i].second;
    }
    out += "}";
  }

  void decimal(const Value& value) {
    if (value.is(Kind::int_)) {
      out_ += std::to_string(value.as_int());
    } else if (value.is(Kind::uint_)) {
      out_ += std::to_string(value.as_uint());
    } else if (value.is(Kind::double_)) {
      out_ += double_to_plain(value.as_double());
    } else {
      wrong_kind(value, "%d");
    }
  }

  void floating(const Value& value, char verb, int precision) {
    double d = 0;
    if (value.is(Kind::double_)) {
      d = value.as_double();
    } else if (value.is(Kind::int_)) {
      d = static_cast<double>(value.as_int());
    } else if (value.is(Kind::uint_)) {
      d = static_cast<double>(value.as_uint());
    } else {
      return wrong_kind(value, verb == 'f' ? "%f" : "%e");
    }
    if (!std::isfinite(d)) {
      out_ += double_to_plain(d);
      return;
    }
    char buffer[1024];
    const int size =
        std::snprintf(buffer, sizeof buffer, verb == 'f' ? "%.*f" : "%.*e", precision, d);
    out_.append(buffer, static_cast<std::size_t>(std::min<int>(size, sizeof buffer - 1)));
  }

  void based(const Value& value, unsigned base, bool upper) {
    if (!value.is(Kind::int_) && !value.is(Kind::uint_)) {
      return wrong_kind(value, base == 2 ? "%b" : base == 8 ? "%o" : "%x");
    }
    const bool negative = value.is(Kind::int_) && value.as_int() < 0;
    std::uint64_t n = value.as_uint();
    if (negative) n = 0 - n;
    std::string digits;
    do {
      digits += (upper ? "0123456789ABCDEF" : "0123456789abcdef")[n % base];
      n /= base;
    } while (n > 0);
    if (negative) digits += '-';
    out_.append(digits.rbegin(), digits.rend());
  }

  void hex(std::string_view bytes, bool upper) {
    if (!run_.arena().has_room(out_.size() + 2 * bytes.size())) {
      return fail("the text grows too large");
    }
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (const char c : bytes) {
      out_ += digits[static_cast<unsigned char>(c) >> 4];
      out_ += digits[static_cast<unsigned char>(c) & 15];
    }
  }

  Run& run_;
  const Value& args_;
  std::size_t next_ = 0;
  std::string out_, problem_;
};

}  // namespace

Value format_function(Run& run, std::span<const Value> args) {
  if (args.size() != 2 || !args[0].is(Kind::string_) || !args[1].is(Kind::list_)) {
    return no_overload(run, "format()", args);
  }
  return Formatter(run, args[1]).fill(args[0].as_string());
}

}  // namespace assist::cel

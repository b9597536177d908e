#include <xxhash.h>

#include <cstdio>

#include "rules/rule_reader.hpp"

/// What a rule means, in one text, and its hash.
namespace assist::rules {
namespace {

/// Members one after the other, each with its length, so that no two rules give one text.
class Canonical {
 public:
  void word(std::string_view text) {
    out_ += std::to_string(text.size());
    out_ += ':';
    out_ += text;
  }
  void add(std::int64_t number) { word(std::to_string(number)); }
  void add(Duration length) { add(std::int64_t{length.count()}); }
  void add(const std::optional<Duration>& length) {
    add(length ? std::int64_t{length->count()} : std::int64_t{-1});
  }
  void add(const std::optional<Limit>& limit) {
    add(limit ? static_cast<std::int64_t>(limit->count) : std::int64_t{-1});
    if (limit) add(limit->within);
  }
  void add(const Text& text) {
    add(static_cast<std::int64_t>(text.parts.size()));
    for (const Text::Part& part : text.parts) {
      word(part.program ? "$" : "=");
      word(part.program ? part.program->source() : part.literal);
    }
  }
  void add(const std::optional<Text>& text) {
    word(text ? "+" : "-");
    if (text) add(*text);
  }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

void add(Canonical& out, const Suggestion& s) {
  out.word(s.id);
  out.add(static_cast<std::int64_t>(s.kind));
  out.add(static_cast<std::int64_t>(s.suppress.size()));
  for (const std::string& step : s.suppress) out.word(step);
  out.word(s.offer ? "offer" : "");
  if (s.offer) {
    out.word(s.offer->gesture);
    out.word(s.offer->amount ? cel::to_literal(cel::Value::number(*s.offer->amount), Time{}) : "");
    out.word(s.offer->currency);
  }
  for (const std::string* text : {&s.escalate_to, &s.ask, &s.follow_up, &s.step, &s.group})
    out.word(*text);
  out.add(s.headline);
  out.add(s.say);
  out.add(s.because);
  out.add(static_cast<std::int64_t>(s.priority));
  out.add(s.expires_after);
}

std::string to_text(const yaml::Scalar& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return "\"" + std::string(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value))
    return cel::to_literal(cel::Value::number(*number), Time{});
  return "";
}

bool names_list(const Rule& rule, std::string_view name) {
  const auto in = [name](std::string_view source) {
    return source.find("lists") != std::string_view::npos &&
           source.find(name) != std::string_view::npos;
  };
  bool found = in(rule.when.source());
  for (const auto& program : rule.unless) found |= in(program.source());
  const auto in_text = [&](const Text& text) {
    for (const Text::Part& part : text.parts)
      if (part.program) found |= in(part.program->source());
  };
  for (const Suggestion& s : rule.suggestions) {
    in_text(s.headline);
    if (s.say) in_text(*s.say);
    if (s.because) in_text(*s.because);
  }
  return found;
}

}  // namespace

std::string fingerprint(const Rule& rule, const Names& names, const std::string& active) {
  Canonical out;
  out.word(rule.id);
  out.word(rule.when.source());
  out.add(static_cast<std::int64_t>(rule.unless.size()));
  for (const cel::Program& program : rule.unless) out.word(program.source());
  out.add(rule.for_);
  out.add(rule.keep_for);
  out.add(rule.cooldown);
  out.add(rule.per_call);
  out.add(rule.per_customer);
  out.add(rule.per_agent);
  out.add(std::int64_t{rule.again});
  out.add(static_cast<std::int64_t>(rule.mode));
  out.add(std::int64_t{rule.share_ppm});
  out.word(active);
  out.add(static_cast<std::int64_t>(rule.suggestions.size()));
  for (const Suggestion& suggestion : rule.suggestions) add(out, suggestion);
  for (const NamedList& list : names.lists) {
    if (!names_list(rule, list.name)) continue;
    out.word(list.name);
    out.add(static_cast<std::int64_t>(list.values.size()));
    for (const yaml::Scalar& value : list.values) out.word(to_text(value));
  }
  const XXH128_hash_t hash = XXH3_128bits(out.text().data(), out.text().size());
  char hex[40];
  std::snprintf(hex, sizeof hex, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return hex;
}

}  // namespace assist::rules

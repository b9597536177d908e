#include "explain/words.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace assist::explain {
namespace {

struct FactWords {
  std::string_view fact, phrase;
  bool many = false;
};

constexpr FactWords kFacts[] = {
    {"call.id", "the id of the call"},
    {"call.queue", "the queue"},
    {"call.channel", "the channel"},
    {"call.direction", "the direction"},
    {"call.area", "the area of the call"},
    {"call.topic", "the topic"},
    {"call.step", "the step of the script"},
    {"call.agent", "the agent of the call"},
    {"call.agent_name", "the name of the agent"},
    {"call.started_at", "the start of the call"},
    {"call.age", "the age of the call"},
    {"call.wait", "time waiting"},
    {"call.answered", "answered"},
    {"call.on_hold", "on hold"},
    {"call.resolved", "resolved"},
    {"call.talk", "time since the answer"},
    {"call.hold", "time on hold"},
    {"call.hold_total", "time on hold in all"},
    {"call.holds", "the number of holds"},
    {"call.transfers", "the number of transfers"},
    {"call.sentiment", "the sentiment"},
    {"call.sentiments", "the last sentiments", true},
    {"customer.id", "the customer"},
    {"customer.area", "the area of the customer"},
    {"customer.tier", "the tier of the customer"},
    {"customer.products", "the products of the customer", true},
    {"customer.contacts", "the contacts of the customer", true},
    {"agent.id", "the agent"},
    {"agent.name", "the name of the agent"},
    {"agent.team", "the team of the agent"},
    {"agent.tier", "the tier of the agent"},
    {"queue.name", "the queue"},
    {"queue.waiting", "the number of callers waiting in the queue"},
    {"queue.longest_wait", "the longest wait in the queue"},
    {"incidents", "the incidents that affect the call", true},
    {"now", "the time"},
};

struct Statement {
  std::string_view fact, yes, no;
};

constexpr Statement kStatements[] = {
    {"call.answered", "the call has been answered", "the call has not been answered"},
    {"call.on_hold", "the call is on hold", "the call is not on hold"},
    {"call.resolved", "the call is resolved", "the call is not resolved"},
};

constexpr std::string_view kSituation = "situation.";
constexpr std::size_t kMostNamed = 8;

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c >= 0x80 || std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == ':' ||
           c == '+' || c == '/' || c == '@';
  });
}

std::string without_zeros(std::string text) {
  while (text.back() == '0') text.pop_back();
  return text;
}

/// `2026-01-05` and `12:01:40` of a moment on the clock of `offset`.
std::pair<std::string, std::string> date_and_time(Time at, std::chrono::minutes offset) {
  std::string text = format_rfc3339(at + offset);
  text.pop_back();  // Z
  std::string time = text.substr(11);
  if (time.find('.') != std::string::npos) time = without_zeros(std::move(time));
  return {text.substr(0, 10), std::move(time)};
}

/// Names with dots between: no call, no index, no operator.
bool is_path(std::string_view text) {
  bool starts = true;  // a name does here
  for (const unsigned char c : text) {
    const bool letter = std::isalpha(c) != 0 || c == '_';
    if (starts ? !letter : !letter && std::isdigit(c) == 0 && c != '.') return false;
    starts = c == '.';
  }
  return !starts;
}

/// `["NAME"]`, and nothing after it.
bool is_quoted(std::string_view index) {
  if (index.size() < 5 || !index.starts_with('[') || !index.ends_with(']')) return false;
  const char quote = index[1];
  return (quote == '"' || quote == '\'') &&
         index.find_first_of({&quote, 1}, 2) == index.size() - 2 &&
         index.find('\\') == std::string_view::npos;
}

/// NAME of `call.attributes.NAME` and `call.attributes["NAME"]`, and whose it is.
std::pair<std::string_view, std::string_view> attribute(std::string_view fact) {
  constexpr std::string_view kMiddle = ".attributes";
  const auto at = fact.find(kMiddle);
  if (at == std::string_view::npos) return {};
  const std::string_view whose = fact.substr(0, at);
  if (whose != "call" && whose != "customer" && whose != "agent") return {};
  const std::string_view name = fact.substr(at + kMiddle.size());
  if (name.starts_with('.') && is_path(name.substr(1))) return {whose, name.substr(1)};
  if (is_quoted(name)) return {whose, name.substr(2, name.size() - 4)};
  return {};
}

/// `call.sentiments[size(call.sentiments) - 2]`, as rules look at the latest scores.
std::string nth_last_sentiment(std::string_view fact) {
  std::string dense;
  for (const char c : fact)
    if (c != ' ' && c != '\n') dense += c;
  for (const std::string_view size : {"size(call.sentiments)", "call.sentiments.size()"}) {
    const std::string before = "call.sentiments[" + std::string(size) + "-";
    if (!dense.starts_with(before) || dense.size() != before.size() + 2 || dense.back() != ']')
      continue;
    const char n = dense[before.size()];
    if (n == '1') return "the last sentiment";
    if (n == '2') return "the last sentiment but one";
    if (n >= '3' && n <= '9') return "sentiment " + std::string(1, n) + " from the last";
  }
  return "";
}

}  // namespace

std::string_view situation_in(std::string_view fact) {
  constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  std::string_view id;
  if (fact.starts_with(kSituation)) id = fact.substr(kSituation.size());
  if (fact.size() > 13 && fact.starts_with("situation[")) id = fact.substr(11, fact.size() - 13);
  return id.find_first_not_of(kIdCharacters) == std::string_view::npos ? id : std::string_view();
}

std::string Clock::moment(Time at) const {
  const auto [date, time] = date_and_time(at, offset);
  return date == date_and_time(today, offset).first ? time : date + " " + time;
}

std::string Clock::full(Time at) const {
  const auto [date, time] = date_and_time(at, offset);
  std::string zone = " UTC";
  if (offset != std::chrono::minutes{0}) {
    char text[16];
    const auto total = std::abs(offset.count());
    std::snprintf(text, sizeof text, " %c%02d:%02d", offset.count() < 0 ? '-' : '+',
                  static_cast<int>(total / 60), static_cast<int>(total % 60));
    zone = text;
  }
  return date + " " + time + zone;
}

Subject subject_of(std::string_view fact) {
  for (const FactWords& words : kFacts)
    if (words.fact == fact) return {std::string(words.phrase), words.many};
  if (const auto [whose, name] = attribute(fact); !name.empty())
    return {"the attribute " + plain(name) + " of the " + std::string(whose), false};
  if (const auto id = situation_in(fact); !id.empty())
    return {"situation " + std::string(id), false};
  if (auto sentiment = nth_last_sentiment(fact); !sentiment.empty())
    return {std::move(sentiment), false};
  constexpr std::string_view kSize = "size(";
  if (fact.starts_with(kSize) && fact.ends_with(")"))
    for (const FactWords& words : kFacts)
      if (words.many && words.fact == fact.substr(kSize.size(), fact.size() - kSize.size() - 1))
        return {"the number of " + std::string(words.phrase.substr(4)), false};
  return {code(fact), false};
}

std::string statement(std::string_view fact, bool yes) {
  for (const Statement& words : kStatements)
    if (words.fact == fact) return std::string(yes ? words.yes : words.no);
  if (const auto id = situation_in(fact); !id.empty())
    return "situation " + std::string(id) + (yes ? " holds" : " does not hold");
  return "";
}

std::string code(std::string_view source) { return "`" + one_line(source) + "`"; }

std::string plain(std::string_view text) {
  return is_word(text) ? std::string(text) : "\"" + std::string(text) + "\"";
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == kMostNamed) return out + " and " + std::to_string(names.size() - i) + " more";
    out += (i == 0 ? "" : ", ") + names[i];
  }
  return out;
}

std::string value(const engine::Seen& seen, const Clock& clock) {
  using Kind = engine::Seen::Kind;
  switch (seen.kind) {
    case Kind::nothing:
      return "not there";
    case Kind::yes_no:
      return seen.yes ? "yes" : "no";
    case Kind::text:
      return seen.text.empty() ? "not known" : plain(seen.text);
    case Kind::length:
      return format_duration(seen.length);
    case Kind::moment:
      return clock.moment(seen.moment);
    case Kind::list: {
      std::vector<std::string> items;
      for (const auto& item : seen.items) items.push_back(value(item, clock));
      return items.empty() ? "not known" : listed(items);
    }
    case Kind::failed:
      return "not to be computed (" + seen.text + ")";
    case Kind::number:
    case Kind::other:
      break;
  }
  return seen.text;
}

std::string counted(std::size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

std::string span(Duration length) {
  constexpr Duration kDay = std::chrono::hours{24};
  if (length > Duration{0} && length % kDay == Duration{0})
    return counted(static_cast<std::size_t>(length / kDay), "day");
  return format_duration(length);
}

std::string one_line(std::string_view source) {
  std::string out;
  for (const char c : source) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace assist::explain

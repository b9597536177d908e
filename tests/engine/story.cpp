#include "engine/story.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "engine/model/compare.hpp"
#include "events/decode.hpp"
#include "rules/load.hpp"

namespace assist::story {
namespace {

constexpr Duration kSecond = std::chrono::seconds{1};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> lines_of(std::string_view tale) {
  std::vector<std::string> out;
  std::istringstream in{std::string(tale)};
  for (std::string line; std::getline(in, line);) {
    const auto text = trimmed(std::string_view(line).substr(0, line.find(" #")));
    if (!text.empty() && text[0] != '#') out.emplace_back(text);
  }
  return out;
}

/// `-3s`, `140s+1us`.
Duration moment(std::string_view text) {
  const auto plus = text.find('+');
  Duration out = std::chrono::seconds{std::stoll(std::string(text))};
  if (plus != std::string_view::npos)
    out += Duration{std::stoll(std::string(text.substr(plus + 1)))};
  return out;
}

std::string write_moment(Duration since_start) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_start);
  const auto rest = since_start - whole;
  std::string out = std::to_string(whole.count()) + "s";
  if (rest != Duration{0}) out += "+" + std::to_string(rest.count()) + "us";
  return out;
}

/// What happens at a moment.
struct Step {
  std::string line;
  Duration at{0};
  std::string verb, subject;
  std::optional<Duration> time;
  std::string data = "{}";
};

Step step_of(const std::string& line) {
  Step step;
  step.line = line;
  std::istringstream in(line);
  std::string word;
  in >> word;
  step.at = moment(word);
  in >> step.verb >> step.subject;
  while (in >> word) {
    if (word.starts_with("time=")) {
      step.time = moment(word.substr(5));
      continue;
    }
    std::string rest;
    std::getline(in, rest);
    step.data = word + rest;
  }
  return step;
}

bool is_step(const std::string& line) { return line.find('.') < line.find(' '); }

class Player {
 public:
  explicit Player(const Setting& setting)
      : setting_(setting),
        start_(*parse_rfc3339(setting.start)),
        both_(rules_of(setting.rules), setting.options, moments(setting), setting.model) {}

  std::string play(std::string_view tale) {
    for (const std::string& line : lines_of(tale)) {
      if (is_step(line)) take(step_of(line));
    }
    const auto difference = both_.difference();
    INFO(out_);
    CHECK(difference == "");
    return out_;
  }

 private:
  static model::Moments moments(const Setting& setting) {
    model::Moments out;
    out.lengths = model::lengths_in(setting.rules);
    for (const auto& [name, yaml] : setting.other_rules) out.lengths.merge(model::lengths_in(yaml));
    return out;
  }

  void take(const Step& step) {
    const Time now = start_ + step.at;
    tell(both_.advance(now));
    out_ += step.line + "\n";
    if (step.verb == "time") return;
    if (step.verb == "used" || step.verb == "dismissed")
      return tell(both_.feedback(step.data, step.subject, step.verb == "used", now));
    if (step.verb == "reload")
      return tell(both_.reload(rules_of(setting_.other_rules.at(step.subject)), now));
    const std::string json =
        R"({"specversion":"1.0","source":"/story","id":")" + std::to_string(++ids_) +
        R"(","type":")" + step.verb + R"(","subject":")" + step.subject + R"(","time":")" +
        format_rfc3339(start_ + step.time.value_or(step.at)) + R"(","data":)" + step.data + "}";
    tell(both_.event(json, now));
  }

  void tell(const std::vector<model::Decision>& decisions) {
    for (const auto& d : decisions) {
      out_ += write_moment(d.at - start_) + ": " + d.action + ' ' + d.name + ' ' + d.call + ' ' +
              d.agent;
      if (d.mode == "shadow") out_ += " (shadow)";
      if (!d.reason.empty()) out_ += ", " + d.reason;
      if (!d.outranked_by.empty()) out_ += " by " + d.outranked_by;
      if (setting_.texts || d.action == "changed") {
        out_ += " \"" + d.headline + '"';
        for (const auto* text : {&d.say, &d.because})
          out_ += *text ? " \"" + **text + '"' : " null";
      }
      out_ += '\n';
    }
  }

  const Setting& setting_;
  Time start_;
  model::Both both_;
  std::string out_;
  int ids_ = 0;
};

}  // namespace

std::shared_ptr<const rules::RuleSet> rules_of(std::string_view yaml) {
  auto loaded = rules::load({{"story.yaml", "story.yaml", std::string(yaml)}}, {});
  std::string errors;
  for (const auto& d : loaded.errors) errors += format(d);
  INFO(errors);
  REQUIRE(loaded.rules != nullptr);
  return loaded.rules;
}

std::string plain(std::string_view tale) {
  std::string out;
  for (const std::string& line : lines_of(tale)) out += line + '\n';
  return out;
}

std::string play(const Setting& setting, std::string_view tale) {
  return Player(setting).play(tale);
}

}  // namespace assist::story

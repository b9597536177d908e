#include "explain/explain.hpp"

namespace assist::explain {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kGreen = "\x1b[32m", kRed = "\x1b[31m",
                           kYellow = "\x1b[33m", kDim = "\x1b[2m", kPlain = "\x1b[0m";

std::string_view state_words(const Rule& rule) {
  constexpr std::string_view kWords[] = {"holds", "still holds", "is about to hold",
                                         "does not hold", "is off"};
  if (rule.seen->true_until) return "does not hold yet";
  return kWords[static_cast<std::size_t>(rule.state)];
}

std::string_view state_colour(State state) {
  constexpr std::string_view kColours[] = {kGreen, kGreen, kYellow, kRed, kDim};
  return kColours[static_cast<std::size_t>(state)];
}

/// The reason as a sentence.
std::string opening(const Rule& rule) {
  if (rule.state == State::keeps) return "Its condition is false by now: " + rule.why + ".";
  if (rule.state == State::holds || rule.state == State::does_not_hold)
    return "Because " + rule.why + ".";
  std::string out = rule.why + ".";
  if (out[0] >= 'a' && out[0] <= 'z') out[0] -= 'a' - 'A';
  return out;
}

/// Control characters of what came in would play tricks on a terminal.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return out;
}

class Writer {
 public:
  explicit Writer(bool colours) : colours_(colours) {}

  std::string write(const Report& report) {
    out_ = in(kBold, shown(report.heading)) + ".\n";
    for (const Rule& rule : report.rules) block(rule);
    out_ += "\n" + in(kBold, shown(report.summary)) + "\n";
    return std::move(out_);
  }

 private:
  std::string in(std::string_view colour, const std::string& text) const {
    return colours_ ? std::string(colour) + text + std::string(kPlain) : text;
  }

  void sentence(const std::string& text) { out_ += "  " + shown(text) + "\n"; }

  void block(const Rule& rule) {
    const std::string place =
        "  (" + rule.rule->file + ", line " + std::to_string(rule.rule->place.line) + ")";
    out_ += "\n" + in(kBold, rule.rule->id) + " " +
            in(state_colour(rule.state), std::string(state_words(rule))) + ": " +
            shown(rule.rule->title) + in(kDim, place) + "\n";
    sentence(opening(rule));
    for (const std::string& note : rule.notes) sentence(note);
    conditions(rule);
    const bool due = rule.state == State::holds || rule.state == State::keeps;
    if (!due) return;
    for (const Suggestion& suggestion : rule.suggestions) sentence(suggestion.text);
  }

  /// The parts of the condition, where there is more to say than the first sentence did.
  void conditions(const Rule& rule) {
    if (rule.state == State::off) return;
    const bool simple = rule.when.parts.empty() && rule.unless.empty();
    const bool said = rule.why == rule.when.text;
    if (simple && said) return;
    if (!rule.when.parts.empty()) {
      sentence("Its condition: " + rule.when.text + ":");
      for (const Line& part : rule.when.parts) line(part, 2);
    } else {
      sentence("Its condition:");
      line(rule.when, 2);
    }
    if (rule.unless.empty()) return;
    sentence("Its unless: none of these may hold:");
    for (const Line& part : rule.unless) line(part, 2);
  }

  void line(const Line& line, std::size_t depth) {
    const std::string_view colour = line.good() ? kGreen : line.holds ? kRed : kYellow;
    const std::string mark = line.good() ? "ok" : line.holds ? "no" : "??";
    out_ += std::string(depth * 2, ' ') + in(colour, mark) + "  " + shown(line.text) +
            (line.parts.empty() ? "" : ":");
    if (line.fails_first && line.parts.empty()) out_ += in(kDim, "  <- fails first");
    out_ += "\n";
    for (const Line& part : line.parts) this->line(part, depth + 2);
  }

  bool colours_;
  std::string out_;
};

}  // namespace

std::string to_text(const Report& report, bool colours) { return Writer(colours).write(report); }

}  // namespace assist::explain

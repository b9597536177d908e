#include "trials/rule_test.hpp"

#include <algorithm>
#include <set>

#include "events/duplicates.hpp"
#include "explain/explain.hpp"
#include "trials/rule_test_reader.hpp"

namespace assist::trials {
namespace {

using Expectation = RuleTest::Expectation;

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::vector<std::string> only_in(const std::vector<std::string>& a,
                                 const std::vector<std::string>& b) {
  std::vector<std::string> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

/// "expected ..., got ...", and which ones make the difference.
std::string difference(std::string_view what, const Expectation& expectation, Time start,
                       const std::vector<std::string>& expected,
                       const std::vector<std::string>& got) {
  std::string out = "At " + format_duration(expectation.at - start) + ", call " + expectation.call +
                    ": expected " + std::string(what) + ": " + listed(expected) +
                    "; got: " + listed(got) + ".";
  const auto missing = only_in(expected, got), extra = only_in(got, expected);
  if (!missing.empty() && !got.empty()) out += " Missing: " + listed(missing) + ".";
  if (!extra.empty() && !expected.empty()) out += " Not expected: " + listed(extra) + ".";
  return out;
}

/// What an expectation names.
enum class What : std::uint8_t { suggestions, situations, suppressed };

std::string_view words_for(What what) {
  constexpr std::string_view kWords[] = {"the suggestions", "the situations",
                                         "the suppressed steps"};
  return kWords[static_cast<std::size_t>(what)];
}

/// " hold does not hold: time on hold is 2m, needs over 2m." Of a suggestion of a rule that holds:
/// what keeps it off the screen. "": nothing does, and it is a situation.
std::string why(const engine::Inspection& seen, const rules::Rule& of,
                const rules::Suggestion* suggestion) {
  explain::Options options;
  options.only = {of.id};
  const explain::Report told = explain::report(seen, options);
  const explain::Rule& rule = told.rules.front();
  using explain::State;
  if (rule.state == State::does_not_hold) return " " + of.id + " does not hold: " + rule.why + ".";
  if (rule.state == State::waits || rule.state == State::off)
    return " " + of.id + ": " + rule.why + ".";
  for (const explain::Suggestion& one : rule.suggestions) {
    if (suggestion == nullptr || one.name != suggestion->name) continue;
    if (!one.stands) return " " + one.text;
    if (of.mode == rules::Mode::shadow)
      return " " + of.id + " is a shadow rule: " + one.name +
             " is decided and recorded, never shown.";
  }
  return "";
}

/// Why `name` is not there: of a step, why none of what suppresses it stands.
std::string why(const engine::Inspection& seen, const rules::RuleSet& set, What what,
                const std::string& name) {
  std::string out;
  for (const rules::Rule& rule : set.rules) {
    if (what == What::situations && rule.id == name) out += why(seen, rule, nullptr);
    for (const rules::Suggestion& one : rule.suggestions) {
      const auto& steps = one.suppress;
      const bool named = what == What::suggestions && one.name == name;
      const bool suppresses =
          what == What::suppressed && std::find(steps.begin(), steps.end(), name) != steps.end();
      if (named || suppresses) out += why(seen, rule, &one);
    }
  }
  return out;
}

}  // namespace

/// One test on its way.
class RuleTests::Trial {
 public:
  Trial(RuleTests& owner, const RuleTest& test, const rules::yaml::Node& root,
        rules::Reader& reader)
      : owner_(owner),
        test_(test),
        root_(root),
        reader_(reader),
        engine_(owner.rules_, owner.options_),
        decoder_(owner.limits_) {}

  /// Tells of events that are refused, and does nothing else.
  void check_events() {
    for (const RuleTest::Event& event : test_.events) {
      decoder_.decode(event.json, events::Shape::event, batch_);
      if (!batch_.rejected.empty()) refused(event, batch_.rejected.front());
    }
  }

  void run() {
    for (const RuleTest::Event& event : test_.events) deliver(event);
    look_until(kNever);
  }

 private:
  void deliver(const RuleTest::Event& event) {
    decoder_.decode(event.json, events::Shape::event, batch_);
    if (!batch_.rejected.empty()) return refused(event, batch_.rejected.front());
    events::Event& decoded = batch_.events.front();
    if (!duplicates_.insert(decoded.source, decoded.id)) return;
    const Time clock = started_ ? std::max(engine_.now(), event.time) : event.time;
    look_until(clock);
    pass(clock);
    events::settle_time(decoded, clock);
    engine_.apply(decoded, effects_);
    started_ = true;
    if (decoded.about_call()) calls_.insert(std::string(decoded.subject));
    sample();
  }

  void refused(const RuleTest::Event& event, const events::Rejection& rejection) {
    const std::size_t at = find_member(root_, event.offset, rejection.error.place.pointer);
    reader_.error(at, "This event is refused: " + rejection.error.text + ".");
  }

  /// Looks at what is expected of moments before `clock`.
  void look_until(Time clock) {
    while (next_ < test_.expectations.size() && test_.expectations[next_].at < clock) {
      const Expectation& expectation = test_.expectations[next_++];
      pass(expectation.at);
      look(expectation);
    }
  }

  /// Moves the clock, with a look at every moment at which something is due.
  void pass(Time clock) {
    if (!started_ || clock < engine_.now()) return;
    while (engine_.next_due() < clock) {
      engine_.advance(engine_.next_due(), effects_);
      sample();
    }
    engine_.advance(clock, effects_);
    sample();
  }

  /// What was true and what was false, for the coverage.
  void sample() {
    effects_.clear();
    for (const std::string& id : calls_) {
      for (const engine::SituationView& rule : engine_.situations(id)) {
        owner_.seen_[rule.rule].first |= rule.condition;
        owner_.seen_[rule.rule].second |= !rule.condition;
      }
    }
  }

  void look(const Expectation& expectation) {
    const auto call = engine_.call(expectation.call);
    std::set<std::string> suggestions, suppressed, situations;
    if (call) {
      for (const auto& standing : call->suggestions) {
        const auto steps = standing.steps();
        suggestions.emplace(standing.name());
        suppressed.insert(steps.begin(), steps.end());
      }
    }
    for (const engine::SituationView& view : engine_.situations(expectation.call))
      if (view.holds) situations.insert(owner_.rules_->rules[view.rule].id);
    compare(What::suggestions, expectation, expectation.suggestions, suggestions);
    compare(What::situations, expectation, expectation.situations, situations);
    compare(What::suppressed, expectation, expectation.suppressed, suppressed);
  }

  void compare(What what, const Expectation& expectation,
               const std::optional<Expectation::Names>& expected,
               const std::set<std::string>& got_names) {
    if (!expected) return;
    const std::vector<std::string> got(got_names.begin(), got_names.end());
    if (expected->names == got) return;
    std::string text = difference(words_for(what), expectation, test_.start, expected->names, got);
    const auto missing = only_in(expected->names, got);
    if (!missing.empty()) text += why_missing(what, expectation.call, missing);
    reader_.error(expected->offset, std::move(text));
  }

  /// The reasons for all that is missing, each once: a rule's suggestions may share theirs.
  std::string why_missing(What what, const std::string& call,
                          const std::vector<std::string>& missing) const {
    const auto seen = engine_.inspect(call);
    if (!seen && calls_.count(call) == 0) return " The call has not begun by then.";
    if (!seen) return " The call is over by then.";
    std::string out;
    for (const std::string& name : missing) {
      const std::string reason = why(*seen, *owner_.rules_, what, name);
      if (out.find(reason) == std::string::npos) out += reason;
    }
    return out;
  }

  RuleTests& owner_;
  const RuleTest& test_;
  const rules::yaml::Node& root_;
  rules::Reader& reader_;
  engine::Engine engine_;
  engine::Effects effects_;
  events::Decoder decoder_;
  events::Batch batch_;
  events::Duplicates duplicates_;
  std::set<std::string> calls_;  // that events were about
  std::size_t next_ = 0;
  bool started_ = false;
};

RuleTests::RuleTests(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
                     rules::LoadOptions names, events::Limits limits)
    : rules_known_(rules != nullptr),
      rules_(rules ? std::move(rules) : std::make_shared<rules::RuleSet>()),
      options_(options),
      names_(std::move(names)),
      limits_(limits),
      seen_(rules_->rules.size()) {}

std::vector<RuleTestResult> RuleTests::run(const rules::SourceFile& file) {
  const rules::Source source(file.path, file.text);
  Diagnostics problems;
  rules::Reader reader(source, problems);
  const auto root = rules::yaml::read(source, reader.report());
  std::vector<RuleTestResult> out;
  const rules::RuleSet* const known = rules_known_ ? rules_.get() : nullptr;
  const auto tests = root ? read_rule_tests(reader, *root, known, names_) : std::nullopt;
  const bool whole_file = !tests || reader.report().count() > 0;
  for (std::size_t i = 0; tests && i < tests->size(); ++i) {
    const RuleTest& test = (*tests)[i];
    RuleTestResult result{file.path, test.name, source.place(test.offset), {}};
    rules::Reader own(source, result.problems);
    Trial trial(*this, test, *root, own);
    test.broken || !rules_known_ ? trial.check_events() : trial.run();
    rules::sort_and_unique(result.problems, {file.path});
    out.push_back(std::move(result));
  }
  if (!whole_file) return out;
  // What is wrong with the file goes to the test that it stands in, or else to the file.
  rules::sort_and_unique(problems, {file.path});
  RuleTestResult of_file{file.path, "", Place{file.path, 1, 1, {}}, {}};
  for (Diagnostic& problem : problems) {
    RuleTestResult* owner = &of_file;
    for (std::size_t i = 0; tests && i < tests->size(); ++i)
      if ((*tests)[i].broken && out[i].place.line <= problem.place.line) owner = &out[i];
    owner->problems.push_back(std::move(problem));
  }
  for (RuleTestResult& result : out) rules::sort_and_unique(result.problems, {file.path});
  if (!of_file.problems.empty()) out.insert(out.begin(), std::move(of_file));
  return out;
}

RuleTests::Coverage RuleTests::coverage() const {
  Coverage out;
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (rules_->rules[i].mode == rules::Mode::off) continue;
    if (!seen_[i].first) out.never_true.push_back(rules_->rules[i].id);
    if (!seen_[i].second) out.never_false.push_back(rules_->rules[i].id);
  }
  return out;
}

}  // namespace assist::trials

#include "engine/random/random.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "engine/engine.hpp"
#include "engine/random/pair.hpp"
#include "events/decode.hpp"
#include "explain/explain.hpp"

namespace assist::explain {
namespace {

using engine::HeldBack;
using engine::SeenRule;

/// What was looked at.
struct Counts {
  std::size_t inspections = 0, conditions = 0, held_back = 0, unknown = 0, stayed = 0;
  std::set<HeldBack> reasons;
};

/// Plays a pair, with a look at every call after each step.
class Watch {
 public:
  Watch(const random::Pair& pair, Counts& counts) : pair_(pair), counts_(counts) {}

  void run() {
    std::string errors;
    const auto rules = random::load(pair_.rules, errors);
    REQUIRE(rules != nullptr);
    engine::Engine engine(rules, pair_.options);
    for (const random::Op& op : pair_.ops) {
      step(engine, op);
      for (const std::string& id : calls_) look(engine, id);
    }
  }

 private:
  void step(engine::Engine& engine, const random::Op& op) {
    const Time at = std::max(engine.now(), pair_.start + op.at);
    engine.advance(at, effects_);
    check_later(engine);
    switch (op.kind) {
      case random::Op::Kind::event: {
        decoder_.decode(op.json, events::Shape::event, batch_);
        if (!batch_.rejected.empty()) return;
        events::Event& event = batch_.events.front();
        events::settle_time(event, at);
        engine.apply(event, effects_);
        if (event.about_call()) calls_.emplace(event.subject);
        return;
      }
      case random::Op::Kind::feedback: {
        const auto view = engine.call(op.call);
        if (!view) return;
        for (const auto& shown : view->suggestions) {
          if (shown.name() != op.name) continue;
          const auto verdict =
              op.used ? engine::Feedback::Verdict::used : engine::Feedback::Verdict::dismissed;
          engine.feedback({view->agent, shown.id().str(), verdict}, at, effects_);
        }
        return;
      }
      case random::Op::Kind::reload: {
        std::string errors;
        if (auto later = random::load(pair_.later_rules, errors))
          engine.reload(std::move(later), at, effects_);
        return;
      }
      case random::Op::Kind::pass:
        return;
    }
  }

  void look(const engine::Engine& engine, const std::string& id) {
    const auto seen = engine.inspect(id);
    REQUIRE(seen.has_value() == engine.call(id).has_value());
    if (!seen) return;
    ++counts_.inspections;
    before_.push_back(*seen);
    for (const auto& view : engine.situations(id)) {
      const SeenRule& rule = seen->by_rule.at(view.rule);
      INFO(seen->rules->rules[view.rule].id);
      CHECK(rule.condition == view.condition);
      CHECK(rule.holds == view.holds);
      check_parts(rule);
      check_suggestions(*seen, rule);
    }
    check_screen(engine, *seen);
    check_words(*seen);
  }

  /// Time has passed, and nothing else: what was to stay until later has stayed.
  void check_later(const engine::Engine& engine) {
    bool all_live = true;  // the end of one may be another's contact
    for (const auto& was : before_) all_live &= engine.call(was.call).has_value();
    for (const auto& was : before_) {
      const auto is = engine.inspect(was.call);
      for (std::size_t i = 0; all_live && i < was.by_rule.size(); ++i) {
        INFO(was.call << " " << was.rules->rules[i].id << " " << format_rfc3339(was.now) << " "
                      << format_rfc3339(is->now));
        check_stayed(was.by_rule[i].when, is->by_rule[i].when, is->now);
        for (std::size_t n = 0; n < was.by_rule[i].unless.size(); ++n)
          check_stayed(was.by_rule[i].unless[n], is->by_rule[i].unless[n], is->now);
      }
    }
    before_.clear();
  }

  void check_stayed(const engine::SeenCondition& was, const engine::SeenCondition& is, Time now) {
    for (std::size_t i = 0; i < was.parts.size(); ++i) check_stayed(was.parts[i], is.parts[i], now);
    if (was.until <= now) return;
    ++counts_.stayed;
    CHECK(was.value.kind == is.value.kind);
    CHECK(was.value.yes == is.value.yes);
    for (std::size_t i = 0; i < was.expression.size(); ++i) {
      if (was.expression[i].until <= now) continue;
      CHECK(was.expression[i].value.kind == is.expression[i].value.kind);
      CHECK(was.expression[i].value.yes == is.expression[i].value.yes);
    }
  }

  /// The parts together come to what the engine decided.
  void check_parts(const SeenRule& rule) {
    bool all = rule.when.holds() && rule.active.value_or(true);
    for (const auto& unless : rule.unless) all &= !unless.holds();
    CHECK(all == rule.condition);
    ++counts_.conditions;
  }

  void check_suggestions(const engine::Inspection& seen, const SeenRule& rule) {
    for (const auto& s : rule.suggestions) {
      CHECK((s.held_back == HeldBack::nothing) == s.shown.has_value());
      CHECK((s.held_back == HeldBack::situation) == !rule.holds);
      counts_.reasons.insert(s.held_back);
      counts_.held_back += s.held_back == HeldBack::nothing ? 0 : 1;
      counts_.unknown += s.held_back == HeldBack::admission ? 1 : 0;
      const bool live = seen.rules->rules[rule.rule].mode == rules::Mode::live;
      if (s.held_back == HeldBack::max_visible && live) CHECK(standing(seen) >= seen.max_visible);
      if (s.held_back == HeldBack::no_agent) CHECK(seen.agent.empty());
      if (s.held_back == HeldBack::share) CHECK_FALSE(rule.in_share);
    }
  }

  static std::size_t standing(const engine::Inspection& seen) {
    std::size_t out = 0;
    for (const auto& rule : seen.by_rule)
      for (const auto& s : rule.suggestions)
        out += s.shown && s.shown->mode() == rules::Mode::live ? 1 : 0;
    return out;
  }

  void check_screen(const engine::Engine& engine, const engine::Inspection& seen) {
    std::set<std::string> told, there;
    for (const auto& rule : seen.by_rule)
      for (const auto& s : rule.suggestions)
        if (s.shown && s.shown->mode() == rules::Mode::live) told.emplace(s.shown->name());
    const auto view = engine.call(seen.call);
    for (const auto& shown : view->suggestions) there.emplace(shown.name());
    CHECK(told == there);
  }

  void check_words(const engine::Inspection& seen) {
    const Report told = report(seen);
    REQUIRE(told.rules.size() == seen.by_rule.size());
    for (const Rule& rule : told.rules) {
      CHECK_FALSE(rule.why.empty());
      CHECK(failures(rule.when) == (rule.when.good() ? 0 : 1));
      CHECK(rule.when.good() == rule.seen->when.holds());
    }
    CHECK(boost::json::parse(to_json(told)).is_object());
    CHECK(to_text(told, false).ends_with(told.summary + "\n"));
  }

  /// Single tests that are marked as the first that fails.
  static std::size_t failures(const Line& line) {
    if (line.parts.empty()) return line.fails_first ? 1 : 0;
    std::size_t out = 0;
    for (const Line& part : line.parts) out += failures(part);
    return out;
  }

  const random::Pair& pair_;
  Counts& counts_;
  engine::Effects effects_;
  events::Decoder decoder_{events::Limits{}};
  events::Batch batch_;
  std::set<std::string> calls_;
  std::vector<engine::Inspection> before_;  // of all calls, as they were last
};

}  // namespace

TEST_CASE("over random rules and streams the parts come to what was decided", "[explain]") {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 160; ++seed) {
    random::Random random(seed);
    const random::Pair pair = random::generate(random, {});
    INFO("seed " << seed << "\n" << random::print(pair));
    Watch(pair, counts).run();
  }
  CHECK(counts.inspections > 500);
  CHECK(counts.stayed > 5'000);
  // All reasons but those that need a long story.
  CHECK(counts.reasons.size() >= 10);
}

}  // namespace assist::explain

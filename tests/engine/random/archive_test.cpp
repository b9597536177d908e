#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "engine/random/pair.hpp"
#include "engine/random/random.hpp"
#include "events/decode.hpp"

using namespace assist;
using random::Op;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

/// Tells an engine what a pair says, and writes down all that it decides.
class Told {
 public:
  Told(engine::Engine engine, const random::Pair& pair)
      : engine_(std::move(engine)), pair_(pair), now_(pair.start) {}
  Told(engine::Engine engine, const Told& before)
      : engine_(std::move(engine)),
        pair_(before.pair_),
        now_(before.now_),
        last_shown_(before.last_shown_) {}

  std::string tell(const Op& op, const std::shared_ptr<const rules::RuleSet>& later) {
    now_ = std::max(now_, pair_.start + op.at);
    engine::Effects effects;
    effects.wants_withheld = effects.wants_calls = true;
    switch (op.kind) {
      case Op::Kind::event: {
        decoder_.decode(op.json, events::Shape::event, batch_);
        if (batch_.events.empty()) return "refused";
        events::settle_time(batch_.events.front(), now_);
        engine_.apply(batch_.events.front(), effects);
        break;
      }
      case Op::Kind::pass:
        engine_.advance(now_, effects);
        break;
      case Op::Kind::feedback:
        give_feedback(op, effects);
        break;
      case Op::Kind::reload:
        engine_.reload(later, now_, effects);
    }
    return written(effects);
  }

  std::string end() {
    engine::Effects effects;
    effects.wants_withheld = effects.wants_calls = true;
    engine_.advance(now_ + pair_.options.silence + std::chrono::minutes{2}, effects);
    return written(effects);
  }

  std::string saved() const {
    ArchiveWriter out;
    engine_.save(out);
    return std::move(out).finish();
  }
  std::size_t live_calls() const { return engine_.live_calls(); }

 private:
  void give_feedback(const Op& op, engine::Effects& effects) {
    const auto shown = last_shown_.find(op.call + '\n' + op.name);
    if (shown == last_shown_.end()) return;
    const auto& [agent, id] = shown->second;
    using Verdict = engine::Feedback::Verdict;
    const auto verdict = op.used ? Verdict::used : Verdict::dismissed;
    taken_ = engine_.feedback({agent, id, verdict}, now_, effects);
  }

  std::string written(const engine::Effects& effects) {
    std::string out = taken_ ? "taken " : "";
    taken_ = false;
    for (const auto& d : effects.decisions) {
      const engine::Standing& s = d.suggestion;
      if (d.action == engine::Action::raised)
        last_shown_[s.call + '\n' + std::string(s.name())] = {s.agent, s.id().str()};
      const auto optional = [](const auto& text) { return std::string(text ? *text : "-"); };
      const auto time = [](const auto& at) { return at ? format_rfc3339(*at) : "-"; };
      out += format_rfc3339(d.at) + ' ' + std::string(name_of(d.action)) + ' ' +
             std::string(name_of(d.reason)) + ' ' + s.id().str() + ' ' + s.call + ' ' + s.agent +
             ' ' + std::string(s.rule()) + ' ' + std::string(s.name()) + ' ' +
             std::string(rules::name_of(s.kind())) + ' ' + std::string(rules::name_of(s.mode())) +
             ' ' + std::string(rules::name_of(s.priority())) + " [" + std::string(s.headline()) +
             "] [" + optional(s.say()) + "] [" + optional(s.because()) + "] " + optional(s.ask()) +
             ' ' + optional(s.escalate_to()) + ' ' + optional(s.follow_up()) + ' ' +
             time(s.expires_at()) + ' ' + format_rfc3339(s.raised_at) + ' ' +
             std::string(d.outranked_by) + ' ' + (s.offer() != nullptr ? s.offer()->gesture : "") +
             ' ' + std::to_string(s.steps().size()) + '\n';
    }
    for (const auto& w : effects.withheld)
      out += "held " + format_rfc3339(w.at) + ' ' + w.call + ' ' + std::string(w.rule) + ' ' +
             std::string(w.name) + ' ' + std::string(name_of(w.why)) + ' ' +
             std::string(w.outranked_by) + '\n';
    for (const auto& call : effects.calls_changed) out += "changed " + call + '\n';
    for (const auto& gone : effects.calls_gone)
      out += "gone " + gone.call + ' ' + gone.agent + '\n';
    for (const auto& [rule, count] : engine_.errors()) out += rule + std::to_string(count) + ' ';
    return out + std::to_string(engine_.live_calls()) + '\n';
  }

  engine::Engine engine_;
  const random::Pair& pair_;
  Time now_;
  std::map<std::string, std::pair<std::string, std::string>> last_shown_;
  events::Decoder decoder_;
  events::Batch batch_;
  bool taken_ = false;
};

Result<engine::Engine> restored(const std::string& bytes, const random::RuleTexts& rules) {
  auto in = ArchiveReader::open(bytes);
  if (!in) return in.error();
  std::string errors;
  auto engine = engine::Engine::load(*in, random::load(rules, errors));
  if (!engine) return engine.error();
  if (auto done = in->done(); !done) return done.error();
  return engine;
}

/// How far both sets of rules are valid: the texts to compile at some point of the stream.
struct Rules {
  std::shared_ptr<const rules::RuleSet> first, later;
};
std::optional<Rules> rules_of(const random::Pair& pair) {
  std::string errors;
  Rules out{random::load(pair.rules, errors), nullptr};
  out.later = pair.later_rules.empty() ? out.first : random::load(pair.later_rules, errors);
  if (out.first == nullptr || out.later == nullptr) return std::nullopt;
  return out;
}

}  // namespace

// AGENT_ASSIST_SEED and AGENT_ASSIST_PAIRS choose other pairs, and how many.
TEST_CASE("an engine goes on from its saved state as if nothing had happened",
          "[engine][random][archive]") {
  const std::uint64_t seed = from_environment("AGENT_ASSIST_SEED", std::random_device{}());
  const std::uint64_t pairs = from_environment("AGENT_ASSIST_PAIRS", 2'000);
  std::cout << "seed " << seed << ", " << pairs << " pairs" << std::endl;
  std::uint64_t with_calls = 0, decided_after = 0;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    random::Random r(seed + i);
    const random::Pair pair = random::generate(r, {});
    const auto rules = rules_of(pair);
    if (!rules) continue;
    INFO("AGENT_ASSIST_SEED=" << seed + i << " AGENT_ASSIST_PAIRS=1");
    const auto stop = r.below(pair.ops.size() + 1);
    Told one(engine::Engine(rules->first, pair.options), pair);
    const random::RuleTexts* texts = &pair.rules;
    for (std::size_t at = 0; at < stop; ++at) {
      one.tell(pair.ops[at], rules->later);
      const bool reloads = pair.ops[at].kind == Op::Kind::reload && !pair.later_rules.empty();
      if (reloads) texts = &pair.later_rules;
    }
    const std::string bytes = one.saved();
    auto engine = restored(bytes, *texts);
    if (!engine) FAIL(engine.error().text);
    Told other(std::move(*engine), one);
    if (other.saved() != bytes) FAIL("what was loaded is saved otherwise");
    if (one.live_calls() > 0) ++with_calls;
    for (std::size_t at = stop; at < pair.ops.size(); ++at) {
      const std::string expected = one.tell(pair.ops[at], rules->later);
      const std::string got = other.tell(pair.ops[at], rules->later);
      if (expected.find(" raised ") != std::string::npos) ++decided_after;
      if (got != expected)
        FAIL("saved before operation " << stop << " of\n"
                                       << random::print(pair) << "operation " << at << ":\n"
                                       << expected << "and restored:\n"
                                       << got);
    }
    if (one.saved() != other.saved()) FAIL("they end in different states");
    if (one.end() != other.end()) FAIL("what the clock ends differs");
  }
  if (pairs >= 1'000) {
    CHECK(with_calls > pairs / 4);
    CHECK(decided_after > pairs / 10);
  }
}

// Behind the checksum, where nothing but the reader itself stands between damage and the engine.
TEST_CASE("damage to a saved state is an error, or a state", "[engine][random][archive]") {
  const std::uint64_t seed = from_environment("AGENT_ASSIST_SEED", std::random_device{}());
  const std::uint64_t flips = from_environment("AGENT_ASSIST_FLIPS", 10'000);
  std::cout << "seed " << seed << ", " << flips << " flips" << std::endl;
  std::uint64_t errors = 0, states = 0, unsealed = 0;
  random::Random r(seed);
  while (errors + states < flips) {
    const random::Pair pair = random::generate(r, {});
    const auto rules = rules_of(pair);
    if (!rules || !pair.later_rules.empty()) continue;
    Told told(engine::Engine(rules->first, pair.options), pair);
    for (const Op& op : pair.ops) {
      if (r.percent(2)) break;
      told.tell(op, rules->later);
    }
    const std::string whole = told.saved();
    for (int n = 0; n < 100; ++n) {
      std::string bytes = whole;
      if (r.percent(20)) {
        bytes.resize(r.below(bytes.size()));
      } else {
        for (std::uint64_t left = r.below(3) + 1; left > 0; --left)
          bytes[r.below(bytes.size())] ^= static_cast<char>(1u << r.below(8));
      }
      if (bytes != whole && ArchiveReader::open(bytes)) ++unsealed;
      ArchiveReader in(std::string_view(bytes).substr(0, bytes.size() < 8 ? 0 : bytes.size() - 8));
      auto engine = engine::Engine::load(in, rules->first);
      if (!engine || !in.done()) {
        ++errors;
        continue;
      }
      ++states;
      Told other(std::move(*engine), told);
      other.saved();
    }
  }
  CHECK(unsealed == 0);
  CHECK(errors > flips / 2);
  std::cout << errors << " errors, " << states << " states" << std::endl;
}

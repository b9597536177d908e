// An engine's state as bytes, and back. What follows from the facts and the rules is not written:
// timers, the buckets that calls are in, ranks, texts without expressions.
#include "facts/archive.hpp"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/state.hpp"

namespace assist::engine {
namespace {

/// Equal for rule sets under which a state means the same.
std::uint64_t digest_of(const rules::RuleSet& set) {
  std::string text;
  for (const rules::Rule& rule : set.rules) {
    text += rule.id;
    text += '\0';
    text += rule.fingerprint;
    text += '\0';
  }
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

template <class A>
void item(A& a, RuleRecord::Gate& gate) {
  auto& [agent, open, counted] = gate;
  items(a, agent, open, counted);
}

template <class A>
void item(A& a, RuleRecord& record) {
  auto& [gates, off, raised, last_ended, off_for_good] = record;
  items(a, gates, off, raised, last_ended, off_for_good);
}

template <class A>
void item(A& a, Outranked& outranked) {
  auto& [rule, suggestion] = outranked;
  items(a, rule, suggestion);
}

template <class A>
void item(A& a, Options& options) {
  auto& [max_visible, silence, contacts_kept] = options;
  items(a, max_visible, silence, contacts_kept);
}

/// Friend of what it takes apart. Where a member is added, a line here no longer compiles.
struct Archive {
  template <class A>
  static void counts(A& a, RaiseCounts& counts) {
    auto& [raised, sweep_at] = counts;
    item(a, sweep_at);
    if constexpr (A::kReads) {
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
        std::string who;
        std::vector<Time> times;
        items(a, who, times);
        if (times.empty() || !std::is_sorted(times.begin(), times.end()) ||
            !raised.emplace(std::move(who), std::move(times)).second)
          a.fail("a limit's history is out of order");
      }
    } else if (raised.empty()) {
      a.count(0);
    } else {
      a.begin_records(raised.size());
      for (auto& [who, times] : raised) {
        a.record();
        a.text(who);
        item(a, times);
      }
      a.end_records();
    }
  }

  template <class A>
  static void rule_state(A& a, const Plan& plan, RuleState& state) {
    auto& [position, rule, truth, holds, looked_at, admitted, raised, was_raised, reads, next,
           valid_until, true_since, held_since, record] = state;
    items(a, rule, truth, holds, looked_at, admitted, raised, was_raised);
    open_time(a, valid_until);
    items(a, true_since, held_since, record);
    if constexpr (A::kReads) {
      if (!a.ok() || rule >= plan.position.size() || plan.position[rule] == Plan::kOff ||
          (raised && !was_raised))
        return a.fail("the state of a rule is out of bounds");
      position = plan.position[rule];
      state.settle(plan.order[position]);
    }
  }

  /// Those with expressions; the rule has the others.
  static void texts(ArchiveWriter& out, const Standing& shown) {
    for (std::size_t i = 0; i < kTexts; ++i)
      if (text_to_fill(*shown.of, i) != nullptr) out.text(*shown.text(i));
  }
  /// nullptr: it has none.
  static Texts texts(facts::Reader& in, const rules::Suggestion& of) {
    const boost::intrusive_ptr filled(new FilledTexts);
    bool any = false;
    for (std::size_t i = 0; i < kTexts; ++i) {
      if (text_to_fill(of, i) != nullptr) {
        filled->text += in.text();
        any = true;
      }
      filled->ends[i] = static_cast<std::uint32_t>(filled->text.size());
    }
    return any ? Texts(filled) : nullptr;
  }

  static void id(ArchiveWriter& out, const events::Key& key) { out.text(id_of(key)); }
  static void id(facts::Reader& in, events::Key& key) {
    const auto read = key_of_id(in.text());
    if (!read) return in.fail("the id of a suggestion is no such id");
    key = *read;
  }

  /// Rules of equal meaning say the same: what is shown is tied to the present set's.
  template <class A>
  static void standing(A& a, const Plan& plan, const facts::Name& with, StandingEntry& entry) {
    auto& [rule, suggestion, rank, leaving, reads, raised_at, expires_at, key, filled] = entry;
    items(a, rule, suggestion);
    choice(a, leaving, Reason::outranked);
    if constexpr (A::kReads) {
      const SuggestionPlan* const known = a.ok() ? plan.suggestion(rule, suggestion) : nullptr;
      if (known == nullptr || leaving == Reason::rule_changed)
        return a.fail("a suggestion is out of bounds");
      rank = known->rank;
      reads = known->reads;
    }
    std::string agent(with);
    std::optional<Time> expires;
    if (expires_at != kNever) expires = expires_at;
    id(a, key);
    items(a, agent, raised_at, expires);
    if constexpr (A::kReads) {
      if (expires) expires_at = *expires;
      filled = texts(a, plan.rule(rule).suggestions[suggestion]);
    } else {
      texts(a, standing_of(plan, entry, "", agent));
    }
  }

  template <class A>
  static void call(A& a, Engine::State& s, facts::CallIndex index) {
    if constexpr (A::kReads) s.state_of(index, s.world.call(index));
    CallState& call = s.calls[index];
    auto& [order, buckets, rules, standings, outranked, agent, raises, share, waits_until, timer] =
        call;
    list(a, rules, [&](RuleState& rule) { rule_state(a, *s.plan, rule); });
    list(a, standings, [&](StandingEntry& entry) { standing(a, *s.plan, call.agent, entry); });
    std::vector<Outranked> behind;
    if (outranked) behind = *outranked;
    items(a, behind, agent, raises);
    if (A::kReads && !behind.empty())
      outranked = std::make_unique<std::vector<Outranked>>(std::move(behind));
    if constexpr (A::kReads) {
      const auto by_position = [](const RuleState& x, const RuleState& y) {
        return x.position >= y.position;
      };
      if (std::adjacent_find(rules.begin(), rules.end(), by_position) != rules.end())
        a.fail("the rules of a call are out of order");
      if (a.ok()) s.place(index);
      waits_until = Situations::next_waited(*s.plan, s.world.call(index).facts, s.now);
    }
  }

  /// What may still be clicked, with the names of its rule: that may be of a set before.
  static void lately(ArchiveWriter& out, const Engine::State& s) {
    out.count(s.shown.size());
    s.shown.visit([&](const Shown::One& one) {
      const bool there = s.world.alive(one.call) && s.world.call(one.call).order == one.order;
      const rules::Rule& rule = s.shown.rule(one);
      out.word(one.id.low);
      out.word(one.id.high);
      for (const std::string_view text :
           {there ? std::string_view(s.world.call(one.call).id) : std::string_view(),
            one.agent.text(), std::string_view(rule.id),
            std::string_view(rule.suggestions[one.suggestion].name)})
        out.text(text);
    });
  }

  static void lately(facts::Reader& in, Engine::State& s) {
    std::size_t left = in.items();
    if (left > Shown::kMost) in.fail("too much was shown lately");
    // By a set of its own, of names alone: what it was raised by may be no more.
    auto named = std::make_shared<rules::RuleSet>();
    std::map<std::string, rules::RuleIndex, std::less<>> known;
    std::vector<Shown::One> all;
    for (; left > 0 && in.ok(); --left) {
      Shown::One& one = all.emplace_back();
      one.id.low = in.word();
      one.id.high = in.word();
      if (one.id.empty()) in.fail("a suggestion that was shown lately has no id");
      if (const std::int64_t call = s.world.find(in.text()); call >= 0) {
        one.call = static_cast<facts::CallIndex>(call);
        one.order = s.world.call(one.call).order;
      }
      item(in, one.agent);
      const std::string rule(in.text()), name(in.text());
      const auto [at, made] =
          known.try_emplace(rule, static_cast<rules::RuleIndex>(named->rules.size()));
      if (made) named->rules.emplace_back().id = rule;
      one.rule = at->second;
      auto& suggestions = named->rules[one.rule].suggestions;
      const auto of_name = std::find_if(suggestions.begin(), suggestions.end(),
                                        [&](const rules::Suggestion& x) { return x.name == name; });
      one.suggestion = static_cast<std::uint32_t>(of_name - suggestions.begin());
      if (of_name == suggestions.end()) suggestions.emplace_back().name = name;
    }
    if (in.ok()) s.shown.restore(std::move(named), s.plan->set, std::move(all));
  }

  template <class A>
  static void state(A& a, Engine::State& s) {
    // What is not written of it: the plan (the rules tell), timers, memory to work in. Whoever adds
    // a member comes by here, and says what becomes of it.
#if defined(__GLIBCXX__) && defined(__x86_64__)
    static_assert(sizeof(Engine::State) == 12136);
#endif
    open_time(a, s.now);
    for (RaiseHistory& history : s.history) {
      auto& [customers, agents] = history;
      counts(a, customers);
      counts(a, agents);
    }
    item(a, s.situations.errors);
    if (s.situations.errors.size() > s.history.size())
      if constexpr (A::kReads) a.fail("there are errors of rules that are not there");
    for (const facts::CallIndex index : s.world.by_arrival()) {
      if constexpr (A::kReads)
        if (!a.ok()) return;
      call(a, s, index);
    }
    lately(a, s);
    if constexpr (A::kReads) {
      if (!a.ok()) return;
      for (facts::CallIndex i = 0; i < s.calls.size(); ++i)
        s.schedule(i, s.world.call(i), s.calls[i]);
    }
  }

 private:
  template <class A, class Values, class Take>
  static void list(A& a, Values& values, Take take) {
    if constexpr (A::kReads) {
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left) take(values.emplace_back());
    } else {
      a.count(values.size());
      for (auto& value : values) take(value);
    }
  }
};

/// Finds the buckets that a call is in.
void Engine::State::place(facts::CallIndex index) {
  CallState& state = calls[index];
  Activation activation(world, world.call(index), *plan, state);
  cel::Arena arena;
  cel::Run run(activation, now, arena);
  Index::Scratch placing;
  plan->index->place(state.buckets, run, facts::kAllFacts, placing);
}

void Engine::save(ArchiveWriter& out) const {
  State& s = *state_;
  item(out, s.options);
  out.word(digest_of(*s.plan->set));
  s.world.save(out);
  Archive::state(out, s);
}

Result<Engine> Engine::load(ArchiveReader& in, std::shared_ptr<const rules::RuleSet> rules) {
  Options options;
  item(in, options);
  if (in.word() != digest_of(*rules)) in.fail("its rules mean something else to this program");
  if (!in.ok()) return in.done().error();
  Engine engine(std::move(rules), options);
  State& s = *engine.state_;
  s.world.load(in);
  facts::Reader reader(in, s.world.names());
  if (reader.ok()) Archive::state(reader, s);
  in = reader;
  if (!in.ok()) return in.done().error();
  return engine;
}

}  // namespace assist::engine

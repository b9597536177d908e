#include <boost/json.hpp>

#include "engine/random/pair.hpp"
#include "engine/random/random.hpp"
#include "engine/random/rules.hpp"

namespace assist::random {
namespace {

using boost::json::array;
using boost::json::object;

constexpr Duration kSecond = std::chrono::seconds{1};

/// Draws events and what else happens, in the order of arrival.
class Stream {
 public:
  Stream(Random& r, Traits traits, const Pair& pair) : r_(r), traits_(traits), pair_(pair) {
    jitter_ = pair.offsets.size() > 4 ? 2 : 0;
    calls_ = "c1|c1|c1|c2|c2|c3|c4";
    if (r.percent(25)) calls_ = "c1";
  }

  std::vector<Op> draw() {
    if (r_.percent(75)) opening();
    const auto count = r_.between(4, 45);
    for (int i = 0; i < count; ++i) step();
    return std::move(ops_);
  }

 private:
  /// A call that gets somewhere, so that not all streams are noise.
  void opening() {
    event("call.started", "c1", {{"customer", "alan"}, {"queue", "billing"}});
    pass_some();
    event("call.answered", "c1", {{"agent", "ana"}});
  }

  void step() {
    pass_some();
    const auto kind = r_.below(100);
    if (traits_.replay || kind < 84) return any_event();
    Op op;
    op.at = clock_;
    if (kind < 86) {
      op.kind = Op::Kind::pass;
    } else if (kind < 95 || pair_.later_rules.empty()) {
      op.kind = Op::Kind::feedback;
      op.call = r_.word(calls_);
      op.name = suggestion_name();
      op.used = r_.percent(50);
    } else {
      op.kind = Op::Kind::reload;
    }
    ops_.push_back(op);
  }

  std::string suggestion_name() {
    const RuleText& rule = r_.one_of(pair_.rules);
    const std::string id = rule.head.substr(8, rule.head.find('\n') - 8);
    if (rule.suggestions.empty()) return id;
    const std::string& suggestion = r_.one_of(rule.suggestions);
    const auto at = suggestion.find("- id: ");
    if (at == std::string::npos) return id;
    return id + "." + suggestion.substr(at + 6, suggestion.find('\n') - at - 6);
  }

  void pass_some() {
    if (r_.percent(35)) return;
    move(r_.between(1, 5) * kSecond);
    if (r_.percent(5)) move(r_.between(5, 30) * kSecond);
  }
  void move(Duration by) {
    clock_ += by;
    if (jitter_ == 0 || !r_.percent(15)) return;
    --jitter_;
    clock_ += Duration{r_.percent(50) ? 1 : -1};
  }

  /// Half of the streams dwell on one matter, so that rare meetings are less rare.
  std::uint64_t kind_of_event() {
    static const std::vector<std::pair<std::uint64_t, std::uint64_t>> matters = {
        {13, 24}, {25, 43}, {44, 50}, {55, 64}, {65, 71}, {72, 74}, {75, 89}, {90, 99}};
    if (matter_ == 0) matter_ = r_.percent(50) ? r_.between(1, 8) : 99;
    if (matter_ == 99 || r_.percent(40)) return r_.below(100);
    const auto& [first, last] = matters[static_cast<std::size_t>(matter_ - 1)];
    return first + r_.below(last - first + 1);
  }

  void any_event() {
    const std::string call = r_.word(calls_);
    const auto kind = kind_of_event();
    if (kind < 10) return event("call.started", call, started());
    if (kind < 13) return event("call.queued", call, {{"queue", r_.word("billing|tech")}});
    if (kind < 25) return event("call.answered", call, {{"agent", agent()}});
    if (kind < 36) return event("call.held", call, {});
    if (kind < 44) return event("call.resumed", call, {});
    if (kind < 51) return event("call.transferred", call, transferred());
    if (kind < 55) return event("call.step", call, {{"step", r_.word("greet|pitch|survey")}});
    if (kind < 60)
      return event("call.said", call,
                   {{"speaker", r_.word("customer|agent")},
                    {"text", r_.word("please CANCEL, it|I am sorry|hello")}});
    if (kind < 65) return event("call.sentiment", call, {{"score", r_.between(-4, 4) * 0.25}});
    if (kind < 71) return event("call.updated", call, updated());
    if (kind < 75) return event("call.ended", call, ended());
    if (kind < 81) return event("customer.updated", customer(), customer_updated());
    if (kind < 87) return event("agent.updated", agent(), agent_updated());
    if (kind < 90) return event("queue.updated", r_.word("billing|tech"), queue_updated());
    const std::string incident = r_.word("i1|i2");
    if (kind < 95) return event("incident.opened", incident, incident_change(true));
    if (kind < 97) return event("incident.updated", incident, incident_change(false));
    event("incident.resolved", incident, {});
  }

  std::string agent() { return r_.word("ana|ben|cy"); }
  std::string customer() { return r_.word("alan|bea"); }
  std::string area() { return r_.word("denver|boulder"); }

  template <class Value>
  void maybe(object& data, std::uint64_t percent, const char* name, Value value) {
    if (r_.percent(percent)) data[name] = value;
  }
  /// A merge patch, deep and with nulls.
  object attributes() {
    switch (r_.below(6)) {
      case 0:
        return {{"x", nullptr}};
      case 1:
        return {{"x", "a"}};
      case 2:
        return {{"x", 2.5}, {"y", {{"z", 1}}}};
      case 3:
        return {{"x", true}, {"y", {{"z", nullptr}, {"w", array{1, "b"}}}}};
      case 4:
        return {{"x", object{{"deep", 1}}}};
      default:
        return {{"x", r_.between(0, 2)}};
    }
  }
  object started() {
    object d;
    maybe(d, 70, "customer", customer());
    maybe(d, 60, "queue", r_.word("billing|tech"));
    maybe(d, 30, "channel", r_.word("voice|chat"));
    maybe(d, 30, "direction", r_.word("inbound|outbound"));
    maybe(d, 40, "area", area());
    maybe(d, 40, "topic", r_.word("bill|move"));
    maybe(d, 20, "attributes", attributes());
    return d;
  }
  object transferred() {
    object d;
    maybe(d, 60, "agent", agent());
    maybe(d, 40, "queue", r_.word("billing|tech"));
    return d;
  }
  object updated() {
    object d;
    maybe(d, 60, "attributes", attributes());
    maybe(d, 30, "topic", r_.word("bill|move"));
    maybe(d, 30, "area", area());
    maybe(d, 20, "customer", customer());
    maybe(d, 20, "resolved", r_.percent(50));
    return d;
  }
  object ended() {
    object d;
    maybe(d, 30, "reason", "hung up");
    maybe(d, 50, "resolved", r_.percent(50));
    return d;
  }
  object customer_updated() {
    object d;
    maybe(d, 50, "area", area());
    maybe(d, 40, "tier", r_.word("gold|tin"));
    if (r_.percent(50)) d["products"] = r_.percent(50) ? array{"fiber"} : array{"tv", "phone"};
    maybe(d, 30, "attributes", attributes());
    return d;
  }
  object agent_updated() {
    object d;
    maybe(d, 50, "name", r_.word("Ana|Ben"));
    maybe(d, 40, "team", r_.word("red|blue"));
    maybe(d, 40, "tier", r_.word("senior|junior"));
    maybe(d, 30, "attributes", attributes());
    return d;
  }
  object queue_updated() {
    object d;
    maybe(d, 60, "waiting", r_.between(0, 3));
    maybe(d, 60, "longest_wait_seconds", static_cast<double>(r_.between(0, 12)));
    return d;
  }
  object incident_change(bool opened) {
    object d;
    if (opened || r_.percent(40)) d["kind"] = r_.word("outage|outage|fraud");
    maybe(d, 60, "summary", r_.word("fiber cut|storm"));
    if (r_.percent(50)) d["areas"] = r_.percent(50) ? array{"denver"} : array{"boulder", "denver"};
    if (r_.percent(30)) d["services"] = r_.percent(60) ? array{"fiber"} : array{};
    return d;
  }

  void event(const std::string& type, const std::string& subject, object data) {
    r_.drew("event " + type);
    object e{{"specversion", "1.0"},
             {"id", std::to_string(++ids_)},
             {"source", "/random"},
             {"type", type},
             {"subject", subject}};
    if (const auto at = own_time()) e["time"] = format_rfc3339(pair_.start + *at);
    if (!data.empty()) e["data"] = std::move(data);
    Op op;
    op.at = clock_;
    op.json = boost::json::serialize(e);
    ops_.push_back(op);
  }

  /// In time, late, or (live) ahead of the clock; nullopt: it gives none.
  std::optional<Duration> own_time() {
    const auto kind = r_.below(100);
    if (kind < 75) return clock_;
    if (kind < 79 && !ops_.empty()) {
      r_.drew("no time");
      return std::nullopt;
    }
    if (kind < 95 || traits_.replay) {
      if (ops_.empty()) return clock_;  // a replay's clock begins with the first
      r_.drew("late");
      return clock_ - r_.between(1, 9) * kSecond;
    }
    r_.drew("ahead");
    return clock_ + r_.between(1, 7) * kSecond;
  }

  Random& r_;
  Traits traits_;
  const Pair& pair_;
  std::string calls_;
  Duration clock_{0};
  int jitter_;
  std::int64_t matter_ = 0;
  int ids_ = 0;
  std::vector<Op> ops_;
};

bool mentions(const RuleTexts& rules, std::string_view text) {
  for (const RuleText& rule : rules) {
    if (rule.head.find(text) != std::string::npos) return true;
    for (const auto& part : rule.parts)
      if (part.find(text) != std::string::npos) return true;
  }
  return false;
}

/// What may turn lies on whole seconds and a microsecond past them; near them where moments are
/// drawn off the grid; on half seconds where two lengths run against one limit.
std::vector<Duration> offsets(Random& r, const Pair& pair) {
  constexpr Duration kHalf = kSecond / 2;
  const bool halves = mentions(pair.rules, "call.hold_total + call.wait") ||
                      mentions(pair.later_rules, "call.hold_total + call.wait");
  if (halves) return {Duration{0}, Duration{1}, kHalf, kHalf + Duration{1}};
  if (!r.percent(25)) return {Duration{0}, Duration{1}};
  r.drew("moments off the grid");
  std::vector<Duration> out;
  for (int i = -5; i <= 6; ++i) out.push_back(Duration{i});
  return out;
}

}  // namespace

Pair generate(Random& r, Traits traits) {
  Pair pair;
  pair.rules = random_rules(r);
  if (!traits.replay && r.percent(25)) pair.later_rules = mutated(r, pair.rules);
  pair.start =
      *parse_rfc3339(r.word("2026-01-05T12:00:00Z|2026-01-05T11:59:45Z|2026-01-04T23:59:40Z"));
  pair.options.max_visible = static_cast<std::size_t>(r.one_of<int>({4, 4, 2, 1}));
  pair.options.silence = r.one_of<Duration>({24 * 3600 * kSecond, 45 * kSecond, 20 * kSecond});
  if (r.percent(20)) pair.options.contacts_kept = 30 * kSecond;
  pair.offsets = offsets(r, pair);
  pair.ops = Stream(r, traits, pair).draw();
  return pair;
}

}  // namespace assist::random

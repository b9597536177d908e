// A World as bytes, and back. What follows from the rest is not written: places of calls among
// those of others, what was said of the phrases.
#include <algorithm>
#include <utility>

#include "facts/archive.hpp"
#include "facts/world.hpp"

namespace assist::facts {

namespace {

constexpr int kNestingMax = 2000;  // an event's data nests less, whatever the limits

/// Counts what nests, so that damage ends in an error and not at the end of the stack.
template <class A>
class Nested {
 public:
  explicit Nested(A& a) : a_(a) {
    if constexpr (A::kReads) {
      if (++a_.depth > kNestingMax) a_.fail("it nests too deep");
    }
  }
  ~Nested() {
    if constexpr (A::kReads) --a_.depth;
  }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  A& a_;
};

void write_json(ArchiveWriter& out, events::JsonObject object);

void write_json(ArchiveWriter& out, const events::Json& json) {
  using Kind = events::Json::Kind;
  out.byte(static_cast<std::uint8_t>(json.kind));
  switch (json.kind) {
    case Kind::null:
      break;
    case Kind::boolean:
      out.byte(json.boolean ? 1 : 0);
      break;
    case Kind::integer:
      out.word(static_cast<std::uint64_t>(json.integer));
      break;
    case Kind::number:
      out.word(std::bit_cast<std::uint64_t>(json.number));
      break;
    case Kind::string:
      out.text(json.string);
      break;
    case Kind::list:
      out.count(json.list.size());
      for (const auto& entry : json.list) write_json(out, entry);
      break;
    case Kind::object:
      write_json(out, json.object);
  }
}

void write_json(ArchiveWriter& out, events::JsonObject object) {
  out.count(object.size());
  for (const auto& [name, value] : object) {
    out.text(name);
    write_json(out, value);
  }
}

/// Views into the archive, and what holds the rest of a tree.
struct JsonMemory {
  std::deque<std::vector<events::JsonMember>> objects;
  std::deque<std::vector<events::Json>> lists;
};

events::JsonObject read_object(Reader& in, JsonMemory& memory);

events::Json read_json(Reader& in, JsonMemory& memory) {
  using Kind = events::Json::Kind;
  const Nested nested(in);
  events::Json out;
  choice(in, out.kind, Kind::object);
  switch (out.kind) {
    case Kind::null:
      break;
    case Kind::boolean:
      item(in, out.boolean);
      break;
    case Kind::integer:
      item(in, out.integer);
      break;
    case Kind::number:
      item(in, out.number);
      break;
    case Kind::string:
      out.string = in.text();
      break;
    case Kind::list: {
      auto& list = memory.lists.emplace_back();
      for (std::size_t left = in.items(); left > 0 && in.ok(); --left)
        list.push_back(read_json(in, memory));
      out.list = list;
      break;
    }
    case Kind::object:
      out.object = read_object(in, memory);
  }
  return out;
}

events::JsonObject read_object(Reader& in, JsonMemory& memory) {
  auto& members = memory.objects.emplace_back();
  for (std::size_t left = in.items(); left > 0 && in.ok(); --left) {
    const std::string_view name = in.text();
    members.push_back({name, read_json(in, memory)});
  }
  return members;
}

}  // namespace

template <class A>
void item(A& a, AttributeValue& value);

/// Friend of what it takes apart. Where a member is added, a line here no longer compiles.
struct Archive {
  template <class A>
  static void map(A& a, AttributeMap& map) {
    const Nested nested(a);
    auto& members = map.members_;
    static_assert(sizeof(AttributeMap) == sizeof(void*) + sizeof(AttributeMap::Members));
    if constexpr (A::kReads) {
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
        const std::string_view name = a.text();
        if (!members.empty() && name <= members.back().first.text())
          a.fail("attributes are out of order");
        item(a, members.emplace_back(a.names.of(name), AttributeValue{}).second);
      }
    } else {
      a.count(members.size());
      for (auto& [name, value] : members) items(a, name, value);
    }
  }

  template <class A, class T>
  static void latest(A& a, Latest<T>& latest) {
    auto& [value, at, given] = latest;
    items(a, value, at, given);
  }

  /// The value is what its patches make of the base.
  template <class A>
  static void patched(A& a, PatchedAttributes& attributes) {
    auto& [patches, base, value] = attributes;
    shared(a, base);
    if constexpr (A::kReads) {
      value = base;
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
        auto& patch = patches.emplace_back();
        item(a, patch.at);
        JsonMemory memory;
        patch.members = own(read_object(a, memory));
        if (patches.size() > 1 && patches[patches.size() - 2].at > patch.at)
          a.fail("patches are out of order");
        value = merged(value.get(), members_of(*patch.members), a.names);
      }
    } else {
      a.count(patches.size());
      for (auto& patch : patches) {
        auto& [at, members] = patch;
        item(a, at);
        write_json(a, members_of(*members));
      }
    }
  }

  /// nullptr and an empty map are two things here, as they are there.
  template <class A, class Map>
  static void shared(A& a, std::shared_ptr<Map>& of) {
    bool given = of != nullptr;
    item(a, given);
    if constexpr (A::kReads) {
      of.reset();
      if (!given) return;
      auto made = std::make_shared<AttributeMap>();
      map(a, *made);
      of = std::move(made);
    } else if (given) {
      map(a, const_cast<AttributeMap&>(*of));
    }
  }

  template <class A>
  static void incident(A& a, Incident& incident) {
    auto& [id, order, open, opened_at, kind, summary, areas, services, eta] = incident;
    items(a, id, order, open, opened_at, kind, summary, areas, services, eta);
  }

  template <class A>
  static void change(A& a, IncidentHistory::Change& change) {
    auto& [at, order, type, kind, summary, areas, services, eta] = change;
    items(a, at, order);
    choice(a, type, events::EventType::incident_resolved);
    items(a, kind, summary, areas, services, eta);
  }

  template <class A>
  static void history(A& a, IncidentHistory& history) {
    auto& [state, base, changes] = history;
    incident(a, state);
    incident(a, base);
    if constexpr (A::kReads) {
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left)
        change(a, changes.emplace_back());
    } else {
      a.count(changes.size());
      for (auto& one : changes) change(a, one);
    }
  }

  template <class A>
  static void world(A& a, World& world);

 private:
  template <class A, class Map>
  static void subjects(A& a, Map& map);
  template <class A>
  static void calls(A& a, World& world);
  template <class A>
  static void idle(A& a, World& world);
  static void place(Reader& a, World& world, Call call);
  static void finish(Reader& a, World& world);
};

namespace {

template <class A>
void item(A& a, AttributeList& list) {
  const Nested nested(a);
  std::vector<AttributeValue> values = list.values();
  a.count(values.size());
  for (auto& value : values) item(a, value);
}

std::shared_ptr<const AttributeList> read_list(Reader& in) {
  const Nested nested(in);
  std::vector<AttributeValue> values;
  for (std::size_t left = in.items(); left > 0 && in.ok(); --left) item(in, values.emplace_back());
  return std::make_shared<const AttributeList>(std::move(values));
}

/// Reads the alternative of number `index`, or writes the one that is there.
template <class T, class A>
void alternative(A& a, AttributeValue& value) {
  if constexpr (A::kReads) {
    if constexpr (std::is_same_v<T, std::shared_ptr<const AttributeList>>) {
      value = read_list(a);
    } else if constexpr (std::is_same_v<T, std::shared_ptr<const AttributeMap>>) {
      auto made = std::make_shared<AttributeMap>();
      Archive::map(a, *made);
      value = std::shared_ptr<const AttributeMap>(std::move(made));
    } else if constexpr (std::is_same_v<T, AttributeText>) {
      value = AttributeText(a.text());
    } else {
      T read{};
      item(a, read);
      value = std::move(read);
    }
  } else if constexpr (std::is_same_v<T, std::shared_ptr<const AttributeList>>) {
    item(a, const_cast<AttributeList&>(*std::get<T>(value)));
  } else if constexpr (std::is_same_v<T, std::shared_ptr<const AttributeMap>>) {
    Archive::map(a, const_cast<AttributeMap&>(*std::get<T>(value)));
  } else if constexpr (std::is_same_v<T, AttributeText>) {
    a.text(std::string_view(std::get<T>(value)));
  } else {
    item(a, std::get<T>(value));
  }
}

}  // namespace

template <class A>
void item(A& a, AttributeValue& value) {
  static_assert(std::variant_size_v<AttributeValue> == 7);
  auto index = static_cast<std::uint8_t>(value.index());
  choice(a, index, std::uint8_t{6});
  switch (index) {
    case 0:
      value = std::monostate{};
      break;
    case 1:
      return alternative<bool>(a, value);
    case 2:
      return alternative<std::int64_t>(a, value);
    case 3:
      return alternative<double>(a, value);
    case 4:
      return alternative<AttributeText>(a, value);
    case 5:
      return alternative<std::shared_ptr<const AttributeList>>(a, value);
    default:
      return alternative<std::shared_ptr<const AttributeMap>>(a, value);
  }
}

template <class A, class T>
void item(A& a, Latest<T>& latest) {
  Archive::latest(a, latest);
}

template <class A>
void item(A& a, PatchedAttributes& attributes) {
  Archive::patched(a, attributes);
}

template <class A>
void item(A& a, Clock& clock) {
  auto& [base, since] = clock;
  items(a, base, since);
}

template <class A>
void item(A& a, CallFacts& facts) {
  auto& [ended_at, agent, customer, queue, area, topic, started_at, answered_at, step, channel,
         direction, wait, held_since, hold_total, holds, transfers, sentiments, attributes,
         resolved] = facts;
  items(a, started_at, customer, queue, area, topic, step, agent, channel, direction, answered_at,
        ended_at, wait);
  Clock hold = facts.hold();
  items(a, hold, hold_total);
  held_since = hold.since;
  for (std::uint32_t* const count : {&holds, &transfers}) {
    std::int64_t number = *count;
    item(a, number);
    if constexpr (A::kReads) {
      if (number < 0 || number > UINT32_MAX) a.fail("a count is out of bounds");
      *count = static_cast<std::uint32_t>(number);
    }
  }
  item(a, sentiments);
  bool given = !attributes.empty();
  item(a, given);
  if (given) Archive::map(a, attributes);
  item(a, resolved);
}

template <class A>
void text_item(A& a, AttributeText& text) {
  if constexpr (A::kReads) {
    text = AttributeText(a.text());
  } else {
    a.text(std::string_view(text));
  }
}

template <class A>
void item(A& a, CallLog& log) {
  static_assert(sizeof(CallLog) == sizeof(Bytes));
  if constexpr (A::kReads) {
    if (!log.restore(a.text())) a.fail("the log of a call is no such thing");
  } else {
    a.text(log.raw());
  }
}

/// But for who it is joined to: its facts say that.
template <class A>
void item(A& a, Call& call) {
  auto& [id, order, customer, agent, queue, area, home, last_applied, facts, log, latest, said] =
      call;
  text_item(a, id);
  items(a, order, facts, log, latest, last_applied);
}

template <class A>
void item(A& a, Contact& contact) {
  auto& [at, queue, topic, channel, resolved, call] = contact;
  items(a, at, queue, topic, channel, resolved, call);
}

template <class A>
void item(A& a, Profile& profile) {
  auto& [area, tier, products, attributes, at] = profile;
  items(a, area, tier, products, attributes);
}

template <class A>
void item(A& a, Customer& customer) {
  auto& [id, profile, contacts, calls, idle] = customer;
  items(a, id, profile, contacts);
}

template <class A>
void item(A& a, AgentProfile& profile) {
  auto& [name, team, tier, attributes] = profile;
  items(a, name, team, tier, attributes);
}

template <class A>
void item(A& a, Agent& agent) {
  auto& [id, profile, calls] = agent;
  items(a, id, profile);
}

template <class A>
void item(A& a, Queue& queue) {
  auto& [id, waiting, longest_wait, calls] = queue;
  items(a, id, waiting, longest_wait);
}

template <class A, class Map>
void Archive::subjects(A& a, Map& map) {
  if constexpr (A::kReads) {
    std::size_t left = a.items();
    map.reserve(std::min<std::size_t>(left, a.left() / 16));
    for (; left > 0 && a.ok(); --left) {
      auto made = std::make_unique<typename Map::value_type::element_type>();
      item(a, *made);
      if (made->id.empty() || !map.insert(std::move(made)).second) a.fail("a subject stands twice");
    }
  } else {
    a.begin_records(map.size());
    for (auto& subject : map) {
      a.record();
      item(a, *subject);
    }
    a.end_records();
  }
}

template <class A>
void Archive::calls(A& a, World& world) {
  if constexpr (A::kReads) {
    std::size_t left = a.items();
    world.by_id_.reserve(std::min<std::size_t>(left, a.left() / 64));
    for (; left > 0 && a.ok(); --left) {
      Call call(&world.call_memory_);
      item(a, call);
      if (a.ok()) place(a, world, std::move(call));
    }
  } else {
    a.count(world.live_calls_);
    for (const CallIndex index : world.by_arrival()) item(a, *world.calls_[index]);
  }
}

/// Puts a call behind the others, and joins it to those it names.
void Archive::place(Reader& a, World& world, Call made) {
  const auto index = static_cast<CallIndex>(world.calls_.size());
  world.touched_.push_back(0);
  world.places_.emplace_back();
  Call& call = world.calls_.add(std::move(made));
  if (call.id.empty() || call.order == 0 || call.order > world.calls_started_ ||
      (index > 0 && world.calls_[index - 1]->order >= call.order) || call.facts.ended_at ||
      call.log.raw().empty() || !world.by_id_.insert(events::key_of(call.id), index))
    return a.fail("a call is out of bounds");
  world.longest_log_ = std::max(world.longest_log_, call.log.raw().size());
  ++world.live_calls_;
  const auto join = [&](auto& map, const Name& name, auto*& to,
                        std::uint32_t World::Places::*place) {
    if (name.empty()) return;
    const auto at = map.find(name);
    if (at == map.end()) return a.fail("a call names whom nothing is known of");
    to = at->get();
    world.enter(to->calls, index, place);
  };
  join(world.customers_, call.facts.customer, call.customer, &World::Places::in_customer);
  join(world.agents_, call.facts.agent, call.agent, &World::Places::in_agent);
  join(world.queues_, call.facts.queue, call.queue, &World::Places::in_queue);
  world.join_area(index);
  world.join_home(index);
  world.look_through(call);
}

template <class A>
void Archive::idle(A& a, World& world) {
  if constexpr (A::kReads) {
    for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
      auto& [since, id] = world.idle_.emplace_back();
      items(a, since, id);
      const auto at = world.customers_.find(id);
      if (at == world.customers_.end() || (*at)->idle) return a.fail("nobody is idle there");
      (*at)->idle = true;
    }
  } else {
    a.count(world.idle_.size());
    for (auto& [since, id] : world.idle_) items(a, since, id);
  }
}

template <class A>
void Archive::world(A& a, World& world) {
  items(a, world.contacts_kept_, world.calls_started_, world.incident_events_, world.ended_);
  auto& [agents, queues, areas, incidents] = world.sweep_at_;
  items(a, agents, queues, areas, incidents);
  subjects(a, world.customers_);
  subjects(a, world.agents_);
  subjects(a, world.queues_);
  if constexpr (A::kReads) {
    for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
      IncidentHistory read;
      history(a, read);
      const std::string id = read.state().id;
      if (!world.incidents_.emplace(id, std::move(read)).second) a.fail("an incident stands twice");
    }
    for (const auto& customer : world.customers_)
      if (customer->profile) world.move_customer(*customer);
  } else {
    a.begin_records(world.incidents_.size());
    for (auto& [id, incident] : world.incidents_) {
      a.record();
      history(a, incident);
    }
    a.end_records();
  }
  calls(a, world);
  idle(a, world);
  if constexpr (A::kReads) world.find_open();
}

// What is not written, of all that a World is: names and phrases (the text of the one and the rules
// of the other), free places, by_id and areas (the calls tell), counts and memory to work in.
// Whoever adds a member comes by here, and says what becomes of it.
#if defined(__GLIBCXX__) && defined(__x86_64__)
static_assert(sizeof(World) == 6328);
#endif

std::vector<CallIndex> World::by_arrival() const {
  std::vector<std::pair<std::uint64_t, CallIndex>> orders;
  orders.reserve(live_calls_);
  for (CallIndex i = 0; i < calls_.size(); ++i)
    if (calls_[i] != nullptr) orders.emplace_back(calls_[i]->order, i);
  std::sort(orders.begin(), orders.end());
  std::vector<CallIndex> out;
  out.reserve(orders.size());
  for (const auto& [order, index] : orders) out.push_back(index);
  return out;
}

void World::save(ArchiveWriter& out) const { Archive::world(out, const_cast<World&>(*this)); }

void World::load(ArchiveReader& in) {
  Reader reader(in, names_);
  Archive::world(reader, *this);
  in = reader;
}

}  // namespace assist::facts

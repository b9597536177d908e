// The contacts of a customer: the calls that ended, as far as rules can see them.
#include <algorithm>

#include "facts/world.hpp"

namespace assist::facts {

/// Ended already, and kept still: what a rule can see of a customer's contacts.
bool World::counts(const Contact& contact, Time now) const {
  return now - contacts_kept_ < contact.at && contact.at <= now;
}

bool World::still_kept(const Contact& contact, Time at) const {
  return contact.at + contacts_kept_ + kContactsSlack > at;
}

bool World::same_contacts(const Customer* before, const Customer* after, Time now) const {
  const auto has_some = [&](const Customer* customer) {
    if (customer == nullptr) return false;
    const auto& all = customer->contacts;  // of most the latest count, if any
    return std::any_of(all.rbegin(), all.rend(),
                       [&](const Contact& contact) { return counts(contact, now); });
  };
  const bool some_before = has_some(before), some_after = has_some(after);
  if (!some_before || !some_after) return some_before == some_after;
  const auto counting = [&](const Customer* customer) {
    std::vector<const Contact*> out;
    if (customer == nullptr) return out;
    for (const Contact& contact : customer->contacts)
      if (counts(contact, now)) out.push_back(&contact);
    return out;
  };
  const auto a = counting(before), b = counting(after);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Contact* x, const Contact* y) {
    return x->at == y->at && x->queue == y->queue && x->topic == y->topic &&
           x->channel == y->channel && x->resolved == y->resolved;
  });
}

void World::add_contact(CallIndex index, Time at, Time now, Changes& out) {
  const Call& call = calls_.at(index);
  if (call.customer == nullptr) return;
  Contact contact{
      at, call.facts.queue, call.facts.topic, call.facts.channel, call.facts.resolved, call.order};
  auto& contacts = call.customer->contacts;
  const auto newer = std::upper_bound(contacts.begin(), contacts.end(), contact.at,
                                      [](Time t, const Contact& c) { return t < c.at; });
  Delta delta{bit(Fact::customer_contacts), 0};
  if (counts(contact, now)) delta.mark(Fact::customer_contacts);
  contacts.insert(newer, std::move(contact));
  // Those past keeping no longer count at any moment to come: see the loading of contacts.
  const auto kept = std::find_if(contacts.begin(), contacts.end(),
                                 [&](const Contact& c) { return still_kept(c, at); });
  contacts.erase(contacts.begin(), kept);
  for (const CallIndex other : call.customer->calls) {
    if (other == index) continue;
    out.calls.push_back({other, delta});
  }
}

}  // namespace assist::facts

#pragma once

#include <boost/container/small_vector.hpp>
#include <span>

#include "cel/cel.hpp"
#include "facts/vocabulary.hpp"
#include "facts/world.hpp"

namespace assist::facts {

/// Gives a program the facts of one call. Lists that facts hold are lent for the run, or copied to
/// its arena. What running time will change narrows the run's validity.
class CallActivation : public cel::Activation {
 public:
  CallActivation(const World& world, const Call& call) : world_(world), call_(call) {}
  const World& world() const { return world_; }
  const Call& of() const { return call_; }

  /// The open incidents that affect the call, oldest first: looked up once.
  using Incidents = boost::container::small_vector<const Incident*, 8>;
  const Incidents& incidents();
  /// The oldest of a kind; nullptr: there is none.
  const Incident* incident(std::string_view kind);

  /// Facts only: slots of situations and lists are the rule set's.
  cel::Value load(std::uint32_t slot, cel::Run& run) override;
  cel::Value call(std::uint32_t function, std::span<const cel::Value> args, cel::Run& run) override;

 protected:
  ~CallActivation() = default;

 private:
  cel::Value call_fact(Fact fact, cel::Run& run) const;
  cel::Value subject_fact(Fact fact, cel::Run& run);
  cel::Value contacts(cel::Run& run) const;
  cel::Value incident_list(cel::Run& run);
  cel::Value contacts_within(std::span<const cel::Value> args, cel::Run& run) const;
  cel::Value events_within(std::span<const cel::Value> args, cel::Run& run) const;
  cel::Value said(events::Speaker speaker, std::span<const cel::Value> args, cel::Run& run) const;

  const World& world_;
  const Call& call_;
  bool incidents_known_ = false;
  Incidents incidents_;
};

}  // namespace assist::facts

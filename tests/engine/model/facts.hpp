#pragma once

#include <set>
#include <span>
#include <string>

#include "cel/cel.hpp"
#include "engine/model/world.hpp"
#include "rules/rule_set.hpp"

namespace assist::model {

/// The value of a fact at `now`, for whoever wants to know whether it is another.
std::string print_fact(const World& world, const Call& call, facts::Fact fact, Time now,
                       Duration contacts_kept);

/// Gives a program the facts of one call as they are at one moment: nothing runs.
class Facts final : public cel::Activation {
 public:
  Facts(const World& world, const Call& call, const rules::RuleSet& rules,
        const std::set<std::string>& situations, Duration contacts_kept)
      : world_(world),
        call_(call),
        rules_(rules),
        situations_(situations),
        contacts_kept_(contacts_kept) {}

  cel::Value load(std::uint32_t slot, cel::Run& run) override;
  cel::Value call(std::uint32_t function, std::span<const cel::Value> args, cel::Run& run) override;

 private:
  cel::Value contacts(cel::Run& run) const;
  cel::Value incidents(cel::Run& run) const;

  const World& world_;
  const Call& call_;
  const rules::RuleSet& rules_;
  const std::set<std::string>& situations_;  // ids of those that hold
  Duration contacts_kept_;
};

}  // namespace assist::model

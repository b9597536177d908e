#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace assist::rules {

/// When a rule is active (contract, section 4): dates, days, hours, by the wall clock of a zone.
/// Immutable and cheap to copy.
class Active {
 public:
  /// What a rule file says. Dates and times are wall-clock, in `time_zone`.
  struct Spec {
    std::optional<std::chrono::local_time<Duration>> from;   // in from here
    std::optional<std::chrono::local_time<Duration>> until;  // out from here (a date: the next day)
    std::optional<Time> from_moment, until_moment;           // where an offset or Z is given
    std::uint8_t days = 0x7F;                                // bit 0: Monday
    std::optional<std::chrono::minutes> opens, closes;       // since midnight; equal: as none
    std::string time_zone = "UTC";                           // IANA
  };

  struct Phase {
    bool open;
    Time until;  // the first moment after this one at which `open` may differ; kNever if none
  };

  /// nullopt: no such time zone.
  static std::optional<Active> make(const Spec& spec);

  /// Whether `now` is inside, and until when that stays so.
  Phase at(Time now) const;

  const Spec& spec() const { return spec_; }

 private:
  struct Zone;
  Phase by_clock(Time now) const;
  Spec spec_;
  std::shared_ptr<const Zone> zone_;
};

}  // namespace assist::rules

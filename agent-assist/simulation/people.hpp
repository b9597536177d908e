#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/random.hpp"

namespace assist::simulation {

inline constexpr std::string_view kQueues[] = {"billing", "support", "retention", "sales", "tech"};
inline constexpr std::size_t kQueueCount = std::size(kQueues);
enum Queue : std::uint8_t { billing, support, retention, sales, tech };

inline constexpr std::string_view kAreas[] = {"denver", "boulder", "aurora",       "golden",
                                              "pueblo", "greeley", "fort-collins", "longmont"};
inline constexpr std::size_t kAreaCount = std::size(kAreas);

struct Agent {
  std::string id, name;
  std::string_view team, tier;
  std::uint8_t skills = 0;  // a bit a queue
  bool busy = false;
  bool known = false;  // agent.updated was sent

  bool can(Queue queue) const { return (skills >> queue & 1) != 0; }
};

struct Customer {
  std::string id;
  std::uint8_t area = 0;
  std::string_view tier, products;  // products: a JSON list
  std::uint16_t since = 2020;       // year
  bool known = false;               // customer.updated was sent
  bool calling = false;
  std::uint32_t calls = 0;
};

/// `count` agents. The first is ana, who can take every call, and is given one first.
std::vector<Agent> make_agents(std::size_t count);

/// `count` customers; the first is alan of denver.
std::vector<Customer> make_customers(std::size_t count, Random& random);

/// Some customers call far more often than others: a third of the choices fall on rank r with a
/// chance of about 1/r, as Zipf has it.
std::size_t pick_customer(std::size_t count, Random& random);

}  // namespace assist::simulation

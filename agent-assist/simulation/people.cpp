#include "simulation/people.hpp"

#include <bit>

namespace assist::simulation {
namespace {

constexpr std::string_view kNames[] = {
    "Ana",  "Ben",    "Chloe", "Dev",  "Elena", "Farid", "Grace", "Hugo",  "Ines",  "Jonas", "Kira",
    "Liam", "Mei",    "Nadia", "Omar", "Paula", "Quinn", "Rosa",  "Sven",  "Tara",  "Umar",  "Vera",
    "Wes",  "Ximena", "Yusuf", "Zoe",  "Amir",  "Bela",  "Cora",  "Dario", "Edith", "Femi"};
constexpr std::string_view kTeams[] = {"north", "south", "west"};
constexpr std::string_view kProducts[] = {
    R"(["dsl"])",    R"(["fiber"])",          R"(["dsl","tv"])",   R"(["fiber","tv"])",
    R"(["mobile"])", R"(["fiber","mobile"])", R"(["dsl","voip"])", R"(["fiber","tv","mobile"])"};

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::uint8_t skills_of(std::size_t agent) {
  constexpr std::uint8_t kAll = (1 << kQueueCount) - 1;
  if (agent == 0) return kAll;
  unsigned skills = 1u << agent % kQueueCount | 1u << (agent + 1) % kQueueCount;
  if (agent % 2 == 0) skills |= 1u << (agent + 3) % kQueueCount;
  return static_cast<std::uint8_t>(skills);
}

}  // namespace

std::vector<Agent> make_agents(std::size_t count) {
  std::vector<Agent> agents;
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = kNames[i % std::size(kNames)];
    const auto round = i / std::size(kNames);
    const std::string number = round == 0 ? "" : std::to_string(round + 1);
    agents.push_back({.id = lower(name) + (round == 0 ? "" : "-" + number),
                      .name = std::string(name) + (round == 0 ? "" : " " + number),
                      .team = kTeams[i % std::size(kTeams)],
                      .tier = i % 5 == 4 ? "tier2" : "tier1",
                      .skills = skills_of(i)});
  }
  return agents;
}

std::vector<Customer> make_customers(std::size_t count, Random& random) {
  std::vector<Customer> customers(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto tier = random.below(100);
    customers[i] = {.id = "cust-" + std::to_string(1000 + i),
                    .area = static_cast<std::uint8_t>(random.below(kAreaCount)),
                    .tier = tier < 60   ? "bronze"
                            : tier < 90 ? "silver"
                                        : "gold",
                    .products = random.pick(kProducts),
                    .since = static_cast<std::uint16_t>(random.between(2009, 2025))};
  }
  customers[0] = {.id = "alan", .area = 0, .tier = "gold", .products = kProducts[2], .since = 2014};
  return customers;
}

std::size_t pick_customer(std::size_t count, Random& random) {
  const auto n = static_cast<std::uint32_t>(count);
  if (!random.percent(33)) return random.below(n);
  // Of the ranks from 2^k to 2^(k+1) - 1 each k is as likely: about 1/rank. Below 16 it would be
  // one customer all day.
  constexpr int kFirst = 4;
  const int last = std::max<int>(kFirst + 1, std::bit_width(n));
  const int k = kFirst + static_cast<int>(random.below(static_cast<std::uint32_t>(last - kFirst)));
  const std::uint32_t rank = (1u << k) + random.below(1u << k);
  return (rank - (1u << kFirst)) % n;
}

}  // namespace assist::simulation

#include "simulation/simulator.hpp"

#include "simulation/center.hpp"

namespace assist::simulation {

Simulator::Simulator(const Options& options) : center_(std::make_unique<Center>(options)) {}
Simulator::~Simulator() = default;
Simulator::Simulator(Simulator&&) noexcept = default;

bool Simulator::next(std::string& line) { return center_->next(line, std::nullopt); }
bool Simulator::next(std::string& line, Time now) { return center_->next(line, now); }
Time Simulator::time() const { return center_->time(); }
std::size_t Simulator::setup_lines() const { return center_->setup_lines(); }

}  // namespace assist::simulation

#include "scene.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "paths.hpp"
#include "rules/load.hpp"

namespace assist::explain {
namespace {

namespace fs = std::filesystem;

std::vector<rules::SourceFile> files_of(std::string_view yaml) {
  if (!yaml.empty()) return {{"r.yaml", "r.yaml", std::string(yaml)}};
  std::vector<rules::SourceFile> out;
  for (const auto& entry : fs::directory_iterator(fs::path(ASSIST_SOURCE_DIR) / "rules")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yaml") || name.ends_with(".test.yaml")) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    out.push_back({name, name, text.str()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

/// Some attributes are declared, as config/attributes.yaml would.
rules::LoadOptions load_options() {
  rules::LoadOptions out;
  out.attributes = {{"call", "delay", facts::FactType::number, {}, "seconds", ""}};
  return out;
}

class Player {
 public:
  Player(std::shared_ptr<const rules::RuleSet> rules, engine::Options options)
      : engine_(std::move(rules), options) {}

  void play(const std::string& line, std::string_view call) {
    std::istringstream in(line);
    double seconds = 0;
    char unit = 's';
    std::string verb, subject, data;
    in >> seconds >> unit >> verb >> subject;
    std::getline(in, data);
    const Time now =
        *parse_rfc3339("2026-01-05T12:00:00Z") + Duration(static_cast<std::int64_t>(seconds * 1e6));
    engine_.advance(now, effects_);
    if (verb == "time") return;
    if (verb == "used" || verb == "dismissed") return act(verb, subject, call, now);
    const std::string json = R"({"specversion":"1.0","source":"/t","id":")" +
                             std::to_string(++ids_) + R"(","type":")" + verb + R"(","subject":")" +
                             subject + R"(","time":")" + format_rfc3339(now) + R"(","data":)" +
                             (data.empty() ? "{}" : data) + "}";
    decoder_.decode(json, events::Shape::event, batch_);
    INFO(line);
    REQUIRE(batch_.rejected.empty());
    events::Event& event = batch_.events.front();
    events::settle_time(event, now);
    engine_.apply(event, effects_);
  }

  const engine::Engine& engine() const { return engine_; }

 private:
  void act(const std::string& verb, const std::string& name, std::string_view call, Time now) {
    const auto view = engine_.call(call);
    REQUIRE(view);
    for (const auto& shown : view->suggestions)
      if (shown.name() == name)
        CHECK(engine_.feedback({view->agent, shown.id().str(), *engine::verdict(verb)}, now,
                               effects_));
  }

  engine::Engine engine_;
  engine::Effects effects_;
  events::Decoder decoder_{events::Limits{}};
  events::Batch batch_;
  int ids_ = 0;
};

}  // namespace

engine::Inspection inspect(const Scene& scene) {
  auto loaded = rules::load(files_of(scene.rules), load_options());
  std::string errors;
  for (const auto& error : loaded.errors) errors += format(error);
  INFO(errors);
  REQUIRE(loaded.rules != nullptr);
  Player player(loaded.rules, scene.options);
  std::istringstream lines(scene.tale);
  for (std::string line; std::getline(lines, line);)
    if (line.find_first_not_of(' ') != std::string::npos) player.play(line, scene.call);
  auto seen = player.engine().inspect(scene.call);
  REQUIRE(seen);
  return std::move(*seen);
}

}  // namespace assist::explain

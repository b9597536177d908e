#include "server/rule_source.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace assist::server {
namespace {

constexpr std::string_view kTypeNames[] = {"string",     "boolean",   "integer",  "number",
                                           "duration",   "timestamp", "texts",    "numbers",
                                           "attributes", "contacts",  "incidents"};
static_assert(std::size(kTypeNames) == static_cast<std::size_t>(facts::FactType::incidents) + 1);

std::string_view name_of(facts::FactType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

facts::FactType type_of(std::string_view name) {
  const auto* const at = std::find(std::begin(kTypeNames), std::end(kTypeNames), name);
  if (at == std::end(kTypeNames)) return facts::FactType::string;
  return static_cast<facts::FactType>(at - std::begin(kTypeNames));
}

journal::RuleSetRecord record_of(const std::vector<rules::SourceFile>& files,
                                 const rules::LoadOptions& options) {
  journal::RuleSetRecord record;
  for (const auto& file : files) record.files.push_back({file.name, file.text});
  record.any_step = !options.steps;
  if (options.steps) record.steps.assign(options.steps->begin(), options.steps->end());
  record.attributes_open = options.attributes_open;
  for (const auto& a : options.attributes) {
    record.attributes.push_back(
        {a.subject, a.name, std::string(name_of(a.type)), a.allowed, a.unit, a.label});
  }
  return record;
}

rules::LoadOptions options_of(const journal::RuleSetRecord& record) {
  rules::LoadOptions options;
  if (!record.any_step) options.steps.emplace(record.steps.begin(), record.steps.end());
  options.attributes_open = record.attributes_open;
  for (const auto& a : record.attributes) {
    options.attributes.push_back({a.subject, a.name, type_of(a.type), a.allowed, a.unit, a.label});
  }
  return options;
}

/// The files as they stood together: read again until nothing moved meanwhile, or a directory that
/// another one replaces would give some files of the one and some of the other.
Result<std::vector<rules::SourceFile>> read_whole(const std::filesystem::path& dir) {
  constexpr int kTries = 10;
  const auto same = [](const rules::SourceFile& a, const rules::SourceFile& b) {
    return a.name == b.name && a.text == b.text;
  };
  auto files = config::read_rule_files(dir);
  for (int i = 0; i < kTries; ++i) {
    auto again = config::read_rule_files(dir);
    const bool stands = files && again && std::ranges::equal(*files, *again, same);
    if (stands || (!files && !again)) return again;
    files = std::move(again);
  }
  return files;
}

}  // namespace

Result<RulesRead> read_rules(const config::Settings& settings) {
  auto files = read_whole(settings.rules_dir);
  if (!files) return files.error();
  auto record = record_of(*files, settings.rules);
  auto loaded = rules::load(std::move(*files), settings.rules);
  const auto& engine = settings.engine;
  record.options = journal::DecidingOptions{static_cast<std::int64_t>(engine.max_visible),
                                            engine.silence.count(), engine.contacts_kept.count()};
  RulesRead read{std::move(loaded.rules), {}, engine, std::move(loaded.errors)};
  if (read.rules) {
    record.version = read.rules->version;
    read.body = journal::write_body(record);
  }
  return read;
}

Result<RulesRead> rules_of_record(const std::string& body) {
  const auto record = journal::read_rule_set(body);
  if (!record) return record.error();
  std::vector<rules::SourceFile> files;
  for (const auto& file : record->files) files.push_back({file.name, file.name, file.text});
  auto loaded = rules::load(std::move(files), options_of(*record));
  std::optional<engine::Options> options;
  if (const auto& given = record->options) {
    options = {static_cast<std::size_t>(given->max_visible), Duration{given->silence_micros},
               Duration{given->contacts_kept_micros}};
  }
  return RulesRead{std::move(loaded.rules), body, options, std::move(loaded.errors)};
}

}  // namespace assist::server

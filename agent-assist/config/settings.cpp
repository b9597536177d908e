#include "config/settings.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "config/files.hpp"
#include "rules/fields.hpp"
#include "rules/wording.hpp"

namespace assist::config {
namespace {

namespace fs = std::filesystem;
using rules::Fields;
using rules::in_quotes;
using rules::Reader;
using rules::yaml::Node;

const std::vector<std::string_view> kKeys = {
    "listen",      "rules",        "data",          "script",          "attributes",
    "max_visible", "silence",      "contacts_kept", "limits",          "allowed_origins",
    "durability",  "commit_delay", "retention",     "duplicates_kept", "snapshot_every"};
const std::vector<std::string_view> kLimitKeys = {"message",
                                                  "events_per_message",
                                                  "nesting",
                                                  "attributes",
                                                  "text",
                                                  "calls",
                                                  "call_log",
                                                  "header",
                                                  "under_way",
                                                  "screen_backlog",
                                                  "note",
                                                  "connections",
                                                  "connections_per_subject",
                                                  "handshake",
                                                  "idle",
                                                  "under_way_per_connection",
                                                  "events_remembered"};
constexpr unsigned kCommitDelayMax = 40;  // milliseconds; an ack is due within 50
constexpr std::string_view kAttributesFile = "attributes.yaml";

/// `1MiB`, `8 KiB` or a number of bytes.
std::optional<std::size_t> bytes(Reader& reader, const Node& node, std::string_view name) {
  std::string_view text = node.text;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const int shift = unit.empty() ? 0 : unit == "KiB" ? 10 : unit == "MiB" ? 20 : -1;
  constexpr std::size_t kMost = std::size_t{1} << 30;
  const bool good = node.is_scalar() && error == std::errc() && shift >= 0 && value > 0 &&
                    value <= kMost >> shift;
  if (good) return value << shift;
  reader.error(node, in_quotes(name) +
                         " wants a size up to 1024MiB. Write 1MiB, 8KiB or a number of "
                         "bytes.");
  return std::nullopt;
}

/// As browsers write it in the header Origin: scheme and host, in small letters, and a port.
bool is_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == 0 || colon == std::string_view::npos) return false;
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto has_only = [&](std::string_view part, std::string_view others) {
    return std::ranges::all_of(
        part, [&](char c) { return small(c) || others.find(c) != std::string_view::npos; });
  };
  const std::string_view host = text.substr(colon + 3);
  return !host.empty() && has_only(text.substr(0, colon), "+-.") && has_only(host, "-._:[]");
}

class SettingsReader {
 public:
  SettingsReader(const fs::path& file, SettingsRead& out)
      : folder_(file.parent_path()), out_(out) {}

  void read(const rules::Source& source) {
    Reader reader(source, out_.errors);
    const auto root = rules::yaml::read(source, reader.report());
    if (!root) return;
    if (rules::yaml::is_null(*root)) return attributes(reader, nullptr);
    if (!root->is_map()) {
      reader.error(*root, "The config holds keys with values, such as \"listen: 127.0.0.1:8080\".");
      return;
    }
    Fields fields(reader, *root, "the config", kKeys);
    if (const Node* node = fields.find("listen")) listen(reader, *node);
    if (const Node* node = fields.find("rules"))
      settings_.rules_dir = reader.text(*node, "rules").value_or("");
    if (const Node* node = fields.find("data"))
      settings_.data_dir = reader.text(*node, "data").value_or("");
    if (const Node* node = fields.find("allowed_origins")) origins(reader, *node);
    if (const Node* node = fields.find("script")) script(reader, *node);
    attributes(reader, fields.find("attributes"));
    if (const Node* node = fields.find("max_visible"))
      settings_.engine.max_visible = reader.count(*node, "max_visible").value_or(1);
    length(reader, fields, "silence", settings_.engine.silence);
    length(reader, fields, "contacts_kept", settings_.engine.contacts_kept);
    if (const Node* node = fields.find("limits")) limits(reader, *node);
    if (const Node* node = fields.find("durability"))
      if (const auto which = reader.choice(*node, "durability", {"full", "normal"}))
        settings_.durability = *which == 0 ? Durability::full : Durability::normal;
    if (const Node* node = fields.find("commit_delay")) commit_delay(reader, *node);
    length(reader, fields, "retention", settings_.retention);
    length(reader, fields, "duplicates_kept", settings_.duplicates_kept);
    length(reader, fields, "snapshot_every", settings_.snapshot_every);
  }

  /// Undeclared attributes are an error unless the config says `attributes: open`.
  void declared_beside() {
    settings_.rules.attributes_open = false;
    const fs::path file = folder_ / kAttributesFile;
    std::error_code error;
    if (fs::exists(file, error)) attributes_file(nullptr, nullptr, file, false);
  }

  Settings& settings() { return settings_; }

 private:
  void length(Reader& reader, Fields& fields, std::string_view key, Duration& out) {
    if (const Node* node = fields.find(key))
      if (const auto value = reader.length(*node, key)) out = *value;
  }

  void commit_delay(Reader& reader, const Node& node) {
    unsigned delay = 0;
    const auto* const begin = node.text.data();
    const auto* const end = begin + node.text.size();
    const auto [rest, error] = std::from_chars(begin, end, delay);
    const bool good = node.is_scalar() && error == std::errc() && delay <= kCommitDelayMax &&
                      std::string_view(rest, static_cast<std::size_t>(end - rest)) == "ms";
    if (good) {
      settings_.commit_delay = std::chrono::milliseconds(delay);
    } else {
      reader.error(node, "\"commit_delay\" wants 0ms to " + std::to_string(kCommitDelayMax) +
                             "ms, such as 5ms: what came is acknowledged within 50 ms.");
    }
  }

  void listen(Reader& reader, const Node& node) {
    const auto text = reader.text(node, "listen");
    if (!text) return;
    const std::size_t colon = text->rfind(':');
    unsigned port = 65'536;
    if (colon != std::string::npos && colon > 0) {
      const char* end = text->data() + text->size();
      const auto result = std::from_chars(text->data() + colon + 1, end, port);
      if (result.ec != std::errc() || result.ptr != end) port = 65'536;
    }
    if (port > 65'535) {
      reader.error(node, in_quotes(*text) + " is not an address. Write 127.0.0.1:8080.");
      return;
    }
    settings_.listen = *text;
  }

  void origins(Reader& reader, const Node& list) {
    if (list.is_list() && list.items.empty()) return;
    if (!reader.is_list(list, "allowed_origins")) return;
    for (const Node& item : list.items) {
      const auto text = reader.text(item, "allowed_origins");
      if (!text) continue;
      if (is_origin(*text)) {
        settings_.allowed_origins.push_back(*text);
      } else {
        reader.error(item, in_quotes(*text) +
                               " is not an origin. Write https://desk.example.com, in small "
                               "letters and without a path.");
      }
    }
  }

  void limits(Reader& reader, const Node& node) {
    if (!reader.is_map(node, "limits")) return;
    Fields fields(reader, node, "limits", kLimitKeys);
    const auto size = [&](std::string_view key, std::size_t& out) {
      if (const Node* value = fields.find(key)) out = bytes(reader, *value, key).value_or(out);
    };
    const auto count = [&](std::string_view key, std::size_t& out) {
      if (const Node* value = fields.find(key))
        if (const auto number = reader.count(*value, key)) out = *number;
    };
    size("message", settings_.limits.message_bytes_max);
    count("events_per_message", settings_.limits.events_per_message_max);
    count("nesting", settings_.limits.nesting_max);
    count("attributes", settings_.limits.attributes_per_event_max);
    size("text", settings_.limits.text_bytes_max);
    size("screen_backlog", settings_.screen_backlog_bytes_max);
    size("note", settings_.note_bytes_max);
    size("header", settings_.header_bytes_max);
    size("under_way", settings_.bytes_under_way_max);
    size("under_way_per_connection", settings_.sender_bytes_under_way_max);
    count("calls", settings_.calls_max);
    size("call_log", settings_.call_log_bytes_max);
    count("connections", settings_.connections_max);
    count("events_remembered", settings_.events_remembered_max);
    count("connections_per_subject", settings_.connections_per_subject_max);
    length(reader, fields, "handshake", settings_.handshake_timeout);
    length(reader, fields, "idle", settings_.idle_timeout);
  }

  /// A file that this one names, relative to its folder.
  std::optional<rules::Source> beside(Reader& reader, const Node& node, const fs::path& file) {
    auto text = read_file(file);
    if (text) return rules::Source(file.string(), std::move(*text));
    reader.error(node, text.error().text + ".");
    return std::nullopt;
  }

  void script(Reader& reader, const Node& node) {
    if (node.is_list()) return steps(reader, node, "script");
    const auto name = reader.text(node, "script");
    const auto source = name ? beside(reader, node, folder_ / *name) : std::nullopt;
    if (!source) return;
    Reader inner(*source, out_.errors);
    const auto root = rules::yaml::read(*source, inner.report());
    if (!root || !inner.is_map(*root, "script")) return;
    Fields fields(inner, *root, "a script", {"steps"});
    if (const Node* list = fields.require("steps")) steps(inner, *list, "steps");
  }

  void steps(Reader& reader, const Node& list, std::string_view name) {
    if (!reader.is_list(list, name)) return;
    std::unordered_set<std::string> seen;
    for (const Node& item : list.items) {
      if (!reader.is_map(item, name)) continue;
      Fields fields(reader, item, "a step", {"id", "title"});
      Step step;
      if (const Node* id = fields.require("id")) {
        step.id = reader.id(*id, "id").value_or("");
        if (!step.id.empty() && !seen.insert(step.id).second)
          reader.error(*id, "The step " + in_quotes(step.id) + " stands twice in the script.");
      }
      if (const Node* title = fields.require("title"))
        step.title = reader.text(*title, "title").value_or("");
      settings_.script.push_back(std::move(step));
    }
    settings_.rules.steps.emplace();
    for (const Step& step : settings_.script) settings_.rules.steps->insert(step.id);
  }

  /// `open`, the name of a file, or nothing: the file attributes.yaml beside the config, if any.
  void attributes(Reader& reader, const Node* node) {
    if (node == nullptr) return declared_beside();
    const auto word = reader.text(*node, "attributes");
    if (!word) return;
    if (*word != "open") return attributes_file(&reader, node, folder_ / *word, false);
    const fs::path file = folder_ / kAttributesFile;
    std::error_code error;
    settings_.rules.attributes_open = true;
    if (fs::exists(file, error)) attributes_file(&reader, node, file, true);
  }

  void attributes_file(Reader* reader, const Node* node, const fs::path& file, bool open) {
    settings_.rules.attributes_open = open;
    auto text = read_file(file);
    if (!text) {
      if (reader != nullptr) reader->error(*node, text.error().text + ".");
      return;
    }
    const rules::Source source(file.string(), std::move(*text));
    read_attributes(source, settings_.rules.attributes, out_.errors);
  }

  fs::path folder_;
  SettingsRead& out_;
  Settings settings_;
};

}  // namespace

namespace {

/// By file (the config first, the others as they were read), line and column.
void sort(Diagnostics& errors, const fs::path& config) {
  std::vector<std::string> files{config.string()};
  for (const Diagnostic& error : errors)
    if (std::find(files.begin(), files.end(), error.place.file) == files.end())
      files.push_back(error.place.file);
  rules::sort_and_unique(errors, files);
}

}  // namespace

SettingsRead read_settings(const fs::path& file) {
  SettingsRead out;
  auto text = read_file(file);
  if (!text) {
    out.errors.push_back({text.error().place, text.error().text, ""});
    out.unreadable = true;
    return out;
  }
  const rules::Source source(file.string(), std::move(*text));
  SettingsReader reader(file, out);
  reader.read(source);
  if (out.errors.empty()) out.settings = std::move(reader.settings());
  sort(out.errors, file);
  return out;
}

namespace {

const fs::path kConfig = fs::path("config") / "agent-assist.yaml";

bool is_below(const fs::path& path, const fs::path& dir) {
  const auto rest = path.lexically_relative(dir);
  return !rest.empty() && *rest.begin() != "." && *rest.begin() != "..";
}

/// The config of the rules directory that `part` is a directory in: one further up whose `rules`
/// holds `part`. Any other config up there has nothing to do with these rules.
std::optional<SettingsRead> settings_above(const fs::path& part) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(part, error);
  if (error) return std::nullopt;
  for (fs::path dir = whole.parent_path(); dir != dir.parent_path(); dir = dir.parent_path()) {
    if (!fs::exists(dir / kConfig, error)) continue;
    auto read = read_settings(dir / kConfig);
    const Settings defaults;
    const fs::path& rules = read.settings ? read.settings->rules_dir : defaults.rules_dir;
    if (is_below(whole, (dir / rules).lexically_normal())) return read;
  }
  return std::nullopt;
}

}  // namespace

SettingsRead settings_for(const std::optional<fs::path>& file, const fs::path& rules_dir) {
  if (file) return read_settings(*file);
  std::error_code error;
  fs::path rules = rules_dir.lexically_normal();
  if (!rules.has_filename()) rules = rules.parent_path();  // "rules/"
  fs::path parent = rules.parent_path();
  if (rules.filename() == "." || rules.filename() == "..")
    parent = fs::weakly_canonical(rules, error).parent_path();
  const fs::path config = parent / kConfig;
  if (fs::exists(config, error)) return read_settings(config);
  if (auto above = settings_above(rules)) return std::move(*above);
  SettingsRead out;
  SettingsReader reader(config, out);
  reader.declared_beside();
  if (out.errors.empty()) out.settings = std::move(reader.settings());
  return out;
}

}  // namespace assist::config

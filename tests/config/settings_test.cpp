#include "config/settings.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "config/files.hpp"
#include "paths.hpp"

namespace assist::config {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A directory of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "assist-config-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string told(const SettingsRead& read) {
  std::string out;
  for (const auto& error : read.errors) out += format(error);
  return out;
}

}  // namespace

TEST_CASE("the config that ships says the defaults", "[config]") {
  const auto read = read_settings(fs::path(ASSIST_SOURCE_DIR) / "config/agent-assist.yaml");
  INFO(told(read));
  REQUIRE(read.settings);
  const Settings& s = *read.settings;
  const Settings defaults;
  CHECK(s.listen == defaults.listen);
  CHECK(s.rules_dir == defaults.rules_dir);
  CHECK(s.data_dir == defaults.data_dir);
  CHECK(s.allowed_origins == defaults.allowed_origins);
  CHECK(s.engine.max_visible == defaults.engine.max_visible);
  CHECK(s.engine.silence == defaults.engine.silence);
  CHECK(s.engine.contacts_kept == defaults.engine.contacts_kept);
  CHECK(s.limits.message_bytes_max == defaults.limits.message_bytes_max);
  CHECK(s.limits.events_per_message_max == defaults.limits.events_per_message_max);
  CHECK(s.limits.nesting_max == defaults.limits.nesting_max);
  CHECK(s.limits.attributes_per_event_max == defaults.limits.attributes_per_event_max);
  CHECK(s.limits.text_bytes_max == defaults.limits.text_bytes_max);
  CHECK(s.screen_backlog_bytes_max == defaults.screen_backlog_bytes_max);
  CHECK(s.calls_max == defaults.calls_max);
  CHECK(s.call_log_bytes_max == defaults.call_log_bytes_max);
  CHECK(s.note_bytes_max == defaults.note_bytes_max);
  CHECK(s.header_bytes_max == defaults.header_bytes_max);
  CHECK(s.bytes_under_way_max == defaults.bytes_under_way_max);
  CHECK(s.sender_bytes_under_way_max == defaults.sender_bytes_under_way_max);
  CHECK(s.connections_max == defaults.connections_max);
  CHECK(s.connections_per_subject_max == defaults.connections_per_subject_max);
  CHECK(s.handshake_timeout == defaults.handshake_timeout);
  CHECK(s.idle_timeout == defaults.idle_timeout);
  CHECK(s.durability == defaults.durability);
  CHECK(s.commit_delay == defaults.commit_delay);
  CHECK(s.retention == defaults.retention);
  CHECK(s.snapshot_every == defaults.snapshot_every);
  CHECK(s.duplicates_kept == defaults.duplicates_kept);
  CHECK(s.events_remembered_max == defaults.events_remembered_max);
  CHECK(s.rules.attributes_open);
  std::vector<std::string> steps;
  for (const Step& step : s.script) steps.push_back(step.id);
  CHECK(steps == std::vector<std::string>{"greeting", "verify", "discover", "resolve", "cross_sell",
                                          "survey", "goodbye"});
  CHECK(s.rules.steps->size() == 7);
}

TEST_CASE("what is set is taken, the rest stays as it is", "[config]") {
  const Folder folder;
  const auto file = folder.write("c.yaml",
                                 "listen: 0.0.0.0:9000\nmax_visible: 2\nsilence: 1h\n"
                                 "script: [{id: a, title: A}]\n"
                                 "allowed_origins: ['https://a.example.com', "
                                 "http://127.0.0.1:5173]\n"
                                 "limits: {message: 2MiB, text: 100, idle: 5s}\n");
  const auto read = read_settings(file);
  INFO(told(read));
  REQUIRE(read.settings);
  CHECK(read.settings->listen == "0.0.0.0:9000");
  CHECK(read.settings->engine.max_visible == 2);
  CHECK(read.settings->engine.silence == 1h);
  CHECK(read.settings->allowed_origins ==
        std::vector<std::string>{"https://a.example.com", "http://127.0.0.1:5173"});
  CHECK(read.settings->limits.message_bytes_max == 2 << 20);
  CHECK(read.settings->limits.text_bytes_max == 100);
  CHECK(read.settings->idle_timeout == 5s);
  CHECK(read.settings->handshake_timeout == 15s);
  CHECK(read.settings->script.size() == 1);
  CHECK(read.settings->rules.steps->count("a") == 1);
}

TEST_CASE("what acknowledgements promise can be set", "[config]") {
  const Folder folder;
  const auto good =
      read_settings(folder.write("good.yaml",
                                 "durability: normal\ncommit_delay: 0ms\n"
                                 "retention: 30d\nduplicates_kept: 1d\nsnapshot_every: 1m\n"));
  INFO(told(good));
  REQUIRE(good.settings);
  CHECK(good.settings->durability == Durability::normal);
  CHECK(good.settings->commit_delay == 0ms);
  CHECK(good.settings->retention == 30 * 24h);
  CHECK(good.settings->snapshot_every == 1min);
  CHECK(good.settings->duplicates_kept == 24h);
  for (const auto* line : {"durability: some", "commit_delay: 41ms", "commit_delay: 5",
                           "commit_delay: 5s", "retention: 3w", "snapshot_every: soon"}) {
    INFO(line);
    const auto bad = read_settings(folder.write("bad.yaml", line));
    CHECK_FALSE(bad.settings);
    CHECK(bad.errors.size() == 1);
  }
}

TEST_CASE("an empty config is the defaults, and any step will do", "[config]") {
  const Folder folder;
  const auto read = read_settings(folder.write("c.yaml", "# nothing\n"));
  REQUIRE(read.settings);
  CHECK_FALSE(read.settings->rules.steps);
  CHECK_FALSE(read.settings->rules.attributes_open);
}

TEST_CASE("what is wrong in a config is told at its place", "[config]") {
  struct Row {
    std::string text;
    std::uint32_t line, column;
    std::string words;
  };
  static const Row rows[] = {
      {"lisen: 127.0.0.1:80\n", 1, 1, "Did you mean \"listen\"?"},
      {"listen: localhost\n", 1, 9, "not an address"},
      {"listen: localhost:99999\n", 1, 9, "not an address"},
      {"allowed_origins: [https://a.b/c]\n", 1, 19, "not an origin"},
      {"allowed_origins: [a.example.com]\n", 1, 19, "not an origin"},
      {"allowed_origins: https://a.b\n", 1, 18, "wants a list"},
      {"max_visible: 0\n", 1, 14, "at least 1"},
      {"max_visible: many\n", 1, 14, "whole number"},
      {"silence: soon\n", 1, 10, "not a length of time"},
      {"limits: {mesage: 1}\n", 1, 10, "Did you mean \"message\"?"},
      {"limits: {message: 1GB}\n", 1, 19, "wants a size"},
      {"limits: {message: 0}\n", 1, 19, "wants a size"},
      {"limits: [1]\n", 1, 9, "keys with values"},
      {"script: nowhere.yaml\n", 1, 9, "no such file"},
      {"script: [{id: a, title: A}, {id: a, title: B}]\n", 1, 34, "stands twice"},
      {"script: [{id: a}]\n", 1, 10, "\"title\" is missing"},
      {"attributes: nowhere.yaml\n", 1, 13, "no such file"},
      {"data: a\ndata: b\n", 2, 1, "stands twice"},
      {"- a\n", 1, 1, "keys with values"},
      {"data: 'b\n", 1, 7, "never closed"},
  };
  for (const auto& [text, line, column, words] : rows) {
    const Folder folder;
    const auto read = read_settings(folder.write("c.yaml", text));
    INFO(text << told(read));
    CHECK_FALSE(read.settings);
    CHECK_FALSE(read.unreadable);
    REQUIRE_FALSE(read.errors.empty());
    CHECK(read.errors[0].place.line == line);
    CHECK(read.errors[0].place.column == column);
    CHECK(read.errors[0].text.find(words) != std::string::npos);
  }
}

TEST_CASE("attributes: declared beside the config, open, or in a file that is named", "[config]") {
  const Folder folder;
  const std::string declared = "call:\n  vip: {type: bool}\n";
  folder.write("attributes.yaml", declared);
  folder.write("more.yaml", "customer:\n  plan: {type: text, allowed: [home, max], label: Plan}\n");
  const auto beside = read_settings(folder.write("a.yaml", "max_visible: 3\n"));
  REQUIRE(beside.settings);
  CHECK_FALSE(beside.settings->rules.attributes_open);
  REQUIRE(beside.settings->rules.attributes.size() == 1);
  CHECK(beside.settings->rules.attributes[0].name == "vip");

  const auto open = read_settings(folder.write("b.yaml", "attributes: open\n"));
  REQUIRE(open.settings);
  CHECK(open.settings->rules.attributes_open);
  CHECK(open.settings->rules.attributes.size() == 1);

  const auto named = read_settings(folder.write("c.yaml", "attributes: more.yaml\n"));
  REQUIRE(named.settings);
  CHECK_FALSE(named.settings->rules.attributes_open);
  CHECK(named.settings->rules.attributes[0].allowed == std::vector<std::string>{"home", "max"});

  folder.write("more.yaml", "call:\n  my-lang: {type: text, allowed: [de, en]}\n");
  const auto dashed = read_settings(folder.path() / "c.yaml");
  INFO(told(dashed));
  REQUIRE(dashed.settings);
  CHECK(dashed.settings->rules.attributes[0].name == "my-lang");

  folder.write("more.yaml", "custmer: {}\ncall:\n  a-b: {type: number}\n  \"\": {type: text}\n");
  const auto wrong = read_settings(folder.path() / "c.yaml");
  INFO(told(wrong));
  CHECK(wrong.errors.size() == 3);
}

TEST_CASE("attributes are open only where the config says so", "[config]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules: []\n");
  const auto none = settings_for(std::nullopt, folder.path() / "rules");
  REQUIRE(none.settings);
  CHECK_FALSE(none.settings->rules.attributes_open);
  const auto silent = read_settings(folder.write("a.yaml", "max_visible: 3\n"));
  REQUIRE(silent.settings);
  CHECK_FALSE(silent.settings->rules.attributes_open);
  const auto open = read_settings(folder.write("b.yaml", "attributes: open\n"));
  REQUIRE(open.settings);
  CHECK(open.settings->rules.attributes_open);
}

TEST_CASE("settings are looked for beside the rules directory", "[config]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules: []\n");
  const auto none = settings_for(std::nullopt, folder.path() / "rules");
  REQUIRE(none.settings);
  CHECK(none.settings->engine.max_visible == 4);
  folder.write("config/agent-assist.yaml", "max_visible: 7\n");
  for (const fs::path& dir : {folder.path() / "rules", folder.path() / "rules/",
                              folder.path() / "rules/.", folder.path() / "other/../rules"}) {
    const auto found = settings_for(std::nullopt, dir);
    REQUIRE(found.settings);
    CHECK(found.settings->engine.max_visible == 7);
  }
  folder.write("rules/sub/deep/b.yaml", "rules: []\n");
  for (const fs::path& dir : {folder.path() / "rules/sub", folder.path() / "rules/sub/deep/"}) {
    const auto found = settings_for(std::nullopt, dir);
    REQUIRE(found.settings);
    CHECK(found.settings->engine.max_visible == 7);
  }
  // The config above says nothing of rules that are not its own.
  CHECK(
      settings_for(std::nullopt, folder.path() / "tests/some/rules").settings->engine.max_visible ==
      4);
  folder.write("rules/config/agent-assist.yaml", "max_visible: 5\n");
  CHECK(settings_for(std::nullopt, folder.path() / "rules/sub").settings->engine.max_visible == 5);
  CHECK(settings_for(std::nullopt, folder.path() / "rules").settings->engine.max_visible == 7);
  const auto named = settings_for(folder.write("c.yaml", "max_visible: 1\n"), folder.path());
  CHECK(named.settings->engine.max_visible == 1);
  const auto missing = settings_for(folder.path() / "nothing.yaml", folder.path());
  CHECK(missing.unreadable);
  CHECK_FALSE(missing.settings);
}

TEST_CASE("rule files are all *.yaml but tests, in bytewise order of path", "[config]") {
  const Folder folder;
  for (const char* name : {"rules/b.yaml", "rules/a/z.yaml", "rules/B.yaml", "rules/a.yaml",
                           "rules/a.test.yaml", "rules/readme.md", "rules/c.yml"})
    folder.write(name, "# " + std::string(name) + "\n");
  const auto files = read_rule_files(folder.path() / "rules");
  REQUIRE(files.has_value());
  std::vector<std::string> names;
  for (const auto& file : *files) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{"B.yaml", "a.yaml", "a/z.yaml", "b.yaml"});
  CHECK((*files)[2].path == (folder.path() / "rules/a/z.yaml").string());
  CHECK((*files)[2].text == "# rules/a/z.yaml\n");
  CHECK_FALSE(read_rule_files(folder.path() / "nowhere").has_value());
  CHECK_FALSE(read_rule_files(folder.path() / "rules/b.yaml").has_value());
}

TEST_CASE("what editors leave behind is no rule file", "[config]") {
  const Folder folder;
  for (const char* name : {"rules/a.yaml", "rules/.hidden.yaml", "rules/.git/b.yaml",
                           "rules/.trash/sub/c.yaml", "rules/sub/d.yaml"})
    folder.write(name, "rules: []\n");
  fs::create_symlink("someone@somewhere.1234:1", folder.path() / "rules/.#a.yaml");
  fs::create_symlink("a.yaml", folder.path() / "rules/linked.yaml");
  const auto files = read_rule_files(folder.path() / "rules");
  REQUIRE(files.has_value());
  std::vector<std::string> names;
  for (const auto& file : *files) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{"a.yaml", "linked.yaml", "sub/d.yaml"});
}

TEST_CASE("what looks like a rule file and cannot be read is told, all of it", "[config]") {
  const Folder folder;
  const fs::path rules = folder.path() / "rules";
  for (const char* name : {"rules/a.yaml", "rules/sub/d.yaml"}) folder.write(name, "rules: []\n");
  fs::create_symlink("nowhere.yaml", rules / "gone.yaml");
  fs::create_directory_symlink("sub", rules / "linked.yaml");
  fs::create_symlink("ring.yaml", rules / "ring.yaml");
  REQUIRE(::mkfifo((rules / "pipe.yaml").c_str(), 0600) == 0);
  const RuleFiles found = find_rule_files(rules);
  CHECK(found.files.size() == 2);
  std::vector<std::string> told;
  for (const auto& error : found.unreadable) told.push_back(error.text);
  const auto cannot_read = [&](const char* name, const char* why) {
    return "cannot read \"" + (rules / name).string() + "\": " + why;
  };
  CHECK(told == std::vector{cannot_read("gone.yaml", "it is a link to nothing"),
                            cannot_read("linked.yaml", "it is a directory"),
                            cannot_read("pipe.yaml", "it is no regular file"),
                            cannot_read("ring.yaml", "Too many levels of symbolic links")});
  const auto whole = read_rule_files(rules);
  REQUIRE_FALSE(whole.has_value());
  CHECK(whole.error().text == told.front());
}

TEST_CASE("a file is read whole, and one that fails on the way is not taken for an empty one",
          "[config]") {
  const Folder folder;
  for (const std::size_t size : {0, 1, 16'384, 16'385, 100'000}) {
    const std::string text(size, 'x');
    const auto read = read_file(folder.write("f", text));
    REQUIRE(read.has_value());
    CHECK(*read == text);
  }
  if (fs::exists("/proc/self/mem")) CHECK_FALSE(read_file("/proc/self/mem").has_value());
}

}  // namespace assist::config

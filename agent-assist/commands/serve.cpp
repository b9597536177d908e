#include "commands/serve.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "journal/sqlite/sqlite_journal.hpp"
#include "server/log.hpp"
#include "server/service.hpp"

namespace assist::commands {
namespace {

constexpr int kBadFile = 1;
constexpr int kBadEnvironment = 2;

struct Flags {
  std::optional<std::string> config, listen, rules, data, web;
  std::string log_level = "info";
};

/// The built pages: beside the source tree's build, or where they were installed.
std::filesystem::path find_web() {
  std::error_code ec;
  const auto exe_dir = std::filesystem::read_symlink("/proc/self/exe", ec).parent_path();
  for (const auto* below : {"../../agent-assist/web/dist", "../share/agent-assist/web"}) {
    auto dir = (exe_dir / below).lexically_normal();
    if (std::filesystem::is_directory(dir, ec)) return dir;
  }
  return (exe_dir / "../../agent-assist/web/dist").lexically_normal();
}

/// As many connections as the system lets us have: each takes a file descriptor.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) server::log_warn("the file limit stays as it is");
}

/// They wait until the service can take them: until then they would end the process.
void hold_signals() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&held, signal);
  ::pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

constexpr std::string_view kNoMemory =
    "agent-assist: error: there is no memory left: the service ends. What was acknowledged is in "
    "the "
    "journal; start it again, with more memory.\n";

std::terminate_handler before_us = std::abort;

/// In a thread where nobody can take it up: half a step must not be gone on from. Allocates
/// nothing.
void end_without_memory() {
  if (const auto error = std::current_exception()) {
    try {
      std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
      const auto ignored = ::write(STDERR_FILENO, kNoMemory.data(), kNoMemory.size());
      (void)ignored;
      ::_exit(kBadEnvironment);
    } catch (...) {
    }
  }
  before_us();
}

std::optional<config::Settings> settings_of(const Flags& flags) {
  const std::filesystem::path rules_dir = flags.rules.value_or("rules");
  std::optional<std::filesystem::path> file;
  if (flags.config) file = *flags.config;
  auto read = config::settings_for(file, rules_dir);
  if (!read.settings) {
    for (const auto& error : read.errors) std::cerr << format(error);
    return std::nullopt;
  }
  auto& settings = *read.settings;
  if (flags.rules) settings.rules_dir = *flags.rules;
  if (flags.listen) settings.listen = *flags.listen;
  if (flags.data) settings.data_dir = *flags.data;
  return std::move(settings);
}

int run(const Flags& flags) {
  hold_signals();
  if (!server::set_log_level(flags.log_level)) {
    std::cerr << "error: --log is one of debug, info, warn, error, off\n";
    return kBadEnvironment;
  }
  if (flags.config && !std::filesystem::exists(*flags.config)) {
    std::cerr << "error: " << *flags.config << ": no such file\n";
    return kBadEnvironment;
  }
  auto settings = settings_of(flags);
  if (!settings) return kBadFile;
  raise_file_limit();
  journal::SqliteOptions options;
  if (settings->durability == config::Durability::normal)
    options.durability = journal::Durability::normal;
  auto journal = journal::open_sqlite(settings->data_dir, options);
  if (!journal) {
    std::cerr << "error: " << journal.error().text << '\n';
    return kBadEnvironment;
  }
  server::Service::Parts parts;
  parts.settings = std::move(*settings);
  parts.journal = std::move(*journal);
  parts.web = flags.web ? std::filesystem::path(*flags.web) : find_web();
  auto started = server::Service::start(std::move(parts));
  if (!started.service) {
    if (started.refusal.stopped) return 0;
    std::cerr << started.refusal.text;
    return started.refusal.in_files ? kBadFile : kBadEnvironment;
  }
  std::cout << "listening on " << started.service->url() << std::endl;
  started.service->run();
  return 0;
}

int serve(const Flags& flags) {
  before_us = std::set_terminate(end_without_memory);
  try {
    return run(flags);
  } catch (const std::bad_alloc&) {
    std::fwrite(kNoMemory.data(), 1, kNoMemory.size(), stderr);
    return kBadEnvironment;
  }
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<Flags>();
  auto* const command = app.add_subcommand("serve", "Run the service");
  command->description(
      "Runs the service: events in on /v1/events, suggestions out on /v1/agent, the agent's page "
      "on "
      "/agent.\nUntil there is authentication it listens on this machine only. Saved rule files "
      "are "
      "taken over at once,\nwhole or not at all. SIGTERM ends it without loss, SIGHUP reads the "
      "rules again.");
  command->add_option("--config", flags->config,
                      "Config file (default: config/agent-assist.yaml beside the rules directory)");
  command->add_option(
      "--listen", flags->listen,
      "HOST:PORT of this machine; port 0 takes any free one (default 127.0.0.1:8080)");
  command->add_option("--rules", flags->rules, "Directory of the rule files (default: rules)");
  command->add_option("--data", flags->data,
                      "Directory of the journal, made if it is not there (default: data)");
  command->add_option("--web", flags->web, "Directory of the built web pages");
  command->add_option("--log", flags->log_level, "debug, info, warn, error or off")
      ->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = serve(*flags); });
}

}  // namespace assist::commands

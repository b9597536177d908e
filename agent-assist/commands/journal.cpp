#include "commands/journal.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "journal/sqlite/sqlite_journal.hpp"
#include "journal/sqlite/transfer.hpp"
#include "journal/sqlite/verify.hpp"
#include "trials/recorded_line.hpp"

namespace assist::commands {
namespace {

constexpr int kBadFile = 1;
constexpr int kBadEnvironment = 2;

struct Options {
  std::string data = "data";
  std::string out;
  std::string in = "-";
  bool events = false;
  bool json = false;
};

/// 1: what is in the journal is bad; 2: it cannot be looked at.
int complain(const Error& error) {
  std::fprintf(stderr, "agent-assist: error: %s\n", error.text.c_str());
  return error.code == ErrorCode::journal ? kBadFile : kBadEnvironment;
}

/// A line on a terminal that is written over itself; nothing where stderr is a file.
class ProgressLine {
 public:
  void show(std::uint64_t done, std::uint64_t of) {
    if (!terminal_) return;
    const auto percent = of == 0 ? 100 : done * 100 / of;
    std::fprintf(stderr, "\r%llu of %llu entries (%llu %%)", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(of), static_cast<unsigned long long>(percent));
    shown_ = true;
  }
  ~ProgressLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

void print(const journal::Verified& found, bool as_json) {
  if (as_json) {
    boost::json::object out{{"intact", true},
                            {"entries", found.entries},
                            {"pruned_to", found.pruned_to},
                            {"snapshots", found.snapshots}};
    out["first"] = found.entries ? boost::json::value(format_rfc3339(found.first)) : nullptr;
    out["last"] = found.entries ? boost::json::value(format_rfc3339(found.last)) : nullptr;
    std::cout << boost::json::serialize(out) << '\n';
    return;
  }
  if (found.pruned_to > 0)
    std::cout << "entries up to " << found.pruned_to
              << " were pruned; the chain goes on from them\n";
  if (found.snapshots > 0) std::cout << found.snapshots << " snapshots, whole\n";
  std::cout << found.entries << " entries, ";
  if (found.entries > 0)
    std::cout << format_rfc3339(found.first) << ".." << format_rfc3339(found.last) << ", ";
  std::cout << "chain intact\n";
}

int verify(const Options& options) {
  Result<journal::Verified> found;
  {
    ProgressLine line;
    found = journal::verify_sqlite(options.data, [&](auto done, auto of) { line.show(done, of); });
  }
  if (!found) {
    if (options.json)
      std::cout << boost::json::serialize(
                       boost::json::object{{"intact", false}, {"error", found.error().text}})
                << '\n';
    return complain(found.error());
  }
  print(*found, options.json);
  return 0;
}

/// Where lines go: a file, or stdout.
class Lines {
 public:
  explicit Lines(const std::string& path) : path_(path) {
    file_ = path.empty() || path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  }
  ~Lines() {
    if (file_ && file_ != stdout) std::fclose(file_);
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  bool is_open() const { return file_ != nullptr; }
  Result<void> put(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return failed();
    return {};
  }
  Result<void> close() {
    if (!file_) return {};
    auto* const file = std::exchange(file_, nullptr);
    const bool good = file == stdout ? std::fflush(file) == 0 : std::fclose(file) == 0;
    return good ? Result<void>() : failed();
  }
  Error failed() const {
    return {ErrorCode::unreadable,
            (path_.empty() ? "stdout" : path_) + ": cannot write it: " + std::strerror(errno),
            {}};
  }

 private:
  std::string path_;
  std::FILE* file_;
};

/// The events alone, as CloudEvents lines, each with the `time` at which it counted.
Result<std::uint64_t> export_events(const Options& options, Lines& lines) {
  journal::SqliteOptions open;
  open.read_only = true;
  auto journal = journal::open_sqlite(options.data, open);
  if (!journal) return journal.error();
  trials::RecordedLine line;
  std::uint64_t events = 0;
  const auto done =
      (*journal)->replay((*journal)->pruned_to(), [&](const journal::Entry& entry) -> Result<void> {
        if (entry.kind != journal::Kind::event) return {};
        ++events;
        const auto written = line.write(entry.body, entry.at);
        if (!written) {
          return Error{ErrorCode::journal,
                       "entry " + std::to_string(entry.sequence) + ": " + written.error().text,
                       {}};
        }
        return lines.put(*written);
      });
  if (!done) return done.error();
  return events;
}

int export_journal(const Options& options) {
  Lines lines(options.out);
  if (!lines.is_open()) return complain(lines.failed());
  const auto done = options.events
                        ? export_events(options, lines)
                        : journal::export_sqlite(
                              options.data, [&](std::string_view line) { return lines.put(line); });
  const auto closed = lines.close();
  if (!done) return complain(done.error());
  if (!closed) return complain(closed.error());
  if (!options.out.empty() && options.out != "-")
    std::cerr << *done << (options.events ? " events" : " entries") << " written to " << options.out
              << '\n';
  return 0;
}

int import_journal(const Options& options) {
  const bool piped = options.in == "-";
  std::ifstream file;
  if (!piped) file.open(options.in, std::ios::binary);
  std::error_code ignored;
  if (!piped && (!file || std::filesystem::is_directory(options.in, ignored)))
    return complain({ErrorCode::unreadable, options.in + ": cannot read it", {}});
  std::ios::sync_with_stdio(false);
  std::istream& in = piped ? std::cin : file;
  auto import = journal::SqliteImport::into(options.data);
  if (!import) return complain(import.error());
  const std::string name = piped ? "stdin" : options.in;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    const auto taken = (*import)->line(line);
    if (taken) continue;
    std::fprintf(stderr, "%s:%llu:1: error: %s\nnothing was imported\n", name.c_str(),
                 static_cast<unsigned long long>(number), taken.error().text.c_str());
    return taken.error().code == ErrorCode::journal ? kBadFile : kBadEnvironment;
  }
  const auto entries = (*import)->finish();
  if (!entries) {
    std::fprintf(stderr, "%s: error: %s\nnothing was imported\n", name.c_str(),
                 entries.error().text.c_str());
    return entries.error().code == ErrorCode::journal ? kBadFile : kBadEnvironment;
  }
  std::cout << *entries << " entries imported into " << options.data << '\n';
  return 0;
}

void add_data(CLI::App& command, Options& options, const char* what) {
  command.add_option("--data", options.data, what)->capture_default_str();
}

void add_verify(CLI::App& journal, const std::shared_ptr<Options>& options, int& exit_code) {
  auto* const command = journal.add_subcommand(
      "verify",
      "Walks the whole journal and names the first damage: file, and entry, page or byte.");
  add_data(*command, *options, "The data directory of a service, running or not");
  command->add_flag("--json", options->json, "The result as one line of JSON");
  command->footer(
      "\nChanges nothing. Looks at every entry and its checksum, at the pages of the database, at\n"
      "how far events were acknowledged, and at the snapshots.\n"
      "Exit status: 0 whole; 1 damaged; 2 there is no journal, or it cannot be read.");
  command->callback([options, &exit_code] { exit_code = verify(*options); });
}

void add_export(CLI::App& journal, const std::shared_ptr<Options>& options, int& exit_code) {
  auto* const command =
      journal.add_subcommand("export", "Writes the journal as lines of JSON, without loss.");
  add_data(*command, *options, "The data directory of a service, running or not");
  command->add_option("--out", options->out, "A file in place of stdout");
  command->add_flag("--events", options->events,
                    "Only the events, as CloudEvents lines: what `agent-assist replay` reads");
  command->footer(
      "\n  agent-assist journal export --out monday.jsonl\n"
      "  agent-assist journal export --events | agent-assist replay --rules proposed -");
  command->callback([options, &exit_code] { exit_code = export_journal(*options); });
}

void add_import(CLI::App& journal, const std::shared_ptr<Options>& options, int& exit_code) {
  auto* const command = journal.add_subcommand(
      "import", "Fills an empty data directory with an exported journal: whole, or not at all.");
  add_data(*command, *options, "The data directory; made if it is not there");
  command->add_option("file", options->in, "What `journal export` wrote, or - for stdin")
      ->capture_default_str();
  command->footer(
      "\nNumbers, clocks and checksums of all lines are checked. Exported again it gives the same\n"
      "lines, byte by byte.\n\n"
      "  agent-assist journal import --data data-new monday.jsonl");
  command->callback([options, &exit_code] { exit_code = import_journal(*options); });
}

}  // namespace

void add_journal(CLI::App& app, int& exit_code) {
  auto* const command = app.add_subcommand(
      "journal", "Looks after the journal of a data directory: verify, export, import");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  add_verify(*command, options, exit_code);
  add_export(*command, options, exit_code);
  add_import(*command, options, exit_code);
}

}  // namespace assist::commands

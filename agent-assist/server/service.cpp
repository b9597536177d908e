#include "server/service.hpp"

#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "server/connections.hpp"
#include "server/entry_check.hpp"
#include "server/http_events.hpp"
#include "server/intake.hpp"
#include "server/log.hpp"
#include "server/metrics.hpp"
#include "server/outbox.hpp"
#include "server/partition.hpp"
#include "server/recovery.hpp"
#include "server/routes.hpp"
#include "server/rule_watcher.hpp"
#include "server/screens.hpp"
#include "server/status.hpp"

namespace assist::server {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

// SIGTERM to exit: the first for what is under way, the second for peers to close.
constexpr auto kDrainTime = 5s;
constexpr auto kCloseTime = 2s;
constexpr auto kDrainStep = 5ms;
constexpr auto kAcceptPause = 100ms;
// File descriptors that connections leave to the journal, the rules and all else.
constexpr std::size_t kFilesKept = 64;
// Connections beyond the limit that are told so, at a time; those beyond them are just closed.
constexpr std::size_t kRefusedAtOnce = 32;

Time system_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::vector<std::string> lines_of(const Diagnostics& errors) {
  std::vector<std::string> lines;
  for (const auto& e : errors) {
    lines.push_back(e.place.file + ':' + std::to_string(e.place.line) + ':' +
                    std::to_string(e.place.column) + ": " + e.text);
  }
  return lines;
}

/// As many as the config says, where the system gives us the file descriptors for them.
std::size_t most_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  const auto most = files > kFilesKept + kRefusedAtOnce ? files - kFilesKept - kRefusedAtOnce : 1;
  if (most >= wanted) return wanted;
  log_warn("the system allows " + std::to_string(files) + " open files: at most " +
           std::to_string(most) + " connections, not " + std::to_string(wanted) +
           " (raise it: ulimit -n, LimitNOFILE=)");
  return most;
}

void log_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines) log_error(line);
}

}  // namespace

/// The order of the members is that of their beginnings; they end the other way round.
struct Service::State {
  explicit State(Parts given) : parts(std::move(given)), acceptor(io), signals(io), tick(io) {}

  /// A message that was applied, and is durable once its ticket is.
  struct Awaited {
    std::uint64_t ticket;
    std::chrono::steady_clock::time_point received;
  };

  Parts parts;
  Status status;
  Metrics metrics;
  std::deque<Awaited> awaited;  // by ticket
  std::uint64_t durable_ticket = 0;
  std::optional<Snapshots> snapshots;
  std::optional<Partition> partition;  // made late, ends late: what is below only refers to it
  std::optional<Screens> screens;
  std::optional<Intake> intake;
  std::optional<HttpEvents> http_events;
  std::optional<Routes> routes;
  Connections connections;
  std::optional<ConnectionContext> context;

  net::io_context io{1};
  std::optional<Outbox> outbox;
  std::optional<journal::Committer> committer;
  net::ip::tcp::acceptor acceptor;
  net::signal_set signals;
  net::steady_timer tick;
  std::optional<EntryCheck> entry_check;  // from run() on, where a snapshot spared entries
  EntryCheck::Range not_replayed;         // what it spared
  std::vector<Output> outputs;
  std::string host;
  std::uint16_t port = 0;

  std::mutex rules_mutex;  // guards rules_body
  std::string rules_body;  // of the rules last handed to the engine
  std::optional<RuleWatcher> watcher;
  std::size_t connections_max = 0;
  std::uint64_t connections_refused = 0;
  bool crowded = false;       // the last connection was refused: the next one is not logged
  bool out_of_files = false;  // likewise, for want of a file descriptor
  bool stopping = false;
  bool reload_asked = false;  // before there was a watcher

  std::optional<Refusal> bind();
  std::optional<Refusal> listen();
  Refusal cannot_listen(error_code ec) const;
  std::optional<Refusal> recover_state(std::optional<Recovered>& recovered);
  void assemble(Recovered recovered);
  journal::Committer::Options commit_options() const;
  journal::Committer::Listener commit_listener();
  void drain_outbox();
  void handle(Consumed& consumed);
  void handle(const Durable& durable);
  void handle(const Change& change);
  void handle(const Welcome& welcome);
  void handle(const FeedbackDone& done);
  void accept();
  void accepted(error_code ec, net::ip::tcp::socket socket);
  void refuse(net::ip::tcp::socket socket);
  void accept_later(error_code ec);
  void take_signals();
  void wait_for_signal();
  bool goes_on();
  void each_second();
  void rules_changed();
  void read_changed_rules();
  void check_entries();
  void begin_stop();
  void finish_when_idle(std::chrono::steady_clock::time_point until);
  void end_when_closed(std::chrono::steady_clock::time_point until);
  void end();
  std::string metrics_text();
};

std::optional<Service::Refusal> Service::State::bind() {
  HostPort at;
  const auto& text = parts.settings.listen;
  if (!parse_host_port(text, at)) {
    return Refusal{"error: cannot listen on \"" + text +
                   "\": write HOST:PORT, as in 127.0.0.1:8080\n"};
  }
  if (!is_loopback(at.host)) {
    return Refusal{"error: will not listen on " + text +
                   ": there is no authentication yet, so only this machine may connect "
                   "(127.0.0.1, [::1] or localhost)\n"};
  }
  if (equal_no_case(at.host, "localhost")) at.host = "127.0.0.1";
  const net::ip::tcp::endpoint endpoint(net::ip::make_address(at.host), at.port);
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (ec) return cannot_listen(ec);
  host = at.host;
  port = acceptor.local_endpoint().port();
  return std::nullopt;
}

Service::Refusal Service::State::cannot_listen(error_code ec) const {
  return {"error: cannot listen on " + parts.settings.listen + ": " + ec.message() + "\n"};
}

/// Only once all is there: whoever connects before is refused, and does not hang.
std::optional<Service::Refusal> Service::State::listen() {
  error_code ec;
  acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) return cannot_listen(ec);
  return std::nullopt;
}

std::optional<Service::Refusal> Service::State::recover_state(std::optional<Recovered>& out) {
  const auto on_disk = read_rules(parts.settings);
  if (!on_disk) return Refusal{"error: " + on_disk.error().text + "\n"};
  if (!on_disk->rules && parts.journal->last_sequence() == 0) {
    Refusal refusal{{}, true};
    for (const auto& error : on_disk->errors) refusal.text += format(error);
    return refusal;
  }
  const auto began = std::chrono::steady_clock::now();
  auto recovered =
      recover(*parts.journal, parts.settings, *on_disk, system_now(), [this] { return goes_on(); });
  if (!goes_on()) return Refusal{{}, false, true};
  if (!recovered) return Refusal{"error: " + recovered.error().text + "\n"};
  const auto took = std::chrono::steady_clock::now() - began;
  if (!on_disk->rules) {
    log_error("the rules on disk are wrong, the last ones that ran go on:");
    log_lines(lines_of(on_disk->errors));
    status.rules_refused(lines_of(on_disk->errors));
  }
  for (const auto& warning : recovered->warnings) log_warn(warning);
  if (recovered->snapshot > 0)
    log_info("went on from the snapshot of entry " + std::to_string(recovered->snapshot));
  log_info("replayed " + std::to_string(recovered->events) + " events in " +
           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) +
           " ms; " + std::to_string(recovered->engine->live_calls()) + " calls are live");
  out = std::move(*recovered);
  return std::nullopt;
}

journal::Committer::Options Service::State::commit_options() const {
  journal::Committer::Options options;
  options.delay = parts.settings.commit_delay;
  options.upkeep = [retention = parts.settings.retention](journal::Journal& journal) {
    return journal.prune({system_now() - retention});
  };
  return options;
}

journal::Committer::Listener Service::State::commit_listener() {
  return {[this](std::uint64_t ticket) {
            outbox->push(Durable{ticket});
            snapshots->durable(ticket);
          },
          [this](const Error& error) {
            log_error("the journal cannot be written, nothing is acknowledged: " + error.text);
            status.journal_failed(error.text);
          },
          [this] {
            log_info("the journal can be written again");
            status.journal_works();
          },
          [this](std::chrono::steady_clock::duration took) { metrics.committed(took); },
          [](const Error& error) { log_warn("old entries cannot be pruned: " + error.text); }};
}

void Service::State::assemble(Recovered recovered) {
  const Time at = recovered.at;
  not_replayed = {parts.journal->pruned_to(), recovered.snapshot};
  rules_body = recovered.rules_body;
  outbox.emplace([this] { net::post(io, [this] { drain_outbox(); }); });
  snapshots.emplace(*parts.journal, Snapshots::Options{parts.settings.snapshot_every}, recovered);
  committer.emplace(*parts.journal, commit_options(), commit_listener());
  const auto& limits = parts.settings.limits;
  partition.emplace(std::move(recovered),
                    Partition::Limits{parts.settings.calls_max, limits.attributes_per_event_max,
                                      parts.settings.call_log_bytes_max},
                    *committer, *outbox, &*snapshots);
  screens.emplace(*partition, parts.settings, at);
  intake.emplace(Intake::Limits{limits, parts.settings.bytes_under_way_max},
                 [this](Delivery delivery) { partition->deliver(std::move(delivery)); });
  http_events.emplace(*intake);
  routes.emplace(Routes::Parts{*intake, *screens, *http_events, *parts.journal, status,
                               parts.settings, [this] { return metrics_text(); }},
                 OwnHost(host, port), parts.web);
  context.emplace(ConnectionContext{
      *routes, connections,
      ConnectionLimits{limits.message_bytes_max, parts.settings.header_bytes_max,
                       parts.settings.handshake_timeout, parts.settings.idle_timeout}});
  connections_max = most_connections(parts.settings.connections_max);
  watcher.emplace(parts.settings.rules_dir, RuleWatcher::Options{}, [this] { rules_changed(); });
  if (reload_asked) watcher->poke();
}

std::string Service::State::metrics_text() {
  return metrics.text({partition->figures(), committer->figures(), connections.size(),
                       connections_refused, screens->sockets(), screens->overruns(),
                       intake->bytes_under_way(), outbox->size(), partition->waiting(),
                       snapshots->figures(),
                       entry_check ? entry_check->figures() : EntryCheck::Figures{}});
}

void Service::State::drain_outbox() {
  outbox->take(outputs);
  metrics.screens_queue(outputs.size());
  metrics.engine_queue(partition->waiting());
  for (auto& output : outputs) std::visit([this](auto& one) { handle(one); }, output);
}

void Service::State::handle(Consumed& consumed) {
  if (consumed.ticket > durable_ticket) {
    awaited.push_back({consumed.ticket, consumed.received});
  } else {
    metrics.durable(std::chrono::steady_clock::now() - consumed.received);
  }
  intake->on(consumed);
}

void Service::State::handle(const Durable& durable) {
  const auto now = std::chrono::steady_clock::now();
  durable_ticket = durable.ticket;
  for (; !awaited.empty() && awaited.front().ticket <= durable.ticket; awaited.pop_front())
    metrics.durable(now - awaited.front().received);
  intake->on(durable);
  screens->on(durable);
}

void Service::State::handle(const Change& change) {
  screens->on(change);
  if (change.received) metrics.on_screen(std::chrono::steady_clock::now() - *change.received);
}

void Service::State::handle(const Welcome& welcome) { screens->on(welcome); }
void Service::State::handle(const FeedbackDone& done) { screens->on(done); }

void Service::State::accept() {
  acceptor.async_accept(
      [this](error_code ec, net::ip::tcp::socket socket) { accepted(ec, std::move(socket)); });
}

void Service::State::accepted(error_code ec, net::ip::tcp::socket socket) {
  if (stopping) return;
  if (ec) return accept_later(ec);
  out_of_files = false;
  if (connections.size() >= connections_max) {
    refuse(std::move(socket));
  } else {
    crowded = false;
    start_http(std::move(socket), *context);
  }
  accept();
}

void Service::State::refuse(net::ip::tcp::socket socket) {
  ++connections_refused;
  const std::string why =
      std::to_string(connections_max) + " connections are open already (limits: connections)";
  if (!std::exchange(crowded, true)) log_warn("connections are refused: " + why);
  if (connections.size() >= connections_max + kRefusedAtOnce) return;  // its end is its answer
  refuse_http(std::move(socket), *context, why);
}

/// Out of file descriptors, most likely: some will be closed.
void Service::State::accept_later(error_code ec) {
  if (!std::exchange(out_of_files, true))
    log_warn("connections cannot be accepted, they wait: " + ec.message());
  auto pause = std::make_shared<net::steady_timer>(io, kAcceptPause);
  pause->async_wait([this, pause](error_code) {
    if (!stopping) accept();
  });
}

void Service::State::take_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t ours;
  sigemptyset(&ours);
  error_code ignored;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    signals.add(signal, ignored);
    sigaddset(&ours, signal);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
  wait_for_signal();
}

/// While it starts nothing runs `io`: looks whether a signal came.
bool Service::State::goes_on() {
  if (parts.handles_signals) {
    io.restart();
    io.poll();
  }
  return !stopping;
}

void Service::State::wait_for_signal() {
  signals.async_wait([this](error_code ec, int signal) {
    if (ec) return;
    if (signal == SIGHUP) {
      reload_asked = !watcher;
      if (watcher) watcher->poke();
    } else if (!watcher) {
      stopping = true;  // it is still starting
    } else {
      begin_stop();
    }
    wait_for_signal();
  });
}

void Service::State::each_second() {
  tick.expires_after(1s);
  tick.async_wait([this](error_code ec) {
    if (ec || stopping) return;
    http_events->tick();
    each_second();
  });
}

/// On the watcher's thread: reads and checks the rules off to the side.
void Service::State::rules_changed() {
  try {
    read_changed_rules();
  } catch (const std::bad_alloc&) {
    const char* const why = "there is no memory to read the rules on disk, the running ones stay";
    log_error(why);
    status.rules_refused({why});
  }
}

void Service::State::read_changed_rules() {
  auto read = read_rules(parts.settings);
  std::vector<std::string> errors;
  if (!read) {
    errors.push_back(read.error().text);
  } else if (!read->rules) {
    errors = lines_of(read->errors);
  }
  if (!errors.empty()) {
    log_error("the rules on disk are refused, the running ones stay:");
    log_lines(errors);
    return status.rules_refused(std::move(errors));
  }
  status.rules_taken();
  const std::lock_guard lock(rules_mutex);
  if (read->body == rules_body) return log_info("the rules on disk are those that run");
  rules_body = read->body;
  partition->reload({std::move(read->rules), std::move(read->body)});
}

/// Once it serves: nobody waits for what the start was spared.
void Service::State::check_entries() {
  if (not_replayed.last <= not_replayed.after) return;
  entry_check.emplace(*parts.journal, not_replayed, EntryCheck::Options{},
                      [this](const std::string& what) {
                        status.journal_damaged(what);  // first: who reads the log may ask at once
                        log_error("the journal is damaged in what the snapshot has in it: " + what +
                                  ". The service goes on; a start without the snapshot would not");
                      });
}

void Service::State::begin_stop() {
  if (std::exchange(stopping, true)) return;
  log_info("going down");
  status.draining();
  error_code ignored;
  acceptor.close(ignored);
  tick.cancel();
  intake->close();
  finish_when_idle(std::chrono::steady_clock::now() + kDrainTime);
}

void Service::State::finish_when_idle(std::chrono::steady_clock::time_point until) {
  if (intake->idle() || std::chrono::steady_clock::now() >= until) {
    connections.finish();
    return end_when_closed(std::chrono::steady_clock::now() + kCloseTime);
  }
  tick.expires_after(kDrainStep);
  tick.async_wait([this, until](error_code) { finish_when_idle(until); });
}

void Service::State::end_when_closed(std::chrono::steady_clock::time_point until) {
  const bool late = std::chrono::steady_clock::now() >= until;
  if (late || connections.empty()) return end();
  tick.expires_after(kDrainStep);
  tick.async_wait([this, until](error_code) { end_when_closed(until); });
}

void Service::State::end() {
  connections.abort();
  signals.cancel();
  io.stop();
}

Service::Service(std::unique_ptr<State> state) : state_(std::move(state)) {}

Service::~Service() {
  state_->watcher.reset();
  state_->entry_check.reset();
  state_->connections.abort();
  if (state_->http_events) state_->http_events->abandon();
  if (state_->outbox) state_->outbox->close();
  if (state_->snapshots) state_->snapshots->stop();
  if (state_->partition) state_->partition->stop();
  if (!state_->committer) return;
  if (state_->committer->stop()) {
    state_->snapshots->finish(state_->partition->state());
  } else {
    log_error("some events could not be made durable; they were not acknowledged");
  }
}

Service::Started Service::start(Parts parts) {
  auto state = std::make_unique<State>(std::move(parts));
  if (state->parts.handles_signals) state->take_signals();
  if (auto refusal = state->bind()) return {nullptr, std::move(*refusal)};
  std::optional<Recovered> recovered;
  if (auto refusal = state->recover_state(recovered)) return {nullptr, std::move(*refusal)};
  state->assemble(std::move(*recovered));
  if (auto refusal = state->listen()) {
    const Service ends(std::move(state));
    return {nullptr, std::move(*refusal)};
  }
  return {std::unique_ptr<Service>(new Service(std::move(state))), {}};
}

std::string Service::url() const {
  const bool six = state_->host.find(':') != std::string::npos;
  return "http://" + (six ? '[' + state_->host + ']' : state_->host) + ':' +
         std::to_string(state_->port);
}

std::uint16_t Service::port() const { return state_->port; }

void Service::run() {
  auto& state = *state_;
  state.io.restart();  // goes_on() may have left it stopped
  state.accept();
  state.each_second();
  state.check_entries();
  state.io.run();
}

void Service::stop() {
  net::post(state_->io, [state = state_.get()] { state->begin_stop(); });
}

void Service::reload() { state_->watcher->poke(); }

}  // namespace assist::server

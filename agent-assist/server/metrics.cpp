#include "server/metrics.hpp"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>
#include <vector>

namespace assist::server {
namespace {

using prometheus::ClientMetric;
using prometheus::Histogram;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr const char* kPrefix = "agent_assist_";

// Seconds: from what a quiet service needs to what nobody would wait for.
const Histogram::BucketBoundaries kSeconds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
const Histogram::BucketBoundaries kItems = {0, 1, 4, 16, 64, 256, 1024, 4096, 16384};

double seconds(Metrics::Length length) { return std::chrono::duration<double>(length).count(); }

MetricFamily family(const char* name, const char* help, MetricType type, double value) {
  ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {std::string(kPrefix) + name, help, type, {metric}};
}

template <class Number>
MetricFamily counter(const char* name, const char* help, const Number& value) {
  return family(name, help, MetricType::Counter, static_cast<double>(value));
}

template <class Number>
MetricFamily gauge(const char* name, const char* help, const Number& value) {
  return family(name, help, MetricType::Gauge, static_cast<double>(value));
}

std::vector<MetricFamily> counted_by_partition(const Partition::Figures& figures) {
  return {
      counter("events_accepted_total", "Events taken in.", figures.events),
      counter("events_duplicate_total", "Events delivered again.", figures.duplicates),
      counter("events_rejected_total", "Events refused.", figures.rejected),
      counter("texts_cut_total", "Utterances longer than the limit.", figures.texts_cut),
      counter("suggestions_raised_total", "Suggestions raised.", figures.raised),
      counter("suggestions_changed_total", "Suggestions whose texts changed.", figures.changed),
      counter("suggestions_withdrawn_total", "Suggestions withdrawn.", figures.withdrawn),
      counter("feedback_total", "Feedback taken in.", figures.feedback),
      counter("rule_reloads_total", "Rule sets taken over.", figures.reloads),
      gauge("calls_live", "Calls in progress.", figures.live_calls),
  };
}

std::vector<MetricFamily> counted_elsewhere(const Metrics::Figures& figures) {
  const auto& commits = figures.commits;
  return {
      counter("journal_commits_total", "Commits of the journal.", commits.commits),
      counter("journal_entries_total", "Entries committed.", commits.entries),
      counter("journal_failures_total", "Commits that failed.", commits.failures),
      counter("journal_commit_seconds_total", "Time spent in commits.",
              seconds(commits.time_in_commits)),
      gauge("journal_pending_bytes", "Waiting for a commit.", commits.pending_bytes),
      gauge("connections", "Open connections.", figures.connections),
      counter("connections_refused_total", "Connections beyond the limit.",
              figures.connections_refused),
      gauge("screens", "Open screens of agents.", figures.screens),
      counter("screen_overruns_total",
              "Screens that read too slowly and were sent a fresh welcome.",
              figures.screen_overruns),
      gauge("events_under_way_bytes", "Events between a socket and the engine.",
            figures.bytes_under_way),
      gauge("engine_queue_messages", "Messages of events that wait for the engine.",
            figures.deliveries_waiting),
      gauge("screens_queue_outputs", "What the engine decided, waiting for the sockets.",
            figures.outputs_waiting),
  };
}

std::vector<MetricFamily> counted_of_snapshots(const Snapshots::Figures& figures) {
  std::vector<MetricFamily> out = {
      counter("snapshots_total", "Snapshots saved.", figures.saved),
      counter("snapshot_failures_total", "Snapshots that could not be saved.", figures.failures),
      gauge("snapshot_bytes", "Size of the last snapshot.", figures.bytes),
      gauge("snapshot_pause_seconds", "For which the last snapshot held up the engine.",
            seconds(figures.pause)),
  };
  if (figures.last)
    out.push_back(
        gauge("snapshot_age_seconds", "Since the last snapshot was saved.",
              seconds(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) -
                      *figures.last)));
  return out;
}

std::vector<MetricFamily> counted_of_the_journal(const EntryCheck::Figures& figures) {
  return {
      gauge("journal_entries_unchecked",
            "Entries that the snapshot has in it, not yet held against their checksums.",
            figures.to_check - figures.checked),
      gauge("journal_damaged", "1: an entry that the snapshot has in it is damaged.",
            figures.damaged ? 1 : 0),
  };
}

}  // namespace

struct Metrics::State {
  Histogram& add(const char* name, const char* help, const Histogram::BucketBoundaries& bounds) {
    return prometheus::BuildHistogram()
        .Name(std::string(kPrefix) + name)
        .Help(help)
        .Register(registry)
        .Add({}, bounds);
  }

  prometheus::Registry registry;
  Histogram& on_screen = add("receipt_to_screen_seconds",
                             "From an event's receipt to what it changes on a screen.", kSeconds);
  Histogram& durable =
      add("receipt_to_durable_seconds", "From a message's receipt to its commit.", kSeconds);
  Histogram& commit = add("journal_commit_seconds", "Length of a commit.", kSeconds);
  Histogram& engine_queue = add(
      "engine_queue_depth_messages",
      "Messages of events that waited for the engine, at each look at what it decided.", kItems);
  Histogram& screens_queue =
      add("screens_queue_depth_outputs", "What waited for the sockets, at each look.", kItems);
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::on_screen(Length since) { state_->on_screen.Observe(seconds(since)); }
void Metrics::durable(Length since) { state_->durable.Observe(seconds(since)); }
void Metrics::committed(Length took) { state_->commit.Observe(seconds(took)); }
void Metrics::engine_queue(std::size_t messages) {
  state_->engine_queue.Observe(static_cast<double>(messages));
}
void Metrics::screens_queue(std::size_t outputs) {
  state_->screens_queue.Observe(static_cast<double>(outputs));
}

std::string Metrics::text(const Figures& figures) const {
  auto families = counted_by_partition(figures.partition);
  for (auto& one : counted_elsewhere(figures)) families.push_back(std::move(one));
  for (auto& one : counted_of_snapshots(figures.snapshots)) families.push_back(std::move(one));
  for (auto& one : counted_of_the_journal(figures.entry_check)) families.push_back(std::move(one));
  for (auto& one : state_->registry.Collect()) families.push_back(std::move(one));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace assist::server

#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "journal/committer.hpp"
#include "server/http.hpp"
#include "server/partition.hpp"

namespace assist::server {

/// What an operator asks: is it alive, is it ready, how much does it do. Any thread may report.
class Status {
 public:
  void journal_failed(std::string why);
  void journal_works();
  void rules_refused(std::vector<std::string> errors);
  void rules_taken();
  void draining();

  /// 200, or 503 with the reasons. Refused rules are told, but the service is ready: the rules
  /// before them run.
  Response ready() const;

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> journal_error_;
  std::vector<std::string> rule_errors_;
  bool draining_ = false;
};

/// What metrics are taken from beside the partition's figures.
struct Gauges {
  std::size_t connections = 0, screens = 0, bytes_under_way = 0;
};

/// The Prometheus text format, version 0.0.4.
std::string metrics(const Partition::Figures& figures, const journal::Committer::Figures& commits,
                    const Gauges& gauges);

}  // namespace assist::server

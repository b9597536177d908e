#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/http.hpp"

namespace assist::server {

/// What an operator asks: is it alive, is it ready. Any thread may report.
class Status {
 public:
  void journal_failed(std::string why);
  void journal_works();
  /// Entries that the state has in it already: events are taken in and acknowledged all the same.
  void journal_damaged(std::string what);
  void rules_refused(std::vector<std::string> errors);
  void rules_taken();
  void draining();

  /// 200, or 503 with the reasons. Refused rules are told, but the service is ready: the rules
  /// before them run.
  Response ready() const;

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> journal_error_, journal_damage_;
  std::vector<std::string> rule_errors_;
  bool draining_ = false;
};

}  // namespace assist::server

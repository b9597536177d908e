#include "server/status.hpp"

#include "events/write.hpp"

namespace assist::server {

void Status::journal_failed(std::string why) {
  const std::lock_guard lock(mutex_);
  journal_error_ = std::move(why);
}

void Status::journal_works() {
  const std::lock_guard lock(mutex_);
  journal_error_.reset();
}

void Status::journal_damaged(std::string what) {
  const std::lock_guard lock(mutex_);
  journal_damage_ = std::move(what);
}

void Status::rules_refused(std::vector<std::string> errors) {
  const std::lock_guard lock(mutex_);
  rule_errors_ = std::move(errors);
}

void Status::rules_taken() {
  const std::lock_guard lock(mutex_);
  rule_errors_.clear();
}

void Status::draining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

Response Status::ready() const {
  const std::lock_guard lock(mutex_);
  std::string told = R"("rule_errors":[)";
  for (const auto& error : rule_errors_) {
    events::append_json_string(told, error);
    told += ',';
  }
  if (told.back() == ',') told.pop_back();
  told += ']';
  if (journal_damage_) {
    told += R"(,"journal_damage":)";
    events::append_json_string(told, *journal_damage_);
  }
  if (journal_error_) {
    return problem(
        503, "events cannot be made durable and are not acknowledged: " + *journal_error_, told);
  }
  if (draining_) return problem(503, "the service is going down", told);
  Response response;
  response.body = R"({"status":"ready",)" + told + '}';
  return response;
}

}  // namespace assist::server

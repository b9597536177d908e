#pragma once

#include <cstdint>
#include <deque>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/prefetch.hpp"
#include "events/event.hpp"

namespace assist::facts {

/// A call's own events, in the order of arrival, in one string: what a late event folds anew, and
/// where events_within() and customer_said() look. About 15 bytes an event and its texts.
class CallLog {
 public:
  CallLog() = default;
  /// Its bytes are of `memory`, which outlives it.
  explicit CallLog(std::pmr::memory_resource* memory) : bytes_(memory) {}

  /// Memory to work in.
  struct Scratch {
    std::string record, words;
  };
  /// What of an event bears on facts; of what was said its words (see fold_words()), which are
  /// returned, good until the next one.
  std::string_view append(const events::Event& event, Scratch& scratch);

  /// All events, sorted by time (ties: order of arrival). Views are good while both the log and
  /// `memory` stand unchanged.
  struct Memory {
    std::deque<std::vector<events::JsonMember>> members;
    std::deque<std::vector<events::Json>> items;
  };
  std::vector<events::Event> sorted(Memory& memory) const;

  /// One after the other, in the order of arrival, without decoding: `payload` is opaque but of
  /// call.said, where it is a byte for the speaker and the words.
  struct Record {
    events::EventType type;
    Time time;
    std::string_view payload;
  };
  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) {}
    bool operator!=(const Iterator& other) const { return rest_.size() != other.rest_.size(); }
    Record operator*() const;
    Iterator& operator++();

   private:
    std::string_view rest_;
  };
  Iterator begin() const { return Iterator(raw()); }
  Iterator end() const { return Iterator({}); }

  /// Whether any of `speaker`'s utterances holds `phrase` (as fold_words() made it).
  bool said(events::Speaker speaker, std::string_view phrase) const;

  /// Asks for the memory that the next event goes to; where it will have to move for it, for all.
  void prefetch() const {
    assist::prefetch(bytes_.end());
    if (bytes_.capacity() - bytes_.size() < kUsual)
      assist::prefetch(bytes_.view().data(), bytes_.size());
  }
  std::size_t bytes() const { return bytes_.capacity(); }

  /// What append() wrote, to be kept and taken up again. False, and the log is empty: `bytes` are
  /// no such thing.
  std::string_view raw() const { return bytes_.view(); }
  bool restore(std::string_view bytes);

 private:
  static constexpr std::size_t kUsual = 48;
  Bytes bytes_;
};

}  // namespace assist::facts

#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <utility>

#include "base/free_lists.hpp"
#include "base/prefetch.hpp"

namespace assist::facts {

class Names;

/// A text that many facts hold (a queue's name, an area): kept once in its pool, for as long as
/// anybody holds it. Eight bytes; equal ones of a pool are told by their address. Not thread-safe.
class Name {
 public:
  Name() = default;
  Name(const Name& other) : kept_(other.kept_) {
    if (kept_ != nullptr) ++kept_->holders;
  }
  Name(Name&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)) {}
  Name& operator=(Name other) noexcept {
    std::swap(kept_, other.kept_);
    return *this;
  }
  ~Name() {
    if (kept_ != nullptr && --kept_->holders == 0) release();
  }

  bool empty() const { return kept_ == nullptr; }
  /// Asks for the memory of its text, which will be read soon.
  void prefetch() const { assist::prefetch(kept_); }
  std::string_view text() const { return kept_ == nullptr ? std::string_view() : kept_->text(); }
  operator std::string_view() const { return text(); }

  /// Of one pool.
  friend bool operator==(const Name& a, const Name& b) { return a.kept_ == b.kept_; }
  friend bool operator==(const Name& a, std::string_view b) { return a.text() == b; }
  /// For sets of names of one pool: quick, but of another order each time.
  struct AddressHash {
    std::size_t operator()(const Name& name) const {
      return reinterpret_cast<std::uintptr_t>(name.kept_) / alignof(std::max_align_t);
    }
  };
  friend std::ostream& operator<<(std::ostream& out, const Name& name) {
    return out << name.text();
  }

 private:
  friend class Names;
  /// Its text stands right behind it.
  struct Kept {
    Names* pool;
    std::uint32_t holders;
    std::uint32_t size;
    std::string_view text() const { return {reinterpret_cast<const char*>(this + 1), size}; }
    std::size_t bytes() const { return sizeof(Kept) + size; }
  };
  explicit Name(Kept* kept) : kept_(kept) {}
  void release();

  Kept* kept_ = nullptr;  // nullptr: ""
};

/// The pool of names. It outlives them.
class Names {
 public:
  Names() = default;
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;
  ~Names();

  Name of(std::string_view text);
  std::size_t size() const { return kept_.size(); }

 private:
  friend class Name;
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
    std::size_t operator()(const Name::Kept* kept) const { return (*this)(kept->text()); }
  };
  struct Equal {
    using is_transparent = void;
    static std::string_view text(std::string_view text) { return text; }
    static std::string_view text(const Name::Kept* kept) { return kept->text(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return text(a) == text(b);
    }
  };

  FreeLists memory_;
  boost::unordered_flat_set<Name::Kept*, Hash, Equal> kept_;
};

}  // namespace assist::facts

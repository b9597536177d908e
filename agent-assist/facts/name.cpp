#include "facts/name.hpp"

#include <xxhash.h>

#include <cstring>
#include <new>

namespace assist::facts {

std::size_t Names::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

Names::~Names() {
  for (Name::Kept* kept : kept_) memory_.deallocate(kept, kept->bytes(), alignof(Name::Kept));
}

Name Names::of(std::string_view text) {
  if (text.empty()) return {};
  const auto found = kept_.find(text);
  if (found != kept_.end()) {
    ++(*found)->holders;
    return Name(*found);
  }
  void* const memory = memory_.allocate(sizeof(Name::Kept) + text.size(), alignof(Name::Kept));
  auto* const made = new (memory) Name::Kept{this, 1, static_cast<std::uint32_t>(text.size())};
  std::memcpy(made + 1, text.data(), text.size());
  kept_.insert(made);
  return Name(made);
}

void Name::release() {
  kept_->pool->kept_.erase(kept_);
  kept_->pool->memory_.deallocate(kept_, kept_->bytes(), alignof(Kept));
}

}  // namespace assist::facts

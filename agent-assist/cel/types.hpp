#pragma once

// Types while they are being deduced: numbers into a pool, so that a check allocates little.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cel/type.hpp"

namespace assist::cel {

using TypeId = std::uint32_t;
inline constexpr TypeId kNoType = UINT32_MAX;

inline bool is_number(Type::Of of) {
  return of == Type::Of::int_ || of == Type::Of::uint_ || of == Type::Of::double_;
}

class TypePool {
 public:
  TypePool();

  /// Types without parameters are always there, at the place of their Of.
  static constexpr TypeId of(Type::Of of) { return static_cast<TypeId>(of); }
  TypeId make(Type::Of of, std::span<const TypeId> parameters, const Type* declared = nullptr);
  TypeId list(TypeId element) { return make(Type::Of::list_, {&element, 1}); }
  TypeId optional(TypeId held) { return make(Type::Of::optional_, {&held, 1}); }
  TypeId map(TypeId key, TypeId value) {
    const TypeId both[] = {key, value};
    return make(Type::Of::map_, both);
  }
  TypeId variable();  // stands for a type not known yet
  /// A declared type; its parameters become the variables in `names`, made as they are met.
  struct Named {
    std::string_view name;
    TypeId variable;
  };
  TypeId from(const Type& type, std::vector<Named>& names);
  TypeId from(const Type& type) {
    std::vector<Named> none;
    return from(type, none);
  }
  Type to(TypeId id);  // variables that are still open are dyn

  /// What is known of it now: variables that stand for something are that.
  TypeId resolve(TypeId id) const;
  Type::Of kind(TypeId id) const { return nodes_[resolve(id)].of; }
  TypeId parameter(TypeId id, std::size_t i) const {
    const Item& n = nodes_[resolve(id)];
    return i < n.count ? parameters_[n.first + i] : of(Type::Of::dyn);
  }
  const Type* declared(TypeId id) const { return nodes_[resolve(id)].declared; }

  /// May a value of type `a` stand where `b` is due, and the other way round? Binds variables;
  /// where it fails they may be left bound: see mark().
  bool assignable(TypeId a, TypeId b);
  /// The more general of two that are assignable.
  TypeId most_general(TypeId a, TypeId b) const;
  bool same(TypeId a, TypeId b) const;
  bool is_dyn(TypeId id) const;

  /// A state to come back to.
  struct Mark {
    std::size_t log;
  };
  Mark mark() const { return {log_.size()}; }
  void back_to(Mark mark);

 private:
  struct Item {
    Type::Of of;
    std::uint32_t first = 0, count = 0;
    TypeId bound = UINT32_MAX;       // of a variable
    const Type* declared = nullptr;  // of object_, abstract_ and wrapper_
  };
  bool is_variable(TypeId id) const { return nodes_[id].of == Type::Of::parameter_; }
  bool substitute(TypeId type, TypeId variable, bool& bound_before);
  bool occurs(TypeId variable, TypeId in) const;
  void bind(TypeId variable, TypeId to);

  std::vector<Item> nodes_;
  std::vector<TypeId> parameters_;
  std::vector<std::pair<TypeId, TypeId>> log_;  // variable, what it was bound to before
};

}  // namespace assist::cel

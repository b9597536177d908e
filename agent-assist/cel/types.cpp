#include "cel/types.hpp"

namespace assist::cel {

using Of = Type::Of;

TypePool::TypePool() {
  nodes_.reserve(96);
  for (int i = 0; i <= static_cast<int>(Of::error_); ++i) {
    nodes_.push_back({static_cast<Of>(i), 0, 0, UINT32_MAX, nullptr});
  }
}

TypeId TypePool::make(Of of, std::span<const TypeId> parameters, const Type* declared) {
  Item item{of, static_cast<std::uint32_t>(parameters_.size()),
            static_cast<std::uint32_t>(parameters.size()), UINT32_MAX, declared};
  for (const TypeId p : parameters) parameters_.push_back(p);
  nodes_.push_back(item);
  return static_cast<TypeId>(nodes_.size() - 1);
}

TypeId TypePool::variable() {
  nodes_.push_back({Of::parameter_, 0, 0, UINT32_MAX, nullptr});
  return static_cast<TypeId>(nodes_.size() - 1);
}

TypeId TypePool::from(const Type& type, std::vector<Named>& names) {
  switch (type.of()) {
    case Of::parameter_: {
      for (const Named& n : names) {
        if (n.name == type.name()) return n.variable;
      }
      const TypeId id = variable();
      names.push_back({type.name(), id});
      return id;
    }
    case Of::list_:
    case Of::map_:
    case Of::type_:
    case Of::optional_:
    case Of::object_:
    case Of::wrapper_:
    case Of::abstract_: {
      TypeId parameters[8];
      std::size_t count = 0;
      for (const Type& p : type.parameters()) {
        if (count < 8) parameters[count++] = from(p, names);
      }
      return make(type.of(), {parameters, count}, &type);
    }
    default:
      return of(type.of());
  }
}

Type TypePool::to(TypeId id) {
  id = resolve(id);
  const Item item = nodes_[id];
  const auto p = [&](std::size_t i) { return to(parameter(id, i)); };
  switch (item.of) {
    case Of::parameter_:
    case Of::dyn:
      return Type::dyn();
    case Of::null_:
      return Type::null();
    case Of::bool_:
      return Type::boolean();
    case Of::int_:
      return Type::integer();
    case Of::uint_:
      return Type::unsigned_integer();
    case Of::double_:
      return Type::number();
    case Of::string_:
      return Type::string();
    case Of::bytes_:
      return Type::bytes();
    case Of::timestamp_:
      return Type::timestamp();
    case Of::duration_:
      return Type::duration();
    case Of::ip_:
      return Type::ip();
    case Of::cidr_:
      return Type::cidr();
    case Of::list_:
      return Type::list(p(0));
    case Of::map_:
      return Type::map(p(0), p(1));
    case Of::type_:
      return Type::type(p(0));
    case Of::optional_:
      return Type::optional(p(0));
    case Of::wrapper_:
      return Type::wrapper(p(0));
    case Of::object_:
      return *item.declared;
    case Of::abstract_: {
      std::vector<Type> parameters;
      for (std::size_t i = 0; i < item.count; ++i) parameters.push_back(p(i));
      return Type::abstract(item.declared->name(), std::move(parameters));
    }
    case Of::error_:
      return Type::error();
  }
  return Type::dyn();
}

TypeId TypePool::resolve(TypeId id) const {
  while (nodes_[id].of == Of::parameter_ && nodes_[id].bound != UINT32_MAX) id = nodes_[id].bound;
  return id;
}

void TypePool::bind(TypeId variable, TypeId to) {
  log_.push_back({variable, nodes_[variable].bound});
  nodes_[variable].bound = to;
}

void TypePool::back_to(Mark mark) {
  while (log_.size() > mark.log) {
    nodes_[log_.back().first].bound = log_.back().second;
    log_.pop_back();
  }
}

bool TypePool::occurs(TypeId variable, TypeId in) const {
  in = resolve(in);
  if (in == variable) return true;
  const Item& item = nodes_[in];
  for (std::size_t i = 0; i < item.count; ++i) {
    if (occurs(variable, parameters_[item.first + i])) return true;
  }
  return false;
}

bool TypePool::is_dyn(TypeId id) const {
  const Of k = kind(id);
  return k == Of::dyn || k == Of::error_;
}

bool TypePool::same(TypeId a, TypeId b) const {
  a = resolve(a);
  b = resolve(b);
  if (a == b) return true;
  const Item &x = nodes_[a], &y = nodes_[b];
  if (x.of != y.of || x.of == Of::parameter_ || x.count != y.count) return false;
  if (x.of == Of::object_) return x.declared->struct_type() == y.declared->struct_type();
  if (x.of == Of::abstract_ && x.declared->name() != y.declared->name()) return false;
  for (std::size_t i = 0; i < x.count; ++i) {
    if (!same(parameters_[x.first + i], parameters_[y.first + i])) return false;
  }
  return true;
}

/// Is `type` a possible meaning of `variable`? Binds it where it is open, and makes its meaning
/// more general where it has one that goes with `type`.
bool TypePool::substitute(TypeId type, TypeId variable, bool& bound_before) {
  bound_before = false;
  const TypeId meaning = nodes_[variable].bound;
  if (meaning != UINT32_MAX) {
    bound_before = true;
    if (same(type, meaning)) return true;
    if (!assignable(type, meaning)) return false;
    const TypeId general = most_general(type, meaning);
    if (!occurs(variable, general) && resolve(general) != resolve(meaning)) bind(variable, general);
    return true;
  }
  if (resolve(type) == variable) return true;
  if (occurs(variable, type)) return false;
  bind(variable, type);
  return true;
}

namespace {
/// Types of which null is a value: as protobuf's wrappers and messages are.
bool nullable(Of of) {
  return of == Of::null_ || of == Of::wrapper_ || of == Of::object_ || of == Of::abstract_ ||
         of == Of::optional_ || of == Of::timestamp_ || of == Of::duration_ || of == Of::dyn;
}
}  // namespace

bool TypePool::assignable(TypeId a, TypeId b) {
  if (a == b) return true;
  if (is_variable(b)) {
    bool bound = false;
    if (substitute(a, b, bound)) return true;
    if (bound) return false;
  }
  if (is_variable(a)) {
    bool bound = false;
    return substitute(b, a, bound);
  }
  if (is_dyn(a) || is_dyn(b)) return true;
  const Item x = nodes_[a], y = nodes_[b];
  if (x.of == Of::null_) return nullable(y.of);
  if (y.of == Of::null_) return nullable(x.of);
  if (x.of == Of::wrapper_ && y.of != Of::wrapper_) return assignable(parameter(a, 0), b);
  if (y.of == Of::wrapper_ && x.of != Of::wrapper_) return assignable(a, parameter(b, 0));
  if (x.of != y.of) return false;
  if (x.of == Of::type_) return true;
  if (x.of == Of::object_) return x.declared->struct_type() == y.declared->struct_type();
  if (x.of == Of::abstract_ && x.declared->name() != y.declared->name()) return false;
  if (x.count != y.count) return false;
  for (std::size_t i = 0; i < x.count; ++i) {
    if (!assignable(parameters_[x.first + i], parameters_[y.first + i])) return false;
  }
  return true;
}

TypeId TypePool::most_general(TypeId a, TypeId b) const {
  const Of x = kind(a), y = kind(b);
  if (x == Of::dyn || x == Of::parameter_) return a;
  if (y == Of::dyn || y == Of::parameter_) return b;
  // Null goes with the type that it is a value of, which says more.
  if (x == Of::null_ && y != Of::null_) return b;
  if (y == Of::null_ && x != Of::null_) return a;
  if (x == Of::wrapper_ && y != Of::wrapper_) return a;
  if (x != y) return b;
  const Item& item = nodes_[resolve(a)];
  if (x == Of::type_) return a;
  for (std::size_t i = 0; i < item.count; ++i) {
    const TypeId p = parameter(a, i), q = parameter(b, i);
    if (!same(p, q) && resolve(most_general(p, q)) != resolve(p)) return b;
  }
  return a;
}

}  // namespace assist::cel

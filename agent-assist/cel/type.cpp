#include "cel/type.hpp"

#include "cel/text.hpp"

namespace assist::cel {

struct Type::Detail {
  std::string name;
  std::vector<Type> parameters;
  const StructType* object = nullptr;
};

Type::Type(Of of, std::string name, std::vector<Type> parameters)
    : of_(of),
      detail_(std::make_shared<Detail>(Detail{std::move(name), std::move(parameters), nullptr})) {}

Type Type::object(const StructType& type) {
  Type result(Of::object_);
  result.detail_ = std::make_shared<Detail>(Detail{type.name, {}, &type});
  return result;
}

const std::vector<Type>& Type::parameters() const {
  static const std::vector<Type> kNone;
  return detail_ ? detail_->parameters : kNone;
}

const std::string& Type::name() const {
  static const std::string kNone;
  return detail_ ? detail_->name : kNone;
}

const StructType* Type::struct_type() const { return detail_ ? detail_->object : nullptr; }

Type Type::element() const { return parameters().empty() ? Type::dyn() : parameters().back(); }

bool operator==(const Type& a, const Type& b) {
  return a.of_ == b.of_ && a.name() == b.name() && a.struct_type() == b.struct_type() &&
         a.parameters() == b.parameters();
}

std::string Type::to_string() const {
  const auto with_parameters = [&](std::string text) {
    if (parameters().empty()) return text;
    text += "(";
    for (std::size_t i = 0; i < parameters().size(); ++i) {
      text += (i > 0 ? ", " : "") + parameters()[i].to_string();
    }
    return text + ")";
  };
  switch (of_) {
    case Of::dyn:
      return "dyn";
    case Of::null_:
      return "null_type";
    case Of::bool_:
      return "bool";
    case Of::int_:
      return "int";
    case Of::uint_:
      return "uint";
    case Of::double_:
      return "double";
    case Of::string_:
      return "string";
    case Of::bytes_:
      return "bytes";
    case Of::timestamp_:
      return "timestamp";
    case Of::duration_:
      return "duration";
    case Of::list_:
      return with_parameters("list");
    case Of::map_:
      return with_parameters("map");
    case Of::type_:
      return with_parameters("type");
    case Of::optional_:
      return with_parameters("optional_type");
    case Of::ip_:
      return "net.IP";
    case Of::cidr_:
      return "net.CIDR";
    case Of::wrapper_:
      return with_parameters("wrapper");
    case Of::error_:
      return "error";
    case Of::object_:
    case Of::abstract_:
    case Of::parameter_:
      return with_parameters(name());
  }
  return "";
}

namespace {
std::string list_in_words(const Type& element) {
  switch (element.of()) {
    case Type::Of::int_:
    case Type::Of::uint_:
    case Type::Of::double_:
      return "a list of numbers";
    case Type::Of::string_:
      return "a list of text";
    case Type::Of::timestamp_:
      return "a list of moments";
    case Type::Of::duration_:
      return "a list of lengths of time";
    case Type::Of::object_:
      return "a list of " + element.name() + "s";
    default:
      return "a list";
  }
}
}  // namespace

std::string Type::in_words() const {
  switch (of_) {
    case Of::dyn:
    case Of::error_:
    case Of::parameter_:
      return "any value";
    case Of::null_:
      return "null";
    case Of::bool_:
      return "true or false";
    case Of::int_:
    case Of::uint_:
    case Of::double_:
      return "a number";
    case Of::string_:
      return "text";
    case Of::bytes_:
      return "bytes";
    case Of::timestamp_:
      return "a moment";
    case Of::duration_:
      return "a length of time";
    case Of::list_:
      return list_in_words(element());
    case Of::map_:
      return "a map";
    case Of::type_:
      return "a type";
    case Of::optional_:
      return "an optional value";
    case Of::ip_:
      return "an IP address";
    case Of::cidr_:
      return "a network";
    case Of::wrapper_:
      return element().in_words() + " or null";
    case Of::object_:
    case Of::abstract_:
      return with_article(name());
  }
  return "";
}

namespace {

class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}
  std::optional<Type> run() {
    auto type = read(0);
    return type && at_ == text_.size() ? type : std::nullopt;
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::optional<Type> read(int depth) {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '(' && text_[at_] != ')' && text_[at_] != ',' &&
           text_[at_] != ' ') {
      ++at_;
    }
    const std::string name(text_.substr(begin, at_ - begin));
    if (name.empty() || depth > 50) return std::nullopt;
    std::vector<Type> parameters;
    if (take('(')) {
      do {
        auto parameter = read(depth + 1);
        if (!parameter) return std::nullopt;
        parameters.push_back(std::move(*parameter));
      } while (take(','));
      if (!take(')')) return std::nullopt;
    }
    skip();
    return make(name, std::move(parameters));
  }
  static std::optional<Type> make(const std::string& name, std::vector<Type> p) {
    if (p.empty()) {
      if (name == "dyn" || name == "any") return Type::dyn();
      if (name == "null_type") return Type::null();
      if (name == "bool") return Type::boolean();
      if (name == "int") return Type::integer();
      if (name == "uint") return Type::unsigned_integer();
      if (name == "double") return Type::number();
      if (name == "string") return Type::string();
      if (name == "bytes") return Type::bytes();
      if (name == "timestamp" || name == "google.protobuf.Timestamp") return Type::timestamp();
      if (name == "duration" || name == "google.protobuf.Duration") return Type::duration();
      if (name == "net.IP") return Type::ip();
      if (name == "net.CIDR") return Type::cidr();
      if (name == "type") return Type::type(Type::dyn());
      if (name == "list") return Type::list(Type::dyn());
      if (name == "map") return Type::map(Type::dyn(), Type::dyn());
      if (name == "optional_type") return Type::optional(Type::dyn());
      return Type::parameter(name);
    }
    if (name == "list" && p.size() == 1) return Type::list(p[0]);
    if (name == "map" && p.size() == 2) return Type::map(p[0], p[1]);
    if (name == "type" && p.size() == 1) return Type::type(p[0]);
    if (name == "optional_type" && p.size() == 1) return Type::optional(p[0]);
    if (name == "wrapper" && p.size() == 1) return Type::wrapper(p[0]);
    return Type::abstract(name, std::move(p));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Type> parse_type(std::string_view text) { return TypeReader(text).run(); }

}  // namespace assist::cel

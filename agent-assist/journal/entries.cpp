#include "journal/entries.hpp"

#include <boost/json.hpp>

namespace assist::journal {
namespace {

namespace json = boost::json;

Error unreadable(std::string_view what) {
  return {ErrorCode::journal, "an entry of the journal holds no " + std::string(what), {}};
}

/// Reads members of one object; remembers whether any was missing or of another type.
class Reader {
 public:
  explicit Reader(const json::value& value) : object_(value.if_object()), good_(object_) {}

  void read(const char* name, std::string& out) {
    const auto* value = find(name);
    const auto* text = value ? value->if_string() : nullptr;
    if (text) out.assign(text->data(), text->size());
    good_ = good_ && text;
  }
  void read(const char* name, std::int64_t& out) {
    const auto* value = find(name);
    const auto* number = value ? value->if_int64() : nullptr;
    if (number) out = *number;
    good_ = good_ && number;
  }
  /// nullptr: there is no such member.
  const json::value* find(const char* name) const {
    return object_ ? object_->if_contains(name) : nullptr;
  }
  void read(const char* name, bool& out) {
    const auto* value = find(name);
    const auto* flag = value ? value->if_bool() : nullptr;
    if (flag) out = *flag;
    good_ = good_ && flag;
  }
  void read(const char* name, std::vector<std::string>& out) {
    each(name, [&](const json::value& item) {
      const auto* text = item.if_string();
      if (text) out.emplace_back(text->data(), text->size());
      return text != nullptr;
    });
  }
  /// Calls `take` with each item of a list; false from it: the item is not what it should be.
  template <class F>
  void each(const char* name, const F& take) {
    const auto* value = find(name);
    const auto* list = value ? value->if_array() : nullptr;
    good_ = good_ && list;
    for (std::size_t i = 0; good_ && i < list->size(); ++i) good_ = take((*list)[i]);
  }
  bool good() const { return good_; }

 private:
  const json::object* object_;
  bool good_;
};

json::value parse(std::string_view body) {
  boost::system::error_code ec;
  auto value = json::parse(json::string_view(body.data(), body.size()), ec);
  return ec ? json::value() : value;
}

json::array texts(const std::vector<std::string>& items) {
  json::array out;
  for (const auto& item : items) out.emplace_back(item);
  return out;
}

bool read_file(const json::value& value, std::vector<RuleSetRecord::File>& out) {
  Reader reader(value);
  RuleSetRecord::File file;
  reader.read("name", file.name);
  reader.read("text", file.text);
  out.push_back(std::move(file));
  return reader.good();
}

bool read_attribute(const json::value& value, std::vector<RuleSetRecord::Attribute>& out) {
  Reader reader(value);
  RuleSetRecord::Attribute attribute;
  reader.read("subject", attribute.subject);
  reader.read("name", attribute.name);
  reader.read("type", attribute.type);
  reader.read("allowed", attribute.allowed);
  reader.read("unit", attribute.unit);
  reader.read("label", attribute.label);
  out.push_back(std::move(attribute));
  return reader.good();
}

}  // namespace

std::string write_body(const Act& act) {
  return json::serialize(
      json::object{{"call", act.call}, {"suggestion", act.suggestion}, {"verdict", act.verdict}});
}

std::string write_body(const RuleSetRecord& record) {
  json::array files, attributes;
  for (const auto& file : record.files)
    files.push_back(json::object{{"name", file.name}, {"text", file.text}});
  for (const auto& a : record.attributes) {
    attributes.push_back(json::object{{"subject", a.subject},
                                      {"name", a.name},
                                      {"type", a.type},
                                      {"allowed", texts(a.allowed)},
                                      {"unit", a.unit},
                                      {"label", a.label}});
  }
  json::object out{{"version", record.version}};
  if (record.options) {
    out["options"] = json::object{{"max_visible", record.options->max_visible},
                                  {"silence_micros", record.options->silence_micros},
                                  {"contacts_kept_micros", record.options->contacts_kept_micros}};
  }
  out["any_step"] = record.any_step;
  out["steps"] = texts(record.steps);
  out["attributes_open"] = record.attributes_open;
  out["attributes"] = std::move(attributes);
  out["files"] = std::move(files);
  return json::serialize(out);
}

Result<Act> read_act(std::string_view body) {
  const auto value = parse(body);
  Reader reader(value);
  Act act;
  reader.read("call", act.call);
  reader.read("suggestion", act.suggestion);
  reader.read("verdict", act.verdict);
  if (!reader.good()) return unreadable("act");
  return act;
}

Result<RuleSetRecord> read_rule_set(std::string_view body) {
  const auto value = parse(body);
  Reader reader(value);
  RuleSetRecord record;
  reader.read("version", record.version);
  if (const auto* const given = reader.find("options")) {
    Reader options(*given);
    auto& read = record.options.emplace();
    options.read("max_visible", read.max_visible);
    options.read("silence_micros", read.silence_micros);
    options.read("contacts_kept_micros", read.contacts_kept_micros);
    if (!options.good()) return unreadable("rule set");
  }
  reader.read("any_step", record.any_step);
  reader.read("steps", record.steps);
  reader.read("attributes_open", record.attributes_open);
  reader.each("attributes",
              [&](const auto& item) { return read_attribute(item, record.attributes); });
  reader.each("files", [&](const auto& item) { return read_file(item, record.files); });
  if (!reader.good()) return unreadable("rule set");
  return record;
}

}  // namespace assist::journal

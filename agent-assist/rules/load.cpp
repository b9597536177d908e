#include "rules/load.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <unordered_map>

#include "rules/fields.hpp"
#include "rules/idle.hpp"
#include "rules/rule_reader.hpp"
#include "rules/seen.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

/// One file of the set, with what was found in it.
struct File {
  File(const SourceFile& file, Diagnostics& errors, Diagnostics* warnings)
      : name(file.name), source(file.path, file.text), reader(source, errors, warnings) {}

  std::string name;
  Source source;
  Reader reader;
  std::optional<Node> root;
  const Node* rules = nullptr;
  const Node* lists = nullptr;
};

/// Where a name that must be unique was seen first.
struct Seen {
  const File* file;
  std::size_t offset;
  bool certain = true;  // false: of what cannot be read; it may be the name of something else
};

std::string where(const Seen& seen) {
  const Place place = seen.file->source.place(seen.offset);
  return place.file + ", line " + std::to_string(place.line);
}

class Loader {
 public:
  Loader(std::vector<SourceFile> files, const LoadOptions& options)
      : sources_(std::move(files)), names_{options, {}, {}, {}} {
    std::sort(sources_.begin(), sources_.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.name < b.name; });
  }

  Loaded load(bool all_read) {
    for (const SourceFile& source : sources_) open(source);
    if (!all_read)
      for (const auto& file : files_) file->reader.report().leave_out_unknown_names();
    for (const auto& file : files_) collect(*file);
    declare();
    for (const auto& file : files_) read_rules(*file);
    find_circles();
    warn_of_situations();
    Loaded out;
    if (errors_.empty() && all_read) out.rules = finish();
    out.errors = in_order(errors_);
    out.warnings = in_order(warnings_);
    return out;
  }

 private:
  Diagnostics in_order(Diagnostics& diagnostics) const;
  void open(const SourceFile& source);
  void collect(File& file);
  void collect_lists(File& file);
  void collect_ids(File& file);
  void warn_of_alike(File& file, const Node& id);
  void salvage(const File& file, std::string_view text);
  void declare();
  void read_rules(File& file);
  void warn_of_situations();
  void find_circles();
  bool visit(RuleIndex rule, std::vector<RuleIndex>& path);
  void report_circle(const std::vector<RuleIndex>& members);
  std::shared_ptr<const RuleSet> finish();

  std::vector<SourceFile> sources_;
  std::vector<std::unique_ptr<File>> files_;
  Diagnostics errors_, warnings_;
  Names names_;
  std::unordered_map<std::string, Seen> ids_, lists_;
  std::unordered_map<std::string, std::pair<const Node*, Seen>> alike_;  // ids without their dashes
  std::shared_ptr<std::vector<cel::OwnedConstant>> list_values_ =
      std::make_shared<std::vector<cel::OwnedConstant>>();

  std::vector<std::optional<Rule>> rules_;         // by index; nullopt: it was refused
  std::vector<std::pair<File*, std::size_t>> at_;  // of the id of each
  std::vector<RuleIndex> order_;
  enum class Mark : std::uint8_t { fresh, open, done };
  std::vector<Mark> marks_;
  std::vector<bool> in_circle_;
};

Diagnostics Loader::in_order(Diagnostics& diagnostics) const {
  std::vector<std::string> paths;
  if (!diagnostics.empty())
    for (const SourceFile& source : sources_) paths.push_back(source.path);
  sort_and_unique(diagnostics, paths);
  return std::move(diagnostics);
}

void Loader::open(const SourceFile& source) {
  Diagnostics* const warnings = names_.options.warnings ? &warnings_ : nullptr;
  files_.push_back(std::make_unique<File>(source, errors_, warnings));
  File& file = *files_.back();
  file.root = yaml::read(file.source, file.reader.report());
}

/// Whether a file holds the keys of a rule, and no "rules:".
bool is_bare_rule(const Node& root) {
  const auto has = [&root](std::string_view key) {
    return std::any_of(root.entries.begin(), root.entries.end(),
                       [key](const yaml::Entry& entry) { return entry.key.text == key; });
  };
  return !has("rules") && has("id") && (has("title") || has("when"));
}

/// What other files may name: rule ids and lists.
void Loader::collect(File& file) {
  if (!file.root) return salvage(file, file.source.text());
  const Node& root = *file.root;
  if (root.is_scalar() && yaml::is_null(root)) return;  // an empty file holds no rules
  if (!root.is_map()) {
    file.reader.error(root,
                      "A rule file holds \"rules:\" with a list of rules below it, and may "
                      "hold \"lists:\".");
    if (!root.is_scalar()) salvage(file, file.source.text());
    return;
  }
  if (is_bare_rule(root)) {
    file.reader.error(
        root,
        "A rule stands in a list: write \"rules:\" on a line above it, and put it below "
        "that, indented, with a dash and a space before its first key.");
    return salvage(file, file.source.text());
  }
  Fields fields(file.reader, root, "a rule file", {"lists", "rules"});
  file.lists = fields.find("lists");
  file.rules = fields.find("rules");
  if (file.lists != nullptr) collect_lists(file);
  const std::string_view text = file.source.text();
  if (file.rules != nullptr && file.reader.is_list(*file.rules, "rules")) {
    collect_ids(file);
  } else if (file.rules != nullptr) {
    salvage(file, text.substr(file.rules->begin, file.rules->end - file.rules->begin));
    file.rules = nullptr;
  }
  if (root.broken || root.incomplete) return salvage(file, text);
  for (const yaml::Entry& entry : root.entries) {
    const Node& value = entry.value;
    if (value.broken) salvage(file, text.substr(value.begin, value.end - value.begin));
  }
}

bool is_list_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void Loader::collect_lists(File& file) {
  if (!file.reader.is_map(*file.lists, "lists")) return;
  for (const yaml::Entry& entry : file.lists->entries) {
    const std::string& name = entry.key.text;
    if (!is_list_name(name)) {
      file.reader.error(entry.key, in_quotes(name) +
                                       " cannot be the name of a list: use letters, "
                                       "digits, _ and -.");
      continue;
    }
    const auto [seen, fresh] = lists_.try_emplace(name, Seen{&file, entry.key.begin});
    const bool salvaged = !fresh && !seen->second.certain;
    if (salvaged) {
      seen->second = Seen{&file, entry.key.begin};
      std::erase_if(names_.lists, [&](const NamedList& list) { return list.name == name; });
    } else if (!fresh) {
      if (seen->second.file != &file)  // in one file the reader of YAML says it
        file.reader.error(entry.key, "There is a list " + in_quotes(name) + " already (" +
                                         where(seen->second) + ").");
      continue;
    }
    NamedList list{name, {}};
    if (yaml::is_null(entry.value) && !entry.value.broken) {
      file.reader.error(entry.key, "The list " + in_quotes(name) +
                                       " has nothing in it. Write its entries, or delete it.");
    } else if (file.reader.is_list(entry.value, name)) {
      for (const Node& item : entry.value.items) {
        const yaml::Scalar value = yaml::resolve(item);
        const bool null = std::holds_alternative<std::nullptr_t>(value);
        if (!item.is_scalar() || null || std::holds_alternative<yaml::Misfit>(value)) {
          file.reader.error(item, "A list holds texts, numbers, true and false.");
        } else if (!std::holds_alternative<std::string_view>(value) ||
                   (file.reader.text(item, name) &&
                    is_as_seen(file.reader, item, Compared::whole))) {
          list.values.push_back(value);
        }
      }
    }
    names_.lists.push_back(std::move(list));
  }
}

const Node* id_of(const Node& rule) {
  if (!rule.is_map()) return nullptr;
  for (const yaml::Entry& entry : rule.entries)
    if (entry.key.text == "id" && entry.value.is_scalar()) return &entry.value;
  return nullptr;
}

void Loader::collect_ids(File& file) {
  for (const Node& rule : file.rules->items) {
    const Node* id = rule.broken ? nullptr : id_of(rule);
    if (rule.broken || (rule.incomplete && id == nullptr))
      salvage(file, file.source.text().substr(rule.begin, rule.end - rule.begin));
    names_.rules.push_back(id != nullptr ? id->text : "");
    at_.emplace_back(&file, id != nullptr ? id->begin : rule.begin);
    if (id == nullptr || id->text.empty()) continue;
    const auto [seen, fresh] = ids_.try_emplace(id->text, Seen{&file, id->begin});
    if (!fresh && !seen->second.certain)
      seen->second = Seen{&file, id->begin};
    else if (!fresh)
      file.reader.error(*id, "There is a rule " + in_quotes(id->text) + " already (" +
                                 where(seen->second) + "). Each rule needs an id of its own.");
    else
      warn_of_alike(file, *id);
  }
}

/// `repeat-contact` beside `repeat_contact`.
void Loader::warn_of_alike(File& file, const Node& id) {
  std::string folded = id.text;
  std::replace(folded.begin(), folded.end(), '-', '_');
  const auto [seen, fresh] = alike_.try_emplace(folded, &id, Seen{&file, id.begin});
  if (!fresh && seen->second.first->text != id.text)
    file.reader.warn(id, "There is a rule " + in_quotes(seen->second.first->text) + " as well (" +
                             where(seen->second.second) +
                             "). Whoever names one may mean the other: give one another id.");
}

/// Of what cannot be read: what looks like ids and lists, so that other rules are not told that
/// these are missing. `text` is a part of the file's.
void Loader::salvage(const File& file, std::string_view text) {
  const char* const start = file.source.text().data();
  constexpr std::size_t kNowhere = SIZE_MAX;
  std::size_t suggest = kNowhere;  // how far the line is indented that it was seen in last
  std::size_t indent = 0;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\n{,");
    std::string_view line = text.substr(0, end);
    const bool line_start = text.data() == start || text.data()[-1] == '\n';
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto skip = [&line] {
      const std::size_t first = line.find_first_not_of(" \t-\"'");
      const std::size_t skipped = std::min(first, line.size());
      line.remove_prefix(skipped);
      return skipped;
    };
    const std::size_t skipped = skip();
    if (line_start) indent = skipped;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string key(line.substr(0, colon));
    line.remove_prefix(colon + 1);
    skip();
    const std::string value(
        line.substr(0, line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-")));
    const bool below_suggest = suggest != kNowhere && (!line_start || indent > suggest);
    if (!below_suggest) suggest = kNowhere;
    if (key == "suggest") suggest = indent;
    const Seen seen{&file, static_cast<std::size_t>(line.data() - start), !below_suggest};
    if (key == "id" && !value.empty() && ids_.try_emplace(value, seen).second) {
      names_.rules.push_back(value);
      at_.emplace_back(nullptr, 0);
    } else if (is_list_name(key) && lists_.try_emplace(key, Seen{&file, 0, false}).second) {
      names_.lists.push_back({key, {}});
    }
  }
}

cel::Value to_value(const yaml::Scalar& scalar) {
  if (const auto* text = std::get_if<std::string_view>(&scalar)) return cel::Value::string(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&scalar)) return cel::Value::integer(*whole);
  if (const auto* number = std::get_if<double>(&scalar)) return cel::Value::number(*number);
  if (const auto* yes = std::get_if<bool>(&scalar)) return cel::Value::boolean(*yes);
  return cel::Value::null();
}

void Loader::declare() {
  facts::declare_vocabulary(names_.env);
  std::set<std::string_view> declared;
  for (std::size_t i = 0; i < names_.rules.size(); ++i) {
    const std::string& id = names_.rules[i];
    if (id.empty() || !declared.insert(id).second) continue;
    names_.env.declare("situation." + id, cel::Type::boolean(),
                       facts::kSituationSlots + static_cast<std::uint32_t>(i));
  }
  for (const NamedList& list : names_.lists) {
    std::vector<cel::Value> values;
    for (const yaml::Scalar& scalar : list.values) values.push_back(to_value(scalar));
    cel::OwnedConstant constant(cel::Value::list(values));
    names_.env.declare_constant("lists." + list.name, cel::Type::list(cel::Type::dyn()), constant);
    list_values_->push_back(std::move(constant));
  }
}

void Loader::read_rules(File& file) {
  if (file.rules == nullptr) return;
  // Indexes were given in this order, with those of broken files among them.
  std::size_t index = 0;
  rules_.resize(names_.rules.size());
  for (const Node& node : file.rules->items) {
    if (file.reader.report().is_full()) return;  // nobody would read on
    auto rule = read_rule(file.reader, node, names_);
    if (rule) rule->file = file.name;
    while (at_[index].first != &file) ++index;
    rules_[index++] = std::move(rule);
  }
}

void Loader::warn_of_situations() {
  const auto is_off = [this](RuleIndex rule) {
    return rules_[rule] && rules_[rule]->mode == Mode::off;
  };
  for (RuleIndex i = 0; i < rules_.size(); ++i) {
    if (!rules_[i]) continue;
    const std::vector<RuleIndex>& read = rules_[i]->situations;
    if (std::none_of(read.begin(), read.end(), is_off)) continue;
    const auto& [file, id] = at_[i];
    for (const Node& rule : file->rules->items)
      if (rule.begin <= id && id < rule.end)
        warn_of_situations_off(file->reader, rule, *rules_[i], rules_);
  }
}

// Circles, and the order in which situations are decided.

void Loader::find_circles() {
  rules_.resize(names_.rules.size());
  marks_.assign(rules_.size(), Mark::fresh);
  in_circle_.assign(rules_.size(), false);
  std::vector<RuleIndex> path;
  for (RuleIndex i = 0; i < rules_.size(); ++i) visit(i, path);
}

/// Depth first; a rule is in order_ after those that it reads.
bool Loader::visit(RuleIndex start, std::vector<RuleIndex>& path) {
  // Not recursive: a chain of situations may be as long as there are rules.
  struct Frame {
    RuleIndex rule;
    std::size_t next;
  };
  if (marks_[start] != Mark::fresh) return true;
  std::vector<Frame> stack{{start, 0}};
  marks_[start] = Mark::open;
  path.assign(1, start);
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const auto& rule = rules_[frame.rule];
    if (!rule || frame.next == rule->situations.size()) {
      marks_[frame.rule] = Mark::done;
      order_.push_back(frame.rule);
      stack.pop_back();
      path.pop_back();
      continue;
    }
    const RuleIndex other = rule->situations[frame.next++];
    if (marks_[other] == Mark::open) {
      report_circle({std::find(path.begin(), path.end(), other), path.end()});
    } else if (marks_[other] == Mark::fresh) {
      marks_[other] = Mark::open;
      stack.push_back({other, 0});
      path.push_back(other);
    }
  }
  return true;
}

void Loader::report_circle(const std::vector<RuleIndex>& members) {
  const auto first = std::min_element(members.begin(), members.end());
  if (in_circle_[*first]) return;  // one error a circle's first rule
  in_circle_[*first] = true;
  std::vector<RuleIndex> ring(first, members.end());
  ring.insert(ring.end(), members.begin(), first);
  std::string text =
      "The situation " + in_quotes(names_.rules[*first]) + " depends on itself (a circle): ";
  for (const RuleIndex rule : ring) text += names_.rules[rule] + " needs ";
  text += names_.rules[*first] + ".";
  const auto& [file, offset] = at_[*first];
  if (file != nullptr) file->reader.error(offset, std::move(text));
}

// The set.

std::string version_of(const std::vector<SourceFile>& files) {
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  const auto add = [state](std::string_view text) {
    const std::string size = std::to_string(text.size()) + ":";
    XXH3_64bits_update(state, size.data(), size.size());
    XXH3_64bits_update(state, text.data(), text.size());
  };
  for (const SourceFile& file : files) {
    add(file.name);
    add(file.text);
  }
  const XXH64_hash_t hash = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  char hex[20];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

std::vector<Ranked> ranking_of(const std::vector<Rule>& rules) {
  std::vector<Ranked> out;
  for (RuleIndex r = 0; r < rules.size(); ++r)
    for (std::uint32_t s = 0; s < rules[r].suggestions.size(); ++s) out.push_back({r, s});
  std::stable_sort(out.begin(), out.end(), [&](const Ranked& a, const Ranked& b) {
    return rules[a.rule].suggestions[a.suggestion].priority <
           rules[b.rule].suggestions[b.suggestion].priority;
  });
  return out;
}

std::shared_ptr<const RuleSet> Loader::finish() {
  auto out = std::make_shared<RuleSet>();
  for (auto& rule : rules_) out->rules.push_back(std::move(*rule));
  out->order = std::move(order_);
  out->ranking = ranking_of(out->rules);
  for (std::size_t i = 0; i < names_.lists.size(); ++i)
    out->lists.emplace_back(names_.lists[i].name, (*list_values_)[i].value());
  out->list_memory = list_values_;
  out->version = version_of(sources_);
  return out;
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[] = {"say",         "suppress", "offer",
                                         "escalate_to", "ask",      "follow_up"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Priority priority) {
  constexpr std::string_view kNames[] = {"urgent", "high", "normal", "low"};
  return kNames[static_cast<std::size_t>(priority)];
}

std::string_view name_of(Mode mode) {
  constexpr std::string_view kNames[] = {"live", "shadow", "off"};
  return kNames[static_cast<std::size_t>(mode)];
}

Loaded load(std::vector<SourceFile> files, const LoadOptions& options) {
  return Loader(std::move(files), options).load(true);
}

Loaded load_beside_unreadable(std::vector<SourceFile> files, const LoadOptions& options) {
  return Loader(std::move(files), options).load(false);
}

}  // namespace assist::rules

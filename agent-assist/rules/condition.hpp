#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.hpp"
#include "rules/load.hpp"
#include "rules/reader.hpp"
#include "rules/rule_set.hpp"

namespace assist::rules {

/// A list of a rule file, with where its name stands.
struct NamedList {
  std::string name;
  std::vector<yaml::Scalar> values;  // views into the tree
};

/// What conditions and texts of a set are read against.
struct Names {
  const LoadOptions& options;
  cel::Env env;
  std::vector<std::string> rules;  // ids, by rule index
  std::vector<NamedList> lists;

  bool is_rule(std::string_view id) const;
  /// Of a call, a customer, an agent or a queue: `call.area`.
  bool is_fact(std::string_view name) const;
  const NamedList* list(std::string_view name) const;
  /// What is wrong with the name of a step; "": nothing.
  std::string wrong_step(std::string_view step) const;
  /// The same of a list that holds steps.
  std::string wrong_steps(const NamedList& list) const;
  const AttributeSpec* attribute(std::string_view subject, std::string_view name) const;
  /// Everything a plain leaf may name, for "did you mean".
  std::vector<std::string> facts() const;
};

/// ` is not a declared attribute.`, and what to do about it.
std::string undeclared(std::string_view name, const std::vector<std::string_view>& known);

/// Reads a `when`, or an entry of `unless`. What is wrong is reported; nullopt then.
std::optional<Condition> read_condition(Reader& reader, const yaml::Node& node, const Names& names);

/// Tells what is wrong further inside `node`, which stands where a condition or a list of them is
/// due and is wrong as a whole, which was told: all errors are told in one go.
void look_inside(Reader& reader, const yaml::Node& node, const Names& names);

/// "all", "any" and "none" by what other languages call them; "": it is no such name.
std::string_view group_meant_by(std::string_view key);

/// Whether it is the name of a test: `over`.
bool is_test(std::string_view name);

/// One plain leaf: `FACT: TEST`, or a word of the vocabulary.
std::optional<Condition> read_leaf(Reader& reader, const yaml::Entry& entry, const Names& names);

/// Compiles the expression that `node` holds from `begin` to `end` (bytes of its text), and reports
/// what is wrong at its place in the file.
std::optional<cel::Program> compile_in_file(Reader& reader, const yaml::Node& node,
                                            std::size_t begin, std::size_t end, const Names& names,
                                            const cel::CompileOptions& options);

/// Whether an expression that compiles, which begins at byte `base` of the node's text, is right in
/// what its types do not show: literals that would fail at each run, or match never. Reported.
/// `condition`: it is one, and not what fills a text.
bool check_expression(Reader& reader, std::string_view source, const yaml::Node& node,
                      std::size_t base, const Names& names, bool condition);

/// Reports what is wrong with attributes in an expression: names that are not declared (unless the
/// config is open), declared ones that are used as what they are not. `pieces`: of the expression,
/// which begins at byte `base` of the node's text.
struct Piece;
void check_attributes(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                      std::size_t base, const Names& names);

/// Reports texts in an expression that are not what they look like, of a condition all, else those
/// that are compared.
void check_literals(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                    std::size_t base, const Names& names, bool condition);

/// The program of a whole condition. Its parts were compiled before: what is still wrong (it is too
/// large) is reported at `at`.
std::optional<cel::Program> compile_whole(Reader& reader, const yaml::Node& at,
                                          const Condition& condition, const Names& names);

/// A text with `${ EXPRESSION }` in it.
std::optional<Text> read_template(Reader& reader, const yaml::Node& node, std::string_view name,
                                  const Names& names);

/// Rule indexes whose situation the program reads.
std::vector<RuleIndex> situations_read(const cel::Program& program);

/// `text` as a string literal of CEL.
std::string cel_text(std::string_view text);

}  // namespace assist::rules

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "rules/condition.hpp"
#include "rules/operands.hpp"

namespace assist::rules {

/// What looks through an expression in a file, which begins at byte `base` of the node's text.
class ExpressionCheck : protected Operands {
 public:
  ExpressionCheck(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                  std::size_t base, const Names& names)
      : Operands(pieces), reader_(reader), node_(node), base_(base), names_(names) {}

 protected:
  void error(std::size_t piece, std::string text) {
    reader_.error(in_file(piece), std::move(text));
  }
  void warn(std::size_t piece, std::string text) {
    reader_.report().warn(in_file(piece), std::move(text));
  }
  void error_once(std::size_t piece, const std::string& text) {
    reader_.report().add_once(in_file(piece), text);
  }

  std::size_t in_file(std::size_t piece) const { return node_.in_file(base_ + at(piece).begin); }

  Reader& reader_;
  const yaml::Node& node_;
  std::size_t base_;
  const Names& names_;
};

}  // namespace assist::rules

#include "rules/source.hpp"

#include <algorithm>
#include <tuple>

namespace assist::rules {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kSnippetBytes = 500;

std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Not in the middle of a code point.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

/// ` The same in lines 8, 12, 15 and 9 more.`, but the first; "": there is no other.
std::string the_same_in(const std::set<std::uint32_t>& lines) {
  constexpr std::size_t kNamed = 5;
  const std::size_t others = lines.size() - 1;
  if (others == 0) return "";
  const std::size_t named = std::min(others, kNamed);
  std::string out = others == 1 ? " The same in line " : " The same in lines ";
  auto line = lines.begin();
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) out += i + 1 == others ? " and " : ", ";
    out += std::to_string(*++line);
  }
  if (others > named) out += " and " + std::to_string(others - named) + " more";
  return out + ".";
}

}  // namespace

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), lines_{0} {
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
    lines_.push_back(at + 1);
}

std::size_t Source::line_of(std::size_t offset) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), std::min(offset, text_.size()));
  return static_cast<std::size_t>(after - lines_.begin()) - 1;
}

std::string_view Source::line_text(std::size_t line) const {
  const std::size_t end = line + 1 < lines_.size() ? lines_[line + 1] - 1 : text_.size();
  std::string_view text = std::string_view(text_).substr(lines_[line], end - lines_[line]);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (line == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

Place Source::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const std::size_t line = line_of(offset);
  std::string_view before = std::string_view(text_).substr(lines_[line], offset - lines_[line]);
  if (line == 0 && before.starts_with(kByteOrderMark)) before.remove_prefix(kByteOrderMark.size());
  return Place{path_, static_cast<std::uint32_t>(line + 1), code_points(before) + 1, {}};
}

std::size_t Source::offset(const Place& place) const {
  std::size_t at = lines_[place.line - 1];
  if (place.line == 1 && std::string_view(text_).starts_with(kByteOrderMark))
    at += kByteOrderMark.size();
  const auto goes_on = [this](std::size_t i) {
    return i < text_.size() && (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80;
  };
  for (std::uint32_t column = 1; column < place.column && at < text_.size(); ++column) {
    ++at;
    while (goes_on(at)) ++at;
  }
  return at;
}

Diagnostic Source::diagnose(std::size_t offset, std::string text) const {
  Place at = place(offset);
  const std::string_view line = cut(line_text(at.line - 1), kSnippetBytes);
  std::string snippet;
  // Of a line that goes on for pages no caret would be found.
  if (at.column <= code_points(line) + 1) snippet = line;
  return Diagnostic{std::move(at), std::move(text), std::move(snippet)};
}

bool Report::leaves_out(std::size_t offset, ErrorKind kind) {
  if (kind != ErrorKind::unknown_name || !leaves_out_unknown_names_) return false;
  ++count_;
  told_at_.insert(offset);
  return true;
}

void Report::add(std::size_t offset, std::string text, ErrorKind kind) {
  if (leaves_out(offset, kind)) return;
  ++count_;
  if (++told_ == kMost + 1)
    out_[last_].text += " (There are more errors in this file; they are not listed.)";
  if (is_full()) return;
  last_ = out_.size();
  told_at_.insert(offset);
  out_.push_back(source_.diagnose(offset, std::move(text)));
}

void Report::warn(std::size_t offset, std::string text) {
  if (warnings_ != nullptr && ++warned_ <= kMost)
    warnings_->push_back(source_.diagnose(offset, std::move(text)));
}

void Report::add_once(std::size_t offset, const std::string& text, ErrorKind kind) {
  if (leaves_out(offset, kind)) return;
  if (is_full()) return add(offset, text);
  const auto [found, fresh] = once_.try_emplace(text);
  Once& told = found->second;
  told.lines.insert(source_.place(offset).line);
  if (fresh) {
    add(offset, text);
    told.diagnostic = last_;
    told.first = offset;
    return;
  }
  ++count_;
  told_at_.insert(offset);
  // Not in the order of the file: of a rule the conditions are read before the other keys.
  told.first = std::min(told.first, offset);
  out_[told.diagnostic] = source_.diagnose(told.first, text + the_same_in(told.lines));
}

bool Report::has_told(std::size_t begin, std::size_t end) const {
  const auto found = told_at_.lower_bound(begin);
  return found != told_at_.end() && *found < end;
}

void sort_and_unique(Diagnostics& diagnostics, const std::vector<std::string>& files) {
  const auto order = [&files](const Diagnostic& d) {
    const auto file = std::find(files.begin(), files.end(), d.place.file) - files.begin();
    return std::tuple(file, d.place.line, d.place.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
  const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    return a.text == b.text && order(a) == order(b);
  };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

}  // namespace assist::rules

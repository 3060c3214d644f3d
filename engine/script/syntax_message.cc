#include "engine/script/syntax_message.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr size_t kMaxMessageBytes = 500;
constexpr int kMaxShown = 120;    // characters of a line
constexpr int kShownBefore = 60;  // of them, in front of the column

std::string_view LineOf(std::string_view source, int line) {
  for (int n = 1; n < line; ++n) {
    const size_t end = source.find('\n');
    if (end == source.npos) {
      return {};
    }
    source.remove_prefix(end + 1);
  }
  return source.substr(0, source.find('\n'));
}

// The characters of a UTF-8 line, each a view into it.
std::vector<std::string_view> Characters(std::string_view line) {
  std::vector<std::string_view> characters;
  for (size_t i = 0; i < line.size();) {
    size_t end = i + 1;
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) {
      ++end;
    }
    characters.push_back(line.substr(i, end - i));
    i = end;
  }
  return characters;
}

// JavaScript counts columns in UTF-16 units: a character of four bytes is two.
int ToCharacterIndex(const std::vector<std::string_view>& characters, int column) {
  int units = 1;
  int index = 0;
  while (index < static_cast<int>(characters.size()) && units < column) {
    units += characters[static_cast<size_t>(index)].size() == 4 ? 2 : 1;
    ++index;
  }
  return index;
}

}  // namespace

std::string FormatSyntaxProblem(std::string_view file, std::string_view source, const SyntaxProblem& problem) {
  std::string text(file);
  if (problem.line > 0) {
    text += Concat(":", problem.line);
    if (problem.column > 0) {
      text += Concat(":", problem.column);
    }
  }
  text += Concat(": ", Printable(problem.message, kMaxMessageBytes));
  const std::string_view line = problem.line > 0 ? LineOf(source, problem.line) : std::string_view();
  if (line.empty()) {
    return text;
  }
  const std::vector<std::string_view> characters = Characters(line);
  const int count = static_cast<int>(characters.size());
  const int at = problem.column > 0 ? ToCharacterIndex(characters, problem.column) : 0;
  const int first = count <= kMaxShown ? 0 : std::max(0, std::min(at - kShownBefore, count - kMaxShown));
  const int last = std::min(count, first + kMaxShown);
  std::string shown;
  std::string padding;
  for (int i = first; i < last; ++i) {
    const std::string_view character = characters[static_cast<size_t>(i)];
    const bool control = character.size() == 1 && (character[0] < ' ' || character[0] == '\x7f') && character != "\t";
    shown += control ? std::string_view("?") : character;
    if (i < at) {
      padding += character == "\t" ? '\t' : ' ';
    }
  }
  text += Concat("\n    ", shown);
  if (problem.column > 0) {
    text += Concat("\n    ", padding, "^");
  }
  return text;
}

}  // namespace mockarty

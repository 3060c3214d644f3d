#include "engine/script/syntax_scan.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

namespace mockarty {
namespace {

enum class Kind { kStart, kWord, kNumber, kString, kTemplate, kPunctuator, kRegExp };

struct Token {
  Kind kind = Kind::kStart;
  std::string_view text;
  int line = 1;
};

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '\\' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c); }

// Words after which a `/` starts a regular expression though they are no operators.
bool PrecedesExpression(std::string_view word) {
  return word == "return" || word == "typeof" || word == "case" || word == "in" || word == "of" || word == "delete" ||
         word == "void" || word == "throw" || word == "new" || word == "else" || word == "do" || word == "instanceof" ||
         word == "yield" || word == "await" || word == "default";
}

void PutUtf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// What the text of a string between its quotes says: the escapes that names of files have a use for.
std::string Unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
    unsigned code = 0;
    if (digits == 0) {
      out += c;
    } else if (const char* end = text.data() + std::min(text.size(), i + 1 + digits);
               std::from_chars(text.data() + i + 1, end, code, 16).ptr == end) {
      PutUtf8(out, code);
      i += digits;
    }
  }
  return out;
}

class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  SyntaxScan Run() {
    while (at_ < source_.size()) {
      Step();
    }
    Note(Token{});
    result_.is_modern |= result_.is_module;
    result_.uses_legacy = (legacy_used_ & ~legacy_declared_) != 0;
    return std::move(result_);
  }

 private:
  char Peek(size_t ahead) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void Step() {
    const char c = source_[at_];
    if (c == '\n') {
      ++line_;
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
      ++at_;
    } else if (c == '/' && Peek(1) == '/') {
      SkipLineComment();
    } else if (c == '/' && Peek(1) == '*') {
      SkipBlockComment();
    } else if (c == '"' || c == '\'') {
      ScanString(c);
    } else if (c == '`') {
      result_.is_modern = true;
      ++at_;
      SkipTemplateText(at_);
    } else if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
      ScanNumber();
    } else if (IsWordStart(c)) {
      const size_t start = at_;
      while (at_ < source_.size() && IsWordPart(source_[at_])) {
        ++at_;
      }
      Note({Kind::kWord, source_.substr(start, at_ - start), line_});
    } else if (c == '/' && RegExpMayStart() && ScanRegExp()) {
      return;
    } else {
      ScanPunctuator();
    }
  }

  void SkipLineComment() {
    at_ = source_.find('\n', at_);
    at_ = at_ == source_.npos ? source_.size() : at_;
  }

  void SkipBlockComment() {
    size_t end = source_.find("*/", at_ + 2);
    end = end == source_.npos ? source_.size() : end + 2;
    for (; at_ < end; ++at_) {
      line_ += source_[at_] == '\n';
    }
  }

  void ScanString(char quote) {
    const size_t start = ++at_;
    const int line = line_;
    while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
      if (source_[at_] == '\\' && at_ + 1 < source_.size()) {
        ++at_;
        line_ += source_[at_] == '\n';
      }
      ++at_;
    }
    Note({Kind::kString, source_.substr(start, at_ - start), line});
    if (at_ < source_.size() && source_[at_] == quote) {
      ++at_;
    }
  }

  // From behind a backtick (`start`), or behind the brace that ends a substitution, to the next of either.
  void SkipTemplateText(size_t start = std::string_view::npos) {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '\\' && at_ + 1 < source_.size()) {
        ++at_;
        line_ += source_[at_] == '\n';
      } else if (c == '\n') {
        ++line_;
      } else if (c == '`') {
        const std::string_view text = start == source_.npos ? std::string_view() : source_.substr(start, at_ - start);
        ++at_;
        Note({Kind::kTemplate, text, line_});
        return;
      } else if (c == '$' && Peek(1) == '{') {
        at_ += 2;
        braces_.push_back('`');
        Note({Kind::kPunctuator, "{", line_});
        return;
      }
      ++at_;
    }
  }

  void ScanNumber() {
    const size_t start = at_;
    while (at_ < source_.size() && (IsWordPart(source_[at_]) || source_[at_] == '.' ||
                                    ((source_[at_] == '+' || source_[at_] == '-') && IsExponent(start)))) {
      ++at_;
    }
    const std::string_view text = source_.substr(start, at_ - start);
    const char second = text.size() > 1 ? static_cast<char>(text[1] | 0x20) : '\0';
    const bool hexadecimal = text[0] == '0' && second == 'x';
    const bool prefixed = text[0] == '0' && (second == 'b' || second == 'o');
    if (prefixed || text.find('_') != text.npos || (!hexadecimal && text.back() == 'n') ||
        (hexadecimal && text.back() == 'n')) {
      result_.is_modern = true;
    }
    Note({Kind::kNumber, text, line_});
  }

  // The sign at at_ belongs to a number: 1e+5, not 0xe+5.
  bool IsExponent(size_t start) const {
    const bool hexadecimal = source_[start] == '0' && start + 1 < source_.size() && (source_[start + 1] | 0x20) == 'x';
    return !hexadecimal && (source_[at_ - 1] | 0x20) == 'e';
  }

  bool RegExpMayStart() const {
    switch (last_.kind) {
      case Kind::kStart:
        return true;
      case Kind::kWord:
        return PrecedesExpression(last_.text) && !after_dot_;
      case Kind::kPunctuator:
        if (last_.text == ")") {
          return condition_closed_;
        }
        return last_.text != "]" && last_.text != "++" && last_.text != "--";
      default:
        return false;
    }
  }

  // False when no regular expression ends on this line: then the mark was a division.
  bool ScanRegExp() {
    bool in_class = false;
    for (size_t i = at_ + 1; i < source_.size() && source_[i] != '\n'; ++i) {
      const char c = source_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '[') {
        in_class = true;
      } else if (c == ']') {
        in_class = false;
      } else if (c == '/' && !in_class) {
        const size_t start = at_;
        for (at_ = i + 1; at_ < source_.size() && IsWordPart(source_[at_]);) {
          ++at_;
        }
        Note({Kind::kRegExp, source_.substr(start, at_ - start), line_});
        return true;
      }
    }
    return false;
  }

  void ScanPunctuator() {
    static constexpr std::string_view long_marks[] = {"...", "=>", "?.", "??", "**", "++", "--",
                                                      "==",  "!=", "<=", ">=", "&&", "||"};
    std::string_view text = source_.substr(at_, 1);
    for (std::string_view candidate : long_marks) {
      if (source_.substr(at_, candidate.size()) == candidate) {
        text = candidate;
        break;
      }
    }
    if (text == "?." && IsDigit(Peek(2))) {
      text = "?";
    }
    if (text == "..." || text == "=>" || text == "?." || text == "??" || text == "**" || text == "#" || text == "@") {
      result_.is_modern = true;
    }
    at_ += text.size();
    bool closes_condition = false;
    if (text == "(") {
      const bool condition =
          last_.kind == Kind::kWord && !after_dot_ &&
          (last_.text == "if" || last_.text == "while" || last_.text == "for" || last_.text == "with");
      parentheses_.push_back(condition);
    } else if (text == ")" && !parentheses_.empty()) {
      closes_condition = parentheses_.back();
      parentheses_.pop_back();
    } else if (text == "{") {
      braces_.push_back('{');
    } else if (text == "}" && !braces_.empty()) {
      const char opened_by = braces_.back();
      braces_.pop_back();
      if (opened_by == '`') {
        SkipTemplateText();
        return;
      }
    }
    Note({Kind::kPunctuator, text, line_});
    condition_closed_ = closes_condition;
  }

  bool LastIs(std::string_view text) const {
    return (last_.kind == Kind::kWord || last_.kind == Kind::kPunctuator) && last_.text == text;
  }

  // Judges the pair of the last token and the one that follows it.
  void Note(const Token& next) {
    if (last_.kind == Kind::kWord && !after_dot_) {
      JudgeWord(last_.text, next);
      JudgeLegacy(last_.text, next);
    }
    JudgeLoad(next);
    const bool last_was_dot = LastIs(".") || LastIs("?.");
    before_last_ = last_.kind == Kind::kWord && !after_dot_ ? last_.text : std::string_view();
    after_dot_ = last_was_dot;
    condition_closed_ = false;
    last_ = next;
  }

  // A call counts when its argument is the whole string: not require('./' + name).
  void JudgeLoad(const Token& next) {
    using LoadKind = LoadedName::Kind;
    if (calls_ != LoadKind::kStatic) {
      if (next.kind == Kind::kPunctuator && (next.text == ")" || next.text == ",")) {
        result_.loads.push_back({Unescape(last_.text), last_.line, calls_});
      }
      calls_ = LoadKind::kStatic;
    }
    const bool is_string = next.kind == Kind::kString;
    if (LastIs("(") && (is_string || (next.kind == Kind::kTemplate && !next.text.empty()))) {
      calls_ = before_last_ == "import"    ? LoadKind::kDynamic
               : before_last_ == "require" ? LoadKind::kRequire
                                           : LoadKind::kStatic;
    } else if (is_string && (LastIs("from") || LastIs("import"))) {
      result_.loads.push_back({Unescape(next.text), next.line, LoadKind::kStatic});
    }
  }

  void JudgeWord(std::string_view word, const Token& next) {
    const bool next_is_word = next.kind == Kind::kWord;
    const auto next_is = [&](std::string_view text) { return next.kind == Kind::kPunctuator && next.text == text; };
    // A reserved word may name a property: {class: 1}, {import: f}.
    const bool is_key = next_is(":");
    if (word == "import") {
      result_.is_module |= next_is_word || next.kind == Kind::kString || next_is("{") || next_is("*") || next_is(".");
      result_.is_modern |= next_is("(") || next_is(".");
    } else if (word == "export") {
      result_.is_module |= next_is_word || next_is("{") || next_is("*");
    } else if (word == "const" || word == "class" || word == "super") {
      result_.is_modern |= !is_key;
    } else if (word == "let") {
      result_.is_modern |= next_is_word || next_is("{") || next_is("[");
    } else if (word == "var") {
      result_.is_modern |= next_is("{") || next_is("[");
    } else if (word == "async") {
      result_.is_modern |= next_is_word;
    } else if (word == "function") {
      result_.is_modern |= next_is("*");
    } else if (word == "new") {
      result_.is_modern |= next_is(".");
    }
  }

  void JudgeLegacy(std::string_view word, const Token& next) {
    const bool member = next.kind == Kind::kPunctuator && (next.text == "." || next.text == "?." || next.text == "[");
    if (word == "exports" || word == "module") {
      result_.has_exports |= member;
    } else if (word == "await") {
      result_.has_await = true;
    } else if (word == "import" && (next.kind == Kind::kWord || next.text == "{" || next.text == "*")) {
      in_import_ = true;
    } else if (word == "from") {
      in_import_ = false;
    }
    static constexpr std::string_view names[] = {"mk", "pm", "postman"};
    for (size_t i = 0; i < 3; ++i) {
      if (word != names[i]) {
        continue;
      }
      const bool declared = in_import_ || before_last_ == "var" || before_last_ == "let" || before_last_ == "const" ||
                            before_last_ == "function" || before_last_ == "class";
      legacy_declared_ |= declared ? 1U << i : 0U;
      legacy_used_ |= member ? 1U << i : 0U;
    }
  }

  std::string_view source_;
  size_t at_ = 0;
  int line_ = 1;
  unsigned legacy_used_ = 0;      // bits: mk, pm, postman
  unsigned legacy_declared_ = 0;  // as a variable, function, class or import
  bool in_import_ = false;
  Token last_;
  std::string_view before_last_;                        // the word before the last token, when it was one
  bool after_dot_ = false;                              // the last token is a property's name
  bool condition_closed_ = false;                       // the last token is the `)` of an if, while, for or with
  LoadedName::Kind calls_ = LoadedName::Kind::kStatic;  // the last token is the first argument of require or import
  std::vector<bool> parentheses_;
  std::vector<char> braces_;  // '{', or '`' for a substitution of a template
  SyntaxScan result_;
};

}  // namespace

SyntaxScan ScanSyntax(std::string_view source) { return Scanner(source).Run(); }

}  // namespace mockarty

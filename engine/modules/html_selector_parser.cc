#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "engine/modules/html_selector_parts.h"

namespace mockarty {
namespace {

using Simple = HtmlSelector::Simple;
using Pseudo = HtmlSelector::Simple::Pseudo;
using Test = HtmlSelector::Simple::Test;

constexpr int kMaxNesting = 8;
constexpr size_t kMaxCompounds = 32;
constexpr int kMaxFactor = 1'000'000;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool IsNameCharacter(char c) {
  return isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

struct PseudoSpec {
  std::string_view name;
  Pseudo pseudo;
  int step;
  int offset;
  enum { kNone, kNth, kList, kText } argument;
};

constexpr PseudoSpec kPseudos[] = {
    {"first-child", Pseudo::kNthChild, 0, 1, PseudoSpec::kNone},
    {"last-child", Pseudo::kNthLastChild, 0, 1, PseudoSpec::kNone},
    {"only-child", Pseudo::kOnlyChild, 0, 0, PseudoSpec::kNone},
    {"first-of-type", Pseudo::kNthOfType, 0, 1, PseudoSpec::kNone},
    {"last-of-type", Pseudo::kNthLastOfType, 0, 1, PseudoSpec::kNone},
    {"only-of-type", Pseudo::kOnlyOfType, 0, 0, PseudoSpec::kNone},
    {"nth-child", Pseudo::kNthChild, 0, 0, PseudoSpec::kNth},
    {"nth-last-child", Pseudo::kNthLastChild, 0, 0, PseudoSpec::kNth},
    {"nth-of-type", Pseudo::kNthOfType, 0, 0, PseudoSpec::kNth},
    {"nth-last-of-type", Pseudo::kNthLastOfType, 0, 0, PseudoSpec::kNth},
    {"not", Pseudo::kNot, 0, 0, PseudoSpec::kList},
    {"is", Pseudo::kIs, 0, 0, PseudoSpec::kList},
    {"matches", Pseudo::kIs, 0, 0, PseudoSpec::kList},
    {"has", Pseudo::kHas, 0, 0, PseudoSpec::kList},
    {"contains", Pseudo::kContains, 0, 0, PseudoSpec::kText},
    {"empty", Pseudo::kEmpty, 0, 0, PseudoSpec::kNone},
    {"root", Pseudo::kRoot, 0, 0, PseudoSpec::kNone},
    {"checked", Pseudo::kChecked, 0, 0, PseudoSpec::kNone},
    {"selected", Pseudo::kChecked, 0, 0, PseudoSpec::kNone},
    {"disabled", Pseudo::kDisabled, 0, 0, PseudoSpec::kNone},
    {"enabled", Pseudo::kEnabled, 0, 0, PseudoSpec::kNone},
    {"input", Pseudo::kInput, 0, 0, PseudoSpec::kNone},
};

// Every method leaves the place behind what it read, or an error that is final.
class Parser {
 public:
  Parser(std::string_view text, std::string* error) : text_(text), error_(error) {}

  bool Whole(HtmlSelector::List* list) {
    return ReadList(list, 0) && (at_ == text_.size() || Fail("expected the end or a combinator"));
  }

 private:
  bool Fail(std::string_view what) {
    if (error_->empty()) {
      *error_ = Concat("selector ", Quoted(text_.substr(0, 200)), ": ", what, " at offset ", at_);
    }
    return false;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool SkipSpace() {
    const size_t before = at_;
    while (IsSpace(Peek())) {
      ++at_;
    }
    return at_ > before;
  }

  bool ReadList(HtmlSelector::List* list, int nesting) {
    if (nesting > kMaxNesting) {
      return Fail("nested too deeply");
    }
    do {
      HtmlSelector::Complex complex;
      if (!ReadComplex(&complex, nesting)) {
        return false;
      }
      list->push_back(std::move(complex));
    } while (Peek() == ',' && ++at_ > 0);
    return true;
  }

  bool ReadComplex(HtmlSelector::Complex* complex, int nesting) {
    char before = ' ';
    SkipSpace();
    for (;;) {
      HtmlSelector::Compound compound;
      compound.before = before;
      if (!ReadCompound(&compound, nesting)) {
        return false;
      }
      complex->compounds.push_back(std::move(compound));
      if (complex->compounds.size() > kMaxCompounds) {
        return Fail("more than 32 combinators");
      }
      const bool space = SkipSpace();
      const char c = Peek();
      if (c == '>' || c == '+' || c == '~') {
        before = c;
        ++at_;
        SkipSpace();
      } else if (!space || c == ',' || c == ')' || c == '\0') {
        return true;
      } else {
        before = ' ';
      }
    }
  }

  bool ReadCompound(HtmlSelector::Compound* compound, int nesting) {
    for (;;) {
      Simple simple;
      const char c = Peek();
      if (c == '*') {
        ++at_;
        simple.kind = Simple::Kind::kType;
      } else if (c == '#' || c == '.') {
        ++at_;
        simple.kind = c == '#' ? Simple::Kind::kId : Simple::Kind::kClass;
        if (!ReadName(&simple.name)) {
          return false;
        }
      } else if (c == '[') {
        ++at_;
        if (!ReadAttribute(&simple)) {
          return false;
        }
      } else if (c == ':') {
        ++at_;
        if (!ReadPseudo(&simple, nesting)) {
          return false;
        }
      } else if (IsNameCharacter(c) || c == '\\') {
        if (!ReadName(&simple.name)) {
          return false;
        }
        Lower(&simple.name);
      } else if (compound->simples.empty()) {
        return Fail("expected a selector");
      } else {
        return true;
      }
      compound->simples.push_back(std::move(simple));
    }
  }

  static void Lower(std::string* text) {
    std::transform(text->begin(), text->end(), text->begin(),
                   [](unsigned char c) { return static_cast<char>(tolower(c)); });
  }

  bool ReadName(std::string* name) {
    for (;; ++at_) {
      const char c = Peek();
      if (c == '\\' && at_ + 1 < text_.size()) {
        name->push_back(text_[++at_]);
      } else if (IsNameCharacter(c)) {
        name->push_back(c);
      } else {
        return !name->empty() || Fail("expected a name");
      }
    }
  }

  bool ReadQuoted(std::string* value) {
    const char quote = text_[at_++];
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      }
      value->push_back(text_[at_]);
    }
    if (at_ == text_.size()) {
      return Fail("a quotation mark is missing");
    }
    ++at_;
    return true;
  }

  // Behind '['.
  bool ReadAttribute(Simple* simple) {
    simple->kind = Simple::Kind::kAttribute;
    SkipSpace();
    if (!ReadName(&simple->name)) {
      return false;
    }
    Lower(&simple->name);
    SkipSpace();
    if (Peek() != ']') {
      constexpr std::string_view kTests = "=~|^$*!";
      const size_t test = kTests.find(Peek());
      if (Peek() == '\0' || test == kTests.npos) {
        return Fail("expected ']' or one of = ~= |= ^= $= *= !=");
      }
      at_ += test == 0 ? 0 : 1;
      if (Peek() != '=') {
        return Fail("expected '='");
      }
      ++at_;
      simple->test = static_cast<Test>(test + 1);
      SkipSpace();
      const char c = Peek();
      if (!(c == '"' || c == '\'' ? ReadQuoted(&simple->value) : ReadName(&simple->value))) {
        return false;
      }
      SkipSpace();
      if (Peek() == 'i' || Peek() == 'I') {
        simple->ignore_case = true;
        ++at_;
        SkipSpace();
      }
    }
    if (Peek() != ']') {
      return Fail("expected ']'");
    }
    ++at_;
    return true;
  }

  // Behind ':'.
  bool ReadPseudo(Simple* simple, int nesting) {
    std::string name;
    if (!ReadName(&name)) {
      return false;
    }
    Lower(&name);
    const auto* spec = std::find_if(std::begin(kPseudos), std::end(kPseudos),
                                    [&](const PseudoSpec& each) { return each.name == name; });
    if (spec == std::end(kPseudos)) {
      return Fail(Concat("':", name, "' is not known"));
    }
    simple->kind = Simple::Kind::kPseudo;
    simple->pseudo = spec->pseudo;
    simple->step = spec->step;
    simple->offset = spec->offset;
    if (spec->argument == PseudoSpec::kNone) {
      return true;
    }
    if (Peek() != '(') {
      return Fail(Concat("':", name, "' needs (...)"));
    }
    ++at_;
    SkipSpace();
    bool read = false;
    if (spec->argument == PseudoSpec::kNth) {
      read = ReadNth(simple);
    } else if (spec->argument == PseudoSpec::kText) {
      read = Peek() == '"' || Peek() == '\'' ? ReadQuoted(&simple->value) : ReadPlainText(&simple->value);
    } else {
      simple->list = std::make_unique<HtmlSelector::List>();
      read = ReadList(simple->list.get(), nesting + 1);
    }
    if (!read) {
      return false;
    }
    SkipSpace();
    if (Peek() != ')') {
      return Fail("expected ')'");
    }
    ++at_;
    return true;
  }

  bool ReadPlainText(std::string* value) {
    while (at_ < text_.size() && text_[at_] != ')') {
      value->push_back(text_[at_++]);
    }
    return true;
  }

  // odd, even, 3, n, 2n+1, -n+3
  bool ReadNth(Simple* simple) {
    std::string text;
    for (; at_ < text_.size() && text_[at_] != ')'; ++at_) {
      if (!IsSpace(text_[at_])) {
        text.push_back(static_cast<char>(tolower(static_cast<unsigned char>(text_[at_]))));
      }
    }
    if (text == "odd" || text == "even") {
      simple->step = 2;
      simple->offset = text == "odd" ? 1 : 0;
      return true;
    }
    const size_t n = text.find('n');
    bool valid = true;
    if (n != std::string::npos) {
      const std::string step = text.substr(0, n);
      valid = step.empty() || step == "+" || step == "-" || ReadNumber(step, &simple->step);
      if (step.empty() || step == "+" || step == "-") {
        simple->step = step == "-" ? -1 : 1;
      }
      text = text.substr(n + 1);
    }
    if (n == std::string::npos || !text.empty()) {
      valid = valid && ReadNumber(text, &simple->offset);
    }
    return valid || Fail("expected odd, even, a number or an+b");
  }

  static bool ReadNumber(std::string_view text, int* number) {
    if (!text.empty() && text[0] == '+') {
      text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
    return error == std::errc() && end == text.data() + text.size() && *number >= -kMaxFactor && *number <= kMaxFactor;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string* error_;
};

}  // namespace

std::unique_ptr<HtmlSelector::List> ParseSelectorList(std::string_view text, std::string* error) {
  auto list = std::make_unique<HtmlSelector::List>();
  error->clear();
  Parser parser(text, error);
  return parser.Whole(list.get()) ? std::move(list) : nullptr;
}

}  // namespace mockarty

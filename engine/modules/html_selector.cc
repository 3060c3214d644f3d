#include "engine/modules/html_selector.h"

#include <algorithm>
#include <cctype>

#include "common/base/concat.h"
#include "engine/modules/html_selector_parts.h"

namespace mockarty {
namespace {

constexpr uint64_t kMaxSteps = 50'000'000;
constexpr uint32_t kNone = HtmlDocument::kNone;

using Simple = HtmlSelector::Simple;
using Test = Simple::Test;

bool SameLetters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return tolower(x) == tolower(y); });
}

bool Same(std::string_view a, std::string_view b, bool ignore_case) { return ignore_case ? SameLetters(a, b) : a == b; }

bool HasWord(std::string_view words, std::string_view word, bool ignore_case) {
  constexpr std::string_view kSpace = " \t\n\r\f";
  for (size_t begin = words.find_first_not_of(kSpace); begin != words.npos;) {
    const size_t end = words.find_first_of(kSpace, begin);
    if (Same(words.substr(begin, end - begin), word, ignore_case)) {
      return true;
    }
    begin = end == words.npos ? end : words.find_first_not_of(kSpace, end);
  }
  return false;
}

bool PassesTest(std::string_view value, const Simple& simple) {
  const std::string_view wanted = simple.value;
  const bool fits = value.size() >= wanted.size();
  switch (simple.test) {
    case Test::kExists:
      return true;
    case Test::kEquals:
      return Same(value, wanted, simple.ignore_case);
    case Test::kDiffers:
      return !Same(value, wanted, simple.ignore_case);
    case Test::kWord:
      return !wanted.empty() && HasWord(value, wanted, simple.ignore_case);
    case Test::kDash:
      return fits && Same(value.substr(0, wanted.size()), wanted, simple.ignore_case) &&
             (value.size() == wanted.size() || value[wanted.size()] == '-');
    case Test::kPrefix:
      return !wanted.empty() && fits && Same(value.substr(0, wanted.size()), wanted, simple.ignore_case);
    case Test::kSuffix:
      return !wanted.empty() && fits && Same(value.substr(value.size() - wanted.size()), wanted, simple.ignore_case);
    case Test::kPart:
      break;
  }
  if (wanted.empty() || !fits) {
    return false;
  }
  for (size_t i = 0; i + wanted.size() <= value.size(); ++i) {
    if (Same(value.substr(i, wanted.size()), wanted, simple.ignore_case)) {
      return true;
    }
  }
  return false;
}

// The place of an element among its siblings, from 1; of those of its type; from either end.
int Place(const HtmlDocument& document, uint32_t element, bool of_type, bool from_end) {
  int place = 1;
  for (uint32_t at = element;;) {
    at = from_end ? document.NextElement(at) : document.PreviousElement(at);
    if (at == kNone) {
      return place;
    }
    place += !of_type || document.Name(at) == document.Name(element) ? 1 : 0;
  }
}

bool IsNth(int place, int step, int offset) {
  return step == 0 ? place == offset : (place - offset) % step == 0 && (place - offset) / step >= 0;
}

bool IsEmpty(const HtmlDocument& document, uint32_t element) {
  for (uint32_t at = document.node(element).first_child; at != kNone; at = document.node(at).next) {
    if (document.node(at).kind != HtmlDocument::Kind::kComment) {
      return false;
    }
  }
  return true;
}

bool IsControl(std::string_view name) {
  return name == "input" || name == "select" || name == "textarea" || name == "button";
}

}  // namespace

HtmlSelector::HtmlSelector() : steps_(kMaxSteps) {}
HtmlSelector::~HtmlSelector() = default;

bool HtmlSelector::Compile(std::string_view text, std::string* error) {
  if (text.size() > kMaxBytes) {
    *error = Concat("a selector of ", text.size(), " bytes; at most ", kMaxBytes, " are taken");
    return false;
  }
  list_ = ParseSelectorList(text, error);
  return list_ != nullptr;
}

bool HtmlSelector::Matches(const HtmlDocument& document, uint32_t element) const {
  return document.IsElement(element) && MatchesList(document, *list_, element);
}

void HtmlSelector::Select(const HtmlDocument& document, uint32_t top, std::vector<uint32_t>* out) const {
  for (uint32_t at = document.NextInside(top, top); at != kNone && steps_ > 0; at = document.NextInside(top, at)) {
    if (Matches(document, at)) {
      out->push_back(at);
    }
  }
}

bool HtmlSelector::MatchesList(const HtmlDocument& document, const List& list, uint32_t element) const {
  return std::any_of(list.begin(), list.end(), [&](const Complex& complex) {
    return MatchesComplex(document, complex, complex.compounds.size(), element);
  });
}

// Whether the first `compounds` of them end at the element.
bool HtmlSelector::MatchesComplex(const HtmlDocument& document, const Complex& complex, size_t compounds,
                                  uint32_t element) const {
  if (steps_ == 0) {
    return false;
  }
  --steps_;
  for (const Simple& simple : complex.compounds[compounds - 1].simples) {
    if (!MatchesSimple(document, simple, element)) {
      return false;
    }
  }
  return compounds == 1 || MatchesBefore(document, complex, compounds, element);
}

// What stands on the left of the last of them.
bool HtmlSelector::MatchesBefore(const HtmlDocument& document, const Complex& complex, size_t compounds,
                                 uint32_t element) const {
  const char combinator = complex.compounds[compounds - 1].before;
  const bool up = combinator == ' ' || combinator == '>';
  const bool once = combinator == '>' || combinator == '+';
  for (uint32_t at = element;;) {
    at = up ? document.ParentElement(at) : document.PreviousElement(at);
    if (at == kNone) {
      return false;
    }
    if (MatchesComplex(document, complex, compounds - 1, at)) {
      return true;
    }
    if (once) {
      return false;
    }
  }
}

bool HtmlSelector::MatchesSimple(const HtmlDocument& document, const Simple& simple, uint32_t element) const {
  std::string_view value;
  switch (simple.kind) {
    case Simple::Kind::kType:
      return simple.name.empty() || document.Name(element) == simple.name;
    case Simple::Kind::kId:
      return document.FindAttribute(element, "id", &value) && value == simple.name;
    case Simple::Kind::kClass:
      return document.FindAttribute(element, "class", &value) && HasWord(value, simple.name, false);
    case Simple::Kind::kAttribute:
      return document.FindAttribute(element, simple.name, &value) ? PassesTest(value, simple)
                                                                  : simple.test == Test::kDiffers;
    case Simple::Kind::kPseudo:
      break;
  }
  return MatchesPseudo(document, simple, element);
}

bool HtmlSelector::MatchesPseudo(const HtmlDocument& document, const Simple& simple, uint32_t element) const {
  const std::string_view name = document.Name(element);
  const auto is_nth = [&](bool of_type, bool from_end) {
    const int place = Place(document, element, of_type, from_end);
    steps_ -= std::min<uint64_t>(steps_, static_cast<uint64_t>(place));
    return IsNth(place, simple.step, simple.offset);
  };
  switch (simple.pseudo) {
    case Simple::Pseudo::kNthChild:
      return is_nth(false, false);
    case Simple::Pseudo::kNthLastChild:
      return is_nth(false, true);
    case Simple::Pseudo::kNthOfType:
      return is_nth(true, false);
    case Simple::Pseudo::kNthLastOfType:
      return is_nth(true, true);
    case Simple::Pseudo::kOnlyChild:
      return document.PreviousElement(element) == kNone && document.NextElement(element) == kNone;
    case Simple::Pseudo::kOnlyOfType:
      return Place(document, element, true, false) == 1 && Place(document, element, true, true) == 1;
    case Simple::Pseudo::kNot:
      return !MatchesList(document, *simple.list, element);
    case Simple::Pseudo::kIs:
      return MatchesList(document, *simple.list, element);
    case Simple::Pseudo::kHas:
      for (uint32_t at = document.NextInside(element, element); at != kNone; at = document.NextInside(element, at)) {
        if (document.IsElement(at) && MatchesList(document, *simple.list, at)) {
          return true;
        }
      }
      return false;
    case Simple::Pseudo::kContains: {
      std::string text;
      document.AppendText(element, &text);
      steps_ -= std::min<uint64_t>(steps_, text.size() / 16);
      return text.find(simple.value) != std::string::npos;
    }
    case Simple::Pseudo::kEmpty:
      return IsEmpty(document, element);
    case Simple::Pseudo::kRoot:
      return document.node(element).parent == HtmlDocument::kRoot;
    case Simple::Pseudo::kChecked:
      return document.HasAttribute(element, name == "option" ? "selected" : "checked");
    case Simple::Pseudo::kDisabled:
      return document.HasAttribute(element, "disabled");
    case Simple::Pseudo::kEnabled:
      return IsControl(name) && !document.HasAttribute(element, "disabled");
    case Simple::Pseudo::kInput:
      return IsControl(name);
  }
  return false;
}

}  // namespace mockarty

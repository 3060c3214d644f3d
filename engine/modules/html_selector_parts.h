// What an HtmlSelector is made of; for html_selector.cc and html_selector_parser.cc only.
#ifndef ENGINE_MODULES_HTML_SELECTOR_PARTS_H_
#define ENGINE_MODULES_HTML_SELECTOR_PARTS_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/modules/html_selector.h"

namespace mockarty {

struct HtmlSelector::Simple {
  enum class Kind { kType, kId, kClass, kAttribute, kPseudo };
  enum class Test { kExists, kEquals, kWord, kDash, kPrefix, kSuffix, kPart, kDiffers };
  enum class Pseudo {
    kNthChild,
    kNthLastChild,
    kNthOfType,
    kNthLastOfType,
    kOnlyChild,
    kOnlyOfType,
    kNot,
    kIs,
    kHas,
    kContains,
    kEmpty,
    kRoot,
    kChecked,
    kDisabled,
    kEnabled,
    kInput,
  };
  Kind kind = Kind::kType;
  std::string name;   // of the type (lower case), the id, the class or the attribute
  std::string value;  // of the attribute; of :contains
  Test test = Test::kExists;
  bool ignore_case = false;
  Pseudo pseudo = Pseudo::kRoot;
  int step = 0;  // of step*n+offset
  int offset = 0;
  std::unique_ptr<List> list;  // of :not, :is, :has
};

struct HtmlSelector::Compound {
  char before = ' ';  // the combinator to the compound on its left: ' ', '>', '+', '~'
  std::vector<Simple> simples;
};

struct HtmlSelector::Complex {
  std::vector<Compound> compounds;
};

// Null: `error` says why.
std::unique_ptr<HtmlSelector::List> ParseSelectorList(std::string_view text, std::string* error);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_SELECTOR_PARTS_H_

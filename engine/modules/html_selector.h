// CSS selectors over an HtmlDocument.
//
// What is understood: type, *, #id, .class, [attribute] with = ~= |= ^= $= *= != and the flag i; the combinators
// descendant, >, + and ~; lists; :first-child, :last-child, :only-child, :first-of-type, :last-of-type, :only-of-type,
// :nth-child(an+b), :nth-last-child(), :nth-of-type(), :nth-last-of-type(), :not(), :is(), :has(), :contains("text"),
// :empty, :root, :checked, :selected, :disabled, :enabled, :input. A superset of what k6 documents.
//
// Threads: a selector may be used by one thread at a time.
#ifndef ENGINE_MODULES_HTML_SELECTOR_H_
#define ENGINE_MODULES_HTML_SELECTOR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_document.h"

namespace mockarty {

class HtmlSelector {
 public:
  static constexpr size_t kMaxBytes = 4096;

  HtmlSelector();
  ~HtmlSelector();
  HtmlSelector(const HtmlSelector&) = delete;
  HtmlSelector& operator=(const HtmlSelector&) = delete;

  // False: `error` says what is wrong and where.
  bool Compile(std::string_view text, std::string* error);

  bool Matches(const HtmlDocument& document, uint32_t element) const;
  // Adds all elements inside `top` (without it) that match, in the order of the document.
  void Select(const HtmlDocument& document, uint32_t top, std::vector<uint32_t>* out) const;
  // Matching was given up: deep pages and many combinators need more steps than is sensible.
  bool Exhausted() const { return steps_ == 0; }

  struct Simple;
  struct Compound;
  struct Complex;
  using List = std::vector<Complex>;

 private:
  bool MatchesList(const HtmlDocument& document, const List& list, uint32_t element) const;
  bool MatchesComplex(const HtmlDocument& document, const Complex& complex, size_t compounds, uint32_t element) const;
  bool MatchesBefore(const HtmlDocument& document, const Complex& complex, size_t compounds, uint32_t element) const;
  bool MatchesSimple(const HtmlDocument& document, const Simple& simple, uint32_t element) const;
  bool MatchesPseudo(const HtmlDocument& document, const Simple& simple, uint32_t element) const;

  std::unique_ptr<List> list_;
  mutable uint64_t steps_;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_SELECTOR_H_

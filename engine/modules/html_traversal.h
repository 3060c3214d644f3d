// From nodes of an HtmlDocument to others: children, parents, siblings, what a selector finds. Pure; any thread.
#ifndef ENGINE_MODULES_HTML_TRAVERSAL_H_
#define ENGINE_MODULES_HTML_TRAVERSAL_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_document.h"

namespace mockarty {

// From kChildren on, what is to match is optional; the last three stop before what matches.
enum class HtmlWalk {
  kFind,
  kFilter,
  kNot,
  kHas,
  kClosest,
  kChildren,
  kContents,
  kParent,
  kParents,
  kNext,
  kNextAll,
  kPrevious,
  kPreviousAll,
  kSiblings,
  kNextUntil,
  kPreviousUntil,
  kParentsUntil,
};

// Which nodes are meant: all, those of a selector, or given ones.
struct HtmlMatch {
  enum class Kind { kNothing, kSelector, kNodes };
  Kind kind = Kind::kNothing;
  std::string_view selector;
  std::span<const uint32_t> nodes;
};

// Each node once; in the order of the document, or of the walk where it goes up or back. `out` must hold none of the
// inputs. False: a selector is wrong or took too long; `error` says so.
bool WalkHtml(const HtmlDocument& document, std::span<const uint32_t> nodes, HtmlWalk walk, const HtmlMatch& match,
              const HtmlMatch& filter, std::vector<uint32_t>* out, std::string* error);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_TRAVERSAL_H_

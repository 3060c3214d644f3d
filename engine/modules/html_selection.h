// Selections of k6/html: what parseHTML() and response.html() give, and what their methods give in turn.
//
// A Selection is an object with the document's block and the numbers of its nodes; an Element of k6 is a Selection of
// one node here, and has the methods of both. Documents live as long as a Selection refers to them.
#ifndef ENGINE_MODULES_HTML_SELECTION_H_
#define ENGINE_MODULES_HTML_SELECTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_document.h"
#include "engine/script/js_call.h"

namespace mockarty {

// Parses and pushes a Selection of the whole document. An Error that names `function` when the page is past a limit of
// html_parser.h. `html` may lie in the heap or in its Scratch(). [throws]
void PushHtmlDocument(JsCall call, std::string_view html, const char* function);

// A Selection as natives see it; good while the values at `block` and behind it stay on the stack.
struct HtmlView {
  HtmlDocument document;
  std::span<const uint32_t> nodes;
  int block = 0;  // stack index of the document's block
};

// Reads the Selection at `index` and pushes what the view needs (three values). False: it is none, pushed all the same.
// [throws]
bool ReadHtmlSelection(JsCall call, int index, HtmlView* view);
// The same for `this`; a TypeError when it is none. [throws]
HtmlView ThisHtmlSelection(JsCall call);

// Pushes a Selection of `nodes` of the document whose block is at `block`. [throws]
void PushHtmlSelection(JsCall call, int block, std::span<const uint32_t> nodes);

// What natives work in: of the thread, because they may own nothing. Good until the next native of a Selection.
struct HtmlScratch {
  std::vector<uint32_t> nodes;
  std::string text;
  std::string error;
  static HtmlScratch& OfThread();
};

// The functions of Selections that read content (attr, text, val, ...). For html_selection.cc. [throws]
void PutHtmlContentFunctions(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_SELECTION_H_

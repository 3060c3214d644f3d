// Pages of remotes and selectors of scripts: the first line is a selector, the rest a page. Nothing may crash, the tree
// must hold together, what is selected must match, and what was serialized must parse again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_document.h"
#include "engine/modules/html_form.h"
#include "engine/modules/html_parser.h"
#include "engine/modules/html_selector.h"
#include "engine/modules/html_traversal.h"

namespace {

using mockarty::HtmlDocument;

void Check(bool condition) {
  if (!condition) abort();
}

void CheckTree(const HtmlDocument& document) {
  uint32_t visited = 0;
  for (uint32_t at = HtmlDocument::kRoot; at != HtmlDocument::kNone;
       at = document.NextInside(HtmlDocument::kRoot, at)) {
    ++visited;
    const HtmlDocument::Node& node = document.node(at);
    Check(node.next == HtmlDocument::kNone || document.node(node.next).previous == at);
    Check(node.first_child == HtmlDocument::kNone || document.node(node.first_child).parent == at);
    Check(node.last_child == HtmlDocument::kNone || document.node(node.last_child).next == HtmlDocument::kNone);
  }
  Check(visited == document.size());
}

void CheckSelector(const HtmlDocument& document, std::string_view text) {
  mockarty::HtmlSelector selector;
  std::string error;
  const uint32_t root = HtmlDocument::kRoot;
  std::vector<uint32_t> found;
  if (!selector.Compile(text, &error)) {
    Check(!error.empty());
    return;
  }
  selector.Select(document, root, &found);
  for (const uint32_t node : found) {
    Check(selector.Exhausted() || selector.Matches(document, node));
  }
  mockarty::HtmlMatch match;
  match.kind = mockarty::HtmlMatch::Kind::kSelector;
  match.selector = text;
  std::vector<uint32_t> walked;
  for (int walk = 0; walk <= static_cast<int>(mockarty::HtmlWalk::kParentsUntil); ++walk) {
    if (!mockarty::WalkHtml(document, found, static_cast<mockarty::HtmlWalk>(walk), match, match, &walked, &error)) {
      return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  const std::string page(line == input.npos ? input : input.substr(line + 1));
  std::string block;
  if (mockarty::ParseHtml(page, &block) != mockarty::HtmlProblem::kNone) return 0;
  const HtmlDocument document(block);
  CheckTree(document);
  if (line != input.npos) CheckSelector(document, input.substr(0, line));
  std::string html;
  document.AppendInnerHtml(HtmlDocument::kRoot, &html);
  std::string text;
  document.AppendText(HtmlDocument::kRoot, &text);
  std::vector<mockarty::HtmlField> fields;
  mockarty::AddHtmlFields(document, HtmlDocument::kRoot, &fields);
  mockarty::EncodeHtmlFields(fields);
  std::string again;
  Check(mockarty::ParseHtml(html, &again) != mockarty::HtmlProblem::kTooLarge || html.size() > mockarty::kMaxHtmlBytes);
  return 0;
}

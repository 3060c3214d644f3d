// A parsed HTML document in one block of memory: nodes, attributes and text behind one another, linked by numbers.
//
// One block, because it lives in a JavaScript heap: it counts for the heap's limit and goes when nothing refers to it,
// without a finalizer. It is never changed. Pure; any thread.
#ifndef ENGINE_MODULES_HTML_DOCUMENT_H_
#define ENGINE_MODULES_HTML_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mockarty {

class HtmlDocument {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kRoot = 0;  // the document itself

  enum class Kind : uint32_t { kDocument, kElement, kText, kComment };

  struct Span {
    uint32_t begin = 0;  // in the text
    uint32_t size = 0;
  };
  struct Node {
    Kind kind = Kind::kDocument;
    uint32_t parent = kNone;
    uint32_t first_child = kNone;
    uint32_t last_child = kNone;
    uint32_t previous = kNone;  // sibling
    uint32_t next = kNone;
    Span text;  // an element's name in lower case; what a text or a comment says
    uint32_t first_attribute = 0;
    uint32_t attributes = 0;
  };
  struct Attribute {
    Span name;
    Span value;
  };
  // What the block begins with; nodes, attributes and text follow.
  struct Header {
    uint32_t nodes = 0;
    uint32_t attributes = 0;
    uint32_t text = 0;
    uint32_t padding = 0;
  };

  // A view of `block`, which ParseHtml() has made.
  explicit HtmlDocument(std::string_view block) : block_(block.data()) {}

  uint32_t size() const { return header().nodes; }
  const Node& node(uint32_t index) const { return nodes()[index]; }
  bool IsElement(uint32_t index) const { return node(index).kind == Kind::kElement; }
  std::string_view Text(Span span) const { return {text() + span.begin, span.size}; }
  // Of an element; empty for others.
  std::string_view Name(uint32_t index) const;
  const Attribute& attribute(uint32_t index, uint32_t place) const;
  // False when the element has no such attribute; names are in lower case.
  bool FindAttribute(uint32_t index, std::string_view name, std::string_view* value) const;
  bool HasAttribute(uint32_t index, std::string_view name) const;

  // The next node in the order of the document within `top`, without recursion; kNone at its end.
  uint32_t NextInside(uint32_t top, uint32_t index) const;
  // Siblings and parents that are elements; kNone when there is none.
  uint32_t ParentElement(uint32_t index) const;
  uint32_t FirstElement(uint32_t parent) const;
  uint32_t NextElement(uint32_t index) const;
  uint32_t PreviousElement(uint32_t index) const;

  // All text inside, as textContent.
  void AppendText(uint32_t index, std::string* out) const;
  // What is inside as HTML, and with the node itself (HTML's serialization, section 13.3).
  void AppendInnerHtml(uint32_t index, std::string* out) const;
  void AppendOuterHtml(uint32_t index, std::string* out) const;

 private:
  const Header& header() const { return *reinterpret_cast<const Header*>(block_); }
  const Node* nodes() const { return reinterpret_cast<const Node*>(block_ + sizeof(Header)); }
  const Attribute* attributes() const { return reinterpret_cast<const Attribute*>(nodes() + header().nodes); }
  const char* text() const { return reinterpret_cast<const char*>(attributes() + header().attributes); }
  void AppendStart(uint32_t index, std::string* out) const;
  void AppendEnd(uint32_t index, std::string* out) const;
  void AppendRange(uint32_t top, bool with_top, std::string* out) const;

  const char* block_;
};

bool IsVoidElement(std::string_view name);  // <br>, <img>, ...: without content and end tag

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_DOCUMENT_H_

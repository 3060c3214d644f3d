#include "engine/modules/html_document.h"

#include <algorithm>
#include <iterator>

namespace mockarty {
namespace {

constexpr std::string_view kVoidElements[] = {"area",  "base",  "basefont", "bgsound", "br",    "col",
                                              "embed", "frame", "hr",       "img",     "input", "keygen",
                                              "link",  "meta",  "param",    "source",  "track", "wbr"};
// Their text stands as it is.
constexpr std::string_view kRawTextElements[] = {"style",   "script",   "xmp",       "iframe",
                                                 "noembed", "noframes", "plaintext", "noscript"};

template <size_t kCount>
bool Contains(const std::string_view (&names)[kCount], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

void AppendEscaped(std::string_view text, bool attribute, std::string* out) {
  for (const char c : text) {
    if (c == '&') {
      out->append("&amp;");
    } else if (c == '<' && !attribute) {
      out->append("&lt;");
    } else if (c == '>' && !attribute) {
      out->append("&gt;");
    } else if (c == '"' && attribute) {
      out->append("&quot;");
    } else {
      out->push_back(c);
    }
  }
}

}  // namespace

bool IsVoidElement(std::string_view name) { return Contains(kVoidElements, name); }

std::string_view HtmlDocument::Name(uint32_t index) const {
  return IsElement(index) ? Text(node(index).text) : std::string_view();
}

const HtmlDocument::Attribute& HtmlDocument::attribute(uint32_t index, uint32_t place) const {
  return attributes()[node(index).first_attribute + place];
}

bool HtmlDocument::FindAttribute(uint32_t index, std::string_view name, std::string_view* value) const {
  for (uint32_t i = 0; i < node(index).attributes; ++i) {
    if (Text(attribute(index, i).name) == name) {
      *value = Text(attribute(index, i).value);
      return true;
    }
  }
  return false;
}

bool HtmlDocument::HasAttribute(uint32_t index, std::string_view name) const {
  std::string_view value;
  return FindAttribute(index, name, &value);
}

uint32_t HtmlDocument::NextInside(uint32_t top, uint32_t index) const {
  if (node(index).first_child != kNone) {
    return node(index).first_child;
  }
  while (index != top && node(index).next == kNone) {
    index = node(index).parent;
  }
  return index == top ? kNone : node(index).next;
}

uint32_t HtmlDocument::ParentElement(uint32_t index) const {
  const uint32_t parent = node(index).parent;
  return parent != kNone && IsElement(parent) ? parent : kNone;
}

uint32_t HtmlDocument::FirstElement(uint32_t parent) const {
  uint32_t child = node(parent).first_child;
  while (child != kNone && !IsElement(child)) {
    child = node(child).next;
  }
  return child;
}

uint32_t HtmlDocument::NextElement(uint32_t index) const {
  do {
    index = node(index).next;
  } while (index != kNone && !IsElement(index));
  return index;
}

uint32_t HtmlDocument::PreviousElement(uint32_t index) const {
  do {
    index = node(index).previous;
  } while (index != kNone && !IsElement(index));
  return index;
}

void HtmlDocument::AppendText(uint32_t index, std::string* out) const {
  for (uint32_t at = index; at != kNone; at = NextInside(index, at)) {
    if (node(at).kind == Kind::kText) {
      out->append(Text(node(at).text));
    }
  }
}

void HtmlDocument::AppendStart(uint32_t index, std::string* out) const {
  const Node& self = node(index);
  switch (self.kind) {
    case Kind::kDocument:
      break;
    case Kind::kText: {
      const bool raw = self.parent != kNone && Contains(kRawTextElements, Name(self.parent));
      if (raw) {
        out->append(Text(self.text));
      } else {
        AppendEscaped(Text(self.text), false, out);
      }
      break;
    }
    case Kind::kComment:
      out->append("<!--").append(Text(self.text)).append("-->");
      break;
    case Kind::kElement:
      out->append("<").append(Text(self.text));
      for (uint32_t i = 0; i < self.attributes; ++i) {
        out->append(" ").append(Text(attribute(index, i).name)).append("=\"");
        AppendEscaped(Text(attribute(index, i).value), true, out);
        out->append("\"");
      }
      out->append(">");
      break;
  }
}

void HtmlDocument::AppendEnd(uint32_t index, std::string* out) const {
  if (IsElement(index) && !IsVoidElement(Name(index))) {
    out->append("</").append(Name(index)).append(">");
  }
}

// Without recursion: a page may be nested as deeply as it likes.
void HtmlDocument::AppendRange(uint32_t top, bool with_top, std::string* out) const {
  uint32_t at = top;
  for (;;) {
    if (at != top || with_top) {
      AppendStart(at, out);
    }
    if (node(at).first_child != kNone) {
      at = node(at).first_child;
      continue;
    }
    for (;;) {
      if (at != top || with_top) {
        AppendEnd(at, out);
      }
      if (at == top) {
        return;
      }
      if (node(at).next != kNone) {
        at = node(at).next;
        break;
      }
      at = node(at).parent;
    }
  }
}

void HtmlDocument::AppendInnerHtml(uint32_t index, std::string* out) const { AppendRange(index, false, out); }
void HtmlDocument::AppendOuterHtml(uint32_t index, std::string* out) const { AppendRange(index, true, out); }

}  // namespace mockarty

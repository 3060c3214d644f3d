#include "engine/modules/html_parser.h"

#include <gumbo.h>
#include <setjmp.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "common/time/clock.h"
#include "engine/modules/html_document.h"

namespace mockarty {
namespace {

constexpr size_t kMaxArenaBytes = size_t{256} << 20;
constexpr size_t kChunkBytes = size_t{64} << 10;
constexpr Nanos kMaxTime = 5 * kNanosPerSecond;
constexpr int kAllocationsPerClock = 256;

// Memory of one parse. Past its limits it leaves Gumbo by longjmp: C code that holds nothing but this memory.
class Arena {
 public:
  explicit Arena(Nanos deadline) : deadline_(deadline) {}
  ~Arena() {
    for (void* chunk : chunks_) {
      free(chunk);
    }
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  static void* Allocate(void* self, size_t size) { return static_cast<Arena*>(self)->Take(size); }
  static void Free(void*, void*) {}

  jmp_buf leave;
  HtmlProblem problem = HtmlProblem::kNone;

 private:
  void* Take(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (++allocations_ % kAllocationsPerClock == 0 && MonotonicNow() > deadline_) {
      Leave(HtmlProblem::kTooSlow);
    }
    if (size > left_) {
      const size_t chunk = size > kChunkBytes / 4 ? size : kChunkBytes;
      if (used_ + chunk > kMaxArenaBytes) {
        Leave(HtmlProblem::kTooMuchMemory);
      }
      void* memory = malloc(chunk);
      if (memory == nullptr) {
        Leave(HtmlProblem::kTooMuchMemory);
      }
      chunks_.push_back(memory);
      used_ += chunk;
      if (chunk != kChunkBytes) {
        return memory;  // a large piece of its own; the current chunk goes on
      }
      next_ = static_cast<char*>(memory);
      left_ = chunk;
    }
    void* taken = next_;
    next_ += size;
    left_ -= size;
    return taken;
  }

  [[noreturn]] void Leave(HtmlProblem why) {
    problem = why;
    longjmp(leave, 1);
  }

  const Nanos deadline_;
  std::vector<void*> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t used_ = 0;
  int allocations_ = 0;
};

// In a function of its own, so that nothing here is in a register when Gumbo is left. Null: it was.
__attribute__((noinline)) const GumboOutput* RunGumbo(Arena& arena, std::string_view html) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::Allocate;
  options.deallocator = &Arena::Free;
  options.userdata = &arena;
  options.max_errors = 0;
  if (setjmp(arena.leave) != 0) {
    return nullptr;
  }
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

// Flattens Gumbo's tree in the order of the document.
class Flattener {
 public:
  void Run(const GumboNode* document) {
    Add(document, HtmlDocument::kNone);
    // (node, index, next child): a stack of our own in place of recursion.
    struct Frame {
      const GumboVector* children;
      uint32_t index;
      unsigned next;
    };
    std::vector<Frame> open{{&document->v.document.children, 0, 0}};
    while (!open.empty()) {
      Frame& frame = open.back();
      if (frame.next == frame.children->length) {
        open.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(frame.children->data[frame.next++]);
      const uint32_t index = Add(child, frame.index);
      if (child->type == GUMBO_NODE_ELEMENT || child->type == GUMBO_NODE_TEMPLATE) {
        open.push_back({&child->v.element.children, index, 0});
      }
    }
  }

  void Write(std::string* out) const {
    HtmlDocument::Header header;
    header.nodes = static_cast<uint32_t>(nodes_.size());
    header.attributes = static_cast<uint32_t>(attributes_.size());
    header.text = static_cast<uint32_t>(text_.size());
    out->assign(reinterpret_cast<const char*>(&header), sizeof header);
    out->append(reinterpret_cast<const char*>(nodes_.data()), nodes_.size() * sizeof nodes_[0]);
    out->append(reinterpret_cast<const char*>(attributes_.data()),
                attributes_.size() * sizeof(HtmlDocument::Attribute));
    out->append(text_);
  }

 private:
  HtmlDocument::Span Keep(std::string_view text) {
    const HtmlDocument::Span span{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())};
    text_.append(text);
    return span;
  }

  void AddElement(const GumboElement& element, HtmlDocument::Node& node) {
    node.kind = HtmlDocument::Kind::kElement;
    if (element.tag != GUMBO_TAG_UNKNOWN) {
      node.text = Keep(gumbo_normalized_tagname(element.tag));
    } else {
      GumboStringPiece name = element.original_tag;
      gumbo_tag_from_original_text(&name);
      node.text = Keep({name.data != nullptr ? name.data : "", name.data != nullptr ? name.length : 0});
      for (size_t i = node.text.begin; i < text_.size(); ++i) {
        if (text_[i] >= 'A' && text_[i] <= 'Z') {
          text_[i] = static_cast<char>(text_[i] + ('a' - 'A'));
        }
      }
    }
    node.first_attribute = static_cast<uint32_t>(attributes_.size());
    node.attributes = element.attributes.length;
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const HtmlDocument::Span name = Keep(attribute->name);
      attributes_.push_back({name, Keep(attribute->value)});
    }
  }

  uint32_t Add(const GumboNode* gumbo, uint32_t parent) {
    const auto index = static_cast<uint32_t>(nodes_.size());
    HtmlDocument::Node node;
    node.parent = parent;
    switch (gumbo->type) {
      case GUMBO_NODE_DOCUMENT:
        break;
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        AddElement(gumbo->v.element, node);
        break;
      case GUMBO_NODE_COMMENT:
        node.kind = HtmlDocument::Kind::kComment;
        node.text = Keep(gumbo->v.text.text);
        break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        node.kind = HtmlDocument::Kind::kText;
        node.text = Keep(gumbo->v.text.text);
        break;
    }
    if (parent != HtmlDocument::kNone) {
      HtmlDocument::Node& above = nodes_[parent];
      node.previous = above.last_child;
      if (above.last_child == HtmlDocument::kNone) {
        above.first_child = index;
      } else {
        nodes_[above.last_child].next = index;
      }
      above.last_child = index;
    }
    nodes_.push_back(node);
    return index;
  }

  std::vector<HtmlDocument::Node> nodes_;
  std::vector<HtmlDocument::Attribute> attributes_;
  std::string text_;
};

}  // namespace

const char* DescribeHtmlProblem(HtmlProblem problem) {
  switch (problem) {
    case HtmlProblem::kNone:
      break;
    case HtmlProblem::kTooLarge:
      return "the page is larger than 16 MiB";
    case HtmlProblem::kTooMuchMemory:
      return "the page takes more than 256 MiB to parse";
    case HtmlProblem::kTooSlow:
      return "the page takes longer than 5 s to parse";
  }
  return "";
}

HtmlProblem ParseHtml(std::string_view html, std::string* out) {
  if (html.size() > kMaxHtmlBytes) {
    return HtmlProblem::kTooLarge;
  }
  Arena arena(MonotonicNow() + kMaxTime);
  const GumboOutput* output = RunGumbo(arena, html);
  if (output == nullptr) {
    return arena.problem;
  }
  Flattener flattener;
  flattener.Run(output->document);
  flattener.Write(out);
  return HtmlProblem::kNone;
}

}  // namespace mockarty

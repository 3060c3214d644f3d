#include "engine/modules/html_selection.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "engine/modules/html_parser.h"
#include "engine/modules/html_traversal.h"

namespace mockarty {
namespace {

constexpr std::string_view kBlockKey = MOCKARTY_HIDDEN_KEY("html");
constexpr std::string_view kNodesKey = MOCKARTY_HIDDEN_KEY("nodes");
constexpr std::string_view kPrototypeKey = "html_prototype";

[[noreturn]] void ThrowText(JsCall call, JsError kind, const std::string& text) {
  call.Throw(kind, "%.*s", static_cast<int>(std::min<size_t>(text.size(), 900)), text.c_str());
}

// The nodes named by the argument at `index`: a selector, a Selection, or nothing. A TypeError for anything else.
HtmlMatch MatchArgument(JsCall call, int index, const HtmlView& self, const char* function, bool optional) {
  HtmlMatch match;
  if (call.IsNullOrUndefined(index)) {
    if (!optional) {
      call.Throw(JsError::kTypeError, "%s: expected a selector or a Selection", function);
    }
    return match;
  }
  if (call.IsString(index)) {
    match.kind = HtmlMatch::Kind::kSelector;
    match.selector = call.String(index);
    return match;
  }
  HtmlView other{HtmlDocument({}), {}, 0};
  if (!ReadHtmlSelection(call, index, &other)) {
    call.Throw(JsError::kTypeError, "%s: expected a selector or a Selection", function);
  }
  match.kind = HtmlMatch::Kind::kNodes;
  if (call.HeapPointer(other.block) == call.HeapPointer(self.block)) {
    match.nodes = other.nodes;
  }
  return match;
}

constexpr const char* kWalkNames[] = {"find",     "filter",   "not",       "has",       "closest",     "children",
                                      "contents", "parent",   "parents",   "next",      "nextAll",     "prev",
                                      "prevAll",  "siblings", "nextUntil", "prevUntil", "parentsUntil"};

// filter(fn) and not(fn): fn(index, element)
JsReturn FilterByFunction(JsCall call, const HtmlView& self, bool keep) {
  const size_t count = self.nodes.size();
  call.Require(8);
  // The flags live in the heap: the function may use the thread's scratch.
  char* kept = call.PushFixedBuffer(count == 0 ? 1 : count);
  for (size_t i = 0; i < count; ++i) {
    call.Duplicate(0);
    call.PushNumber(static_cast<double>(i));
    PushHtmlSelection(call, self.block, self.nodes.subspan(i, 1));
    call.Call(2);
    kept[i] = call.Truthy(-1) == keep ? 1 : 0;
    call.Pop();
  }
  HtmlScratch& scratch = HtmlScratch::OfThread();
  scratch.nodes.clear();
  for (size_t i = 0; i < count; ++i) {
    if (kept[i] != 0) {
      scratch.nodes.push_back(self.nodes[i]);
    }
  }
  PushHtmlSelection(call, self.block, scratch.nodes);
  return JsReturn::kTop;
}

// All that go from nodes to nodes; the magic is an HtmlWalk.
JsReturn Walk(JsCall call) {
  call.SetTop(2);
  const auto walk = static_cast<HtmlWalk>(call.Magic());
  const char* name = kWalkNames[call.Magic()];
  const HtmlView self = ThisHtmlSelection(call);
  if ((walk == HtmlWalk::kFilter || walk == HtmlWalk::kNot) && call.IsFunction(0)) {
    return FilterByFunction(call, self, walk == HtmlWalk::kFilter);
  }
  const bool optional = walk >= HtmlWalk::kChildren;
  const bool until = walk >= HtmlWalk::kNextUntil;
  HtmlMatch match = MatchArgument(call, 0, self, name, optional);
  HtmlScratch& scratch = HtmlScratch::OfThread();
  if (match.kind == HtmlMatch::Kind::kSelector) {
    scratch.text = match.selector;  // a second one would take its place in the heap's Scratch()
    match.selector = scratch.text;
  }
  HtmlMatch filter;
  if (until) {
    filter = MatchArgument(call, 1, self, name, true);
  }
  if (!WalkHtml(self.document, self.nodes, walk, match, filter, &scratch.nodes, &scratch.error)) {
    ThrowText(call, JsError::kSyntaxError, scratch.error);
  }
  PushHtmlSelection(call, self.block, scratch.nodes);
  return JsReturn::kTop;
}

// is(selector | Selection | function)
JsReturn Is(JsCall call) {
  call.SetTop(1);
  const HtmlView self = ThisHtmlSelection(call);
  HtmlScratch& scratch = HtmlScratch::OfThread();
  if (call.IsFunction(0)) {
    FilterByFunction(call, self, true);
  } else {
    const HtmlMatch match = MatchArgument(call, 0, self, "is", false);
    if (!WalkHtml(self.document, self.nodes, HtmlWalk::kFilter, match, {}, &scratch.nodes, &scratch.error)) {
      ThrowText(call, JsError::kSyntaxError, scratch.error);
    }
  }
  call.PushBool(!scratch.nodes.empty());
  return JsReturn::kTop;
}

// A place in a list of `count`, from its end when negative, held within 0..count.
size_t PlaceArgument(JsCall call, int index, size_t count, size_t missing) {
  if (call.IsNullOrUndefined(index)) {
    return missing;
  }
  double place = std::trunc(call.CoerceToNumber(index));
  if (!(place >= 0)) {
    place = std::isnan(place) ? 0 : std::max(0.0, place + static_cast<double>(count));
  }
  return static_cast<size_t>(std::min(place, static_cast<double>(count)));
}

enum Part { kFirst, kLast, kEq, kSlice, kGet };

// first(), last(), eq(index), slice(begin, end), get(index)
JsReturn PartOf(JsCall call) {
  call.SetTop(2);
  const HtmlView self = ThisHtmlSelection(call);
  const size_t count = self.nodes.size();
  const int part = call.Magic();
  size_t begin = 0;
  size_t end = std::min<size_t>(count, 1);
  if (part == kLast) {
    begin = count - end;
    end = count;
  } else if (part == kSlice) {
    begin = PlaceArgument(call, 0, count, 0);
    end = std::max(begin, PlaceArgument(call, 1, count, count));
  } else if (part == kEq || part == kGet) {
    const double place = call.CoerceToNumber(0);
    begin = place < 0 && -place > static_cast<double>(count) ? count : PlaceArgument(call, 0, count, 0);
    end = std::min(count, begin + 1);
  }
  if (part == kGet && begin == end) {
    return JsReturn::kUndefined;
  }
  PushHtmlSelection(call, self.block, self.nodes.subspan(begin, end - begin));
  return JsReturn::kTop;
}

// size()
JsReturn Size(JsCall call) {
  call.PushNumber(static_cast<double>(ThisHtmlSelection(call).nodes.size()));
  return JsReturn::kTop;
}

// toArray(): Selections of one node each
JsReturn ToArray(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  call.PushArray();
  for (size_t i = 0; i < self.nodes.size(); ++i) {
    PushHtmlSelection(call, self.block, self.nodes.subspan(i, 1));
    call.PutIndex(-2, static_cast<unsigned>(i));
  }
  return JsReturn::kTop;
}

// each(fn(index, element)) and map(fn(index, selection)): an each whose function returns false ends
JsReturn ForEach(JsCall call) {
  const bool map = call.Magic() != 0;
  call.SetTop(1);
  if (!call.IsFunction(0)) {
    call.Throw(JsError::kTypeError, "%s: expected a function of (index, element)", map ? "map" : "each");
  }
  const HtmlView self = ThisHtmlSelection(call);
  call.PushArray();
  const int results = call.Top() - 1;
  for (size_t i = 0; i < self.nodes.size(); ++i) {
    call.Duplicate(0);
    call.PushNumber(static_cast<double>(i));
    PushHtmlSelection(call, self.block, self.nodes.subspan(i, 1));
    call.Call(2);
    if (map) {
      call.PutIndex(results, static_cast<unsigned>(i));
    } else {
      const bool stop = call.IsBoolean(-1) && !call.Truthy(-1);
      call.Pop();
      if (stop) {
        break;
      }
    }
  }
  if (!map) {
    call.PushThis();
  }
  return JsReturn::kTop;
}

// index(): among its siblings; index(selector): among what matches; index(Selection): of its first in this one
JsReturn Index(JsCall call) {
  call.SetTop(1);
  const HtmlView self = ThisHtmlSelection(call);
  const HtmlMatch match = MatchArgument(call, 0, self, "index", true);
  HtmlScratch& scratch = HtmlScratch::OfThread();
  double found = -1;
  if (match.kind == HtmlMatch::Kind::kNodes) {
    const auto at =
        match.nodes.empty() ? self.nodes.end() : std::find(self.nodes.begin(), self.nodes.end(), match.nodes.front());
    found = at == self.nodes.end() ? -1 : static_cast<double>(at - self.nodes.begin());
  } else if (!self.nodes.empty()) {
    const uint32_t first = self.nodes.front();
    const uint32_t root = HtmlDocument::kRoot;
    if (match.kind == HtmlMatch::Kind::kNothing) {
      for (uint32_t at = first; at != HtmlDocument::kNone; at = self.document.PreviousElement(at)) {
        ++found;
      }
    } else if (!WalkHtml(self.document, {&root, 1}, HtmlWalk::kFind, match, {}, &scratch.nodes, &scratch.error)) {
      ThrowText(call, JsError::kSyntaxError, scratch.error);
    } else {
      const auto at = std::find(scratch.nodes.begin(), scratch.nodes.end(), first);
      found = at == scratch.nodes.end() ? -1 : static_cast<double>(at - scratch.nodes.begin());
    }
  }
  call.PushNumber(found);
  return JsReturn::kTop;
}

// selection(): itself, for what k6 has on its Elements
JsReturn Self(JsCall call) {
  call.PushThis();
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"is", &JsTrampoline<Is>, 1, 0},
    {"first", &JsTrampoline<PartOf>, 0, kFirst},
    {"last", &JsTrampoline<PartOf>, 0, kLast},
    {"eq", &JsTrampoline<PartOf>, 1, kEq},
    {"slice", &JsTrampoline<PartOf>, 2, kSlice},
    {"get", &JsTrampoline<PartOf>, 1, kGet},
    {"size", &JsTrampoline<Size>, 0, 0},
    {"toArray", &JsTrampoline<ToArray>, 0, 0},
    {"each", &JsTrampoline<ForEach>, 1, 0},
    {"map", &JsTrampoline<ForEach>, 1, 1},
    {"index", &JsTrampoline<Index>, 1, 0},
    {"selection", &JsTrampoline<Self>, 0, 0},
};

// Pushes the prototype of all Selections of the heap.
void PushPrototype(JsCall call) {
  call.PushStash();
  if (!call.GetProperty(-1, kPrototypeKey)) {
    call.Pop();
    call.PushObject();
    for (size_t walk = 0; walk < std::size(kWalkNames); ++walk) {
      call.PushFunction(&JsTrampoline<Walk>, 2, static_cast<int>(walk));
      call.PutProperty(-2, kWalkNames[walk]);
    }
    PutFunctions(call, kFunctions, std::size(kFunctions));
    PutHtmlContentFunctions(call);
    call.Duplicate(-1);
    call.PutProperty(-3, kPrototypeKey);
  }
  call.Remove(-2);
}

}  // namespace

HtmlScratch& HtmlScratch::OfThread() {
  thread_local HtmlScratch scratch;
  return scratch;
}

void PushHtmlDocument(JsCall call, std::string_view html, const char* function) {
  HtmlScratch& scratch = HtmlScratch::OfThread();
  const HtmlProblem problem = ParseHtml(html, &scratch.text);
  if (problem != HtmlProblem::kNone) {
    call.Throw(JsError::kError, "%s: %s", function, DescribeHtmlProblem(problem));
  }
  call.Require(8);
  memcpy(call.PushFixedBuffer(scratch.text.size()), scratch.text.data(), scratch.text.size());
  constexpr size_t kKeptBytes = size_t{1} << 20;
  if (scratch.text.capacity() > kKeptBytes) {
    scratch.text = {};
  }
  const uint32_t root = HtmlDocument::kRoot;
  PushHtmlSelection(call, call.Top() - 1, {&root, 1});
  call.Remove(-2);
}

bool ReadHtmlSelection(JsCall call, int index, HtmlView* view) {
  call.Require(8);
  call.Duplicate(index);
  const int self = call.Top() - 1;
  if (!call.IsObject(self)) {
    call.PushUndefined();
    call.PushUndefined();
    return false;
  }
  const bool found = call.GetHidden(self, kBlockKey);
  call.GetHidden(self, kNodesKey);
  if (!found) {
    return false;
  }
  const std::string_view nodes = call.Bytes(self + 2);
  *view = {HtmlDocument(call.Bytes(self + 1)),
           {reinterpret_cast<const uint32_t*>(nodes.data()), nodes.size() / sizeof(uint32_t)},
           self + 1};
  return true;
}

HtmlView ThisHtmlSelection(JsCall call) {
  call.Require(8);
  call.PushThis();
  HtmlView view{HtmlDocument({}), {}, 0};
  if (!ReadHtmlSelection(call, -1, &view)) {
    call.Throw(JsError::kTypeError, "not called on a Selection");
  }
  return view;
}

void PushHtmlSelection(JsCall call, int block, std::span<const uint32_t> nodes) {
  call.Require(8);
  PushPrototype(call);
  call.PushObjectWithPrototype(call.HeapPointer(-1), 2);
  call.Remove(-2);
  call.Duplicate(block);
  call.PutHidden(-2, kBlockKey);
  char* copy = call.PushFixedBuffer(nodes.size_bytes());
  if (!nodes.empty()) {
    memcpy(copy, nodes.data(), nodes.size_bytes());
  }
  call.PutHidden(-2, kNodesKey);
}

}  // namespace mockarty

#include "engine/modules/html_traversal.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "engine/modules/html_selector.h"

namespace mockarty {
namespace {

constexpr uint32_t kNone = HtmlDocument::kNone;

// An HtmlMatch made ready.
class Matcher {
 public:
  bool Prepare(const HtmlMatch& match, std::string* error) {
    kind_ = match.kind;
    nodes_.insert(match.nodes.begin(), match.nodes.end());
    return kind_ != HtmlMatch::Kind::kSelector || selector_.Compile(match.selector, error);
  }
  bool Given() const { return kind_ != HtmlMatch::Kind::kNothing; }
  bool Matches(const HtmlDocument& document, uint32_t node) const {
    switch (kind_) {
      case HtmlMatch::Kind::kNothing:
        return true;
      case HtmlMatch::Kind::kSelector:
        return selector_.Matches(document, node);
      case HtmlMatch::Kind::kNodes:
        break;
    }
    return nodes_.contains(node);
  }
  bool Exhausted() const { return selector_.Exhausted(); }

 private:
  HtmlMatch::Kind kind_ = HtmlMatch::Kind::kNothing;
  HtmlSelector selector_;
  absl::flat_hash_set<uint32_t> nodes_;
};

class Walker {
 public:
  Walker(const HtmlDocument& document, const Matcher& match, const Matcher& filter, std::vector<uint32_t>* out)
      : document_(document), match_(match), filter_(filter), out_(out) {}

  void Visit(uint32_t node, HtmlWalk walk) {
    switch (walk) {
      case HtmlWalk::kFind:
        return Inside(node);
      case HtmlWalk::kFilter:
        return AddIf(node, match_.Matches(document_, node));
      case HtmlWalk::kNot:
        return AddIf(node, !match_.Matches(document_, node));
      case HtmlWalk::kHas:
        return AddIf(node, HasInside(node));
      case HtmlWalk::kClosest:
        return Closest(node);
      case HtmlWalk::kChildren:
      case HtmlWalk::kContents:
        return Children(node, walk == HtmlWalk::kContents, kNone);
      case HtmlWalk::kSiblings:
        return Children(document_.node(node).parent, false, node);
      case HtmlWalk::kParent:
      case HtmlWalk::kNext:
      case HtmlWalk::kPrevious: {
        const uint32_t one = Step(node, walk);
        return one == kNone ? void() : AddIf(one, match_.Matches(document_, one));
      }
      case HtmlWalk::kParents:
      case HtmlWalk::kNextAll:
      case HtmlWalk::kPreviousAll:
        for (uint32_t at = Step(node, walk); at != kNone; at = Step(at, walk)) {
          AddIf(at, match_.Matches(document_, at));
        }
        return;
      case HtmlWalk::kNextUntil:
      case HtmlWalk::kPreviousUntil:
      case HtmlWalk::kParentsUntil:
        for (uint32_t at = Step(node, walk); at != kNone; at = Step(at, walk)) {
          if (match_.Given() && match_.Matches(document_, at)) {
            return;
          }
          AddIf(at, filter_.Matches(document_, at));
        }
        return;
    }
  }

 private:
  void AddIf(uint32_t node, bool wanted) {
    if (wanted && seen_.insert(node).second) {
      out_->push_back(node);
    }
  }

  uint32_t Step(uint32_t node, HtmlWalk walk) const {
    switch (walk) {
      case HtmlWalk::kNext:
      case HtmlWalk::kNextAll:
      case HtmlWalk::kNextUntil:
        return document_.NextElement(node);
      case HtmlWalk::kPrevious:
      case HtmlWalk::kPreviousAll:
      case HtmlWalk::kPreviousUntil:
        return document_.PreviousElement(node);
      default:
        return document_.ParentElement(node);
    }
  }

  void Inside(uint32_t top) {
    for (uint32_t at = document_.NextInside(top, top); at != kNone; at = document_.NextInside(top, at)) {
      AddIf(at, document_.IsElement(at) && match_.Matches(document_, at));
      if (match_.Exhausted()) {
        return;
      }
    }
  }

  bool HasInside(uint32_t top) const {
    for (uint32_t at = document_.NextInside(top, top); at != kNone; at = document_.NextInside(top, at)) {
      if (document_.IsElement(at) && match_.Matches(document_, at)) {
        return true;
      }
    }
    return false;
  }

  void Closest(uint32_t node) {
    for (uint32_t at = node; at != kNone; at = document_.ParentElement(at)) {
      if (match_.Matches(document_, at)) {
        return AddIf(at, true);
      }
    }
  }

  void Children(uint32_t parent, bool all_kinds, uint32_t without) {
    if (parent == kNone) {
      return;
    }
    for (uint32_t at = document_.node(parent).first_child; at != kNone; at = document_.node(at).next) {
      AddIf(at, at != without && (all_kinds || (document_.IsElement(at) && match_.Matches(document_, at))));
    }
  }

  const HtmlDocument& document_;
  const Matcher& match_;
  const Matcher& filter_;
  std::vector<uint32_t>* out_;
  absl::flat_hash_set<uint32_t> seen_;
};

bool GoesUpOrBack(HtmlWalk walk) {
  return walk == HtmlWalk::kParents || walk == HtmlWalk::kParentsUntil || walk == HtmlWalk::kPreviousAll ||
         walk == HtmlWalk::kPreviousUntil;
}

}  // namespace

bool WalkHtml(const HtmlDocument& document, std::span<const uint32_t> nodes, HtmlWalk walk, const HtmlMatch& match,
              const HtmlMatch& filter, std::vector<uint32_t>* out, std::string* error) {
  out->clear();
  Matcher prepared_match;
  Matcher prepared_filter;
  if (!prepared_match.Prepare(match, error) || !prepared_filter.Prepare(filter, error)) {
    return false;
  }
  Walker walker(document, prepared_match, prepared_filter, out);
  for (const uint32_t node : nodes) {
    walker.Visit(node, walk);
    if (prepared_match.Exhausted() || prepared_filter.Exhausted()) {
      *error = "the selector takes too many steps on this page";
      return false;
    }
  }
  if (nodes.size() > 1 && !GoesUpOrBack(walk) && walk != HtmlWalk::kFilter && walk != HtmlWalk::kNot) {
    std::sort(out->begin(), out->end());
  }
  return true;
}

}  // namespace mockarty

// A set of sequence numbers, as ranges. A value.
#ifndef COORDINATOR_RUN_SEQ_RANGES_H_
#define COORDINATOR_RUN_SEQ_RANGES_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace mockarty {

class SeqRanges {
 public:
  // first <= last.
  void Add(uint64_t first, uint64_t last) {
    auto at = ranges_.upper_bound(first);
    if (at != ranges_.begin()) {
      const auto before = std::prev(at);
      if (before->second >= first - (first > 0 ? 1 : 0)) {
        first = before->first;
        last = std::max(last, before->second);
        at = ranges_.erase(before);
      }
    }
    while (at != ranges_.end() && at->first <= last + 1) {
      last = std::max(last, at->second);
      at = ranges_.erase(at);
    }
    ranges_[first] = last;
  }
  bool Contains(uint64_t first, uint64_t last) const {
    const auto at = ranges_.upper_bound(first);
    return at != ranges_.begin() && std::prev(at)->second >= last;
  }
  const std::map<uint64_t, uint64_t>& ranges() const { return ranges_; }  // from first to last, rising, with gaps

 private:
  std::map<uint64_t, uint64_t> ranges_;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_SEQ_RANGES_H_

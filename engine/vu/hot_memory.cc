#include "engine/vu/hot_memory.h"

#include <algorithm>

namespace mockarty {

void HotMemory::Add(const void* begin, size_t size) {
  if (size == 0) {
    return;
  }
  const auto offset = reinterpret_cast<uintptr_t>(begin) % kLineBytes;
  const char* first = static_cast<const char*>(begin) - offset;
  ranges_.push_back({first, static_cast<uint32_t>((offset + size - 1) / kLineBytes + 1)});
}

void HotMemory::Seal() {
  std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::vector<Range> joined;
  size_t lines = 0;
  for (const Range& range : ranges_) {
    if (lines >= kMaxLines) {
      break;
    }
    if (!joined.empty() && range.begin <= joined.back().begin + joined.back().lines * kLineBytes) {
      const char* end =
          std::max(joined.back().begin + joined.back().lines * kLineBytes, range.begin + range.lines * kLineBytes);
      const auto total = static_cast<uint32_t>((end - joined.back().begin) / kLineBytes);
      lines += total - joined.back().lines;
      joined.back().lines = total;
    } else {
      joined.push_back(range);
      lines += range.lines;
    }
  }
  joined.shrink_to_fit();
  ranges_ = std::move(joined);
}

size_t HotMemory::Lines() const {
  size_t lines = 0;
  for (const Range& range : ranges_) {
    lines += range.lines;
  }
  return lines;
}

}  // namespace mockarty

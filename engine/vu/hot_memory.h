// The memory one virtual user touches in an iteration, so that it can be fetched into the caches before its turn.
//
// With thousands of virtual users each one's heap has left the caches when its turn comes, and an iteration then
// waits for some 150 lines one after another, 160 to 300 ns each. Fetched together they come in about a microsecond
// (figures of this project's prototype; docs/performance.md has those of today). Fetching only the likeliest half was
// measured to gain nothing, so everything the user holds is taken.
//
// A list is a hint: addresses that have been freed since are harmless to fetch. Worker's thread only.
#ifndef ENGINE_VU_HOT_MEMORY_H_
#define ENGINE_VU_HOT_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mockarty {

class HotMemory {
 public:
  static constexpr size_t kLineBytes = 64;
  // Larger heaps are fetched up to this; beyond it one user's lines would push the next one's out of the cache.
  static constexpr size_t kMaxLines = 512;

  void Add(const void* begin, size_t size);
  // Joins what overlaps or lies side by side. After the last Add().
  void Seal();
  void Clear() { ranges_.clear(); }
  bool Empty() const { return ranges_.empty(); }
  size_t Lines() const;

  // Asks for all lines; returns before they come.
  void Prefetch() const {
    for (const Range& range : ranges_) {
      const char* line = range.begin;
      for (uint32_t i = 0; i < range.lines; ++i, line += kLineBytes) {
        __builtin_prefetch(line, 0, 2);  // into the second-level cache: the first still serves the present user
        asm volatile("" ::: "memory");   // g++ 12 drops loops that hold nothing but prefetches
      }
    }
  }
  // Asks for the list itself.
  void PrefetchList() const {
    const char* data = reinterpret_cast<const char*>(ranges_.data());
    for (size_t offset = 0; offset < ranges_.size() * sizeof(Range); offset += kLineBytes) {
      __builtin_prefetch(data + offset);
    }
  }

 private:
  struct Range {
    const char* begin;
    uint32_t lines;
  };
  std::vector<Range> ranges_;
};

}  // namespace mockarty

#endif  // ENGINE_VU_HOT_MEMORY_H_

// Memory of one conversion: a Duktape heap that lives for a tenth of a second and is thrown away as a whole.
//
// Blocks come from large mappings and go to free lists by size; nothing is given back before the arena ends, which
// saves Duktape the freeing of some 10^5 objects one by one. Bounded. Not thread-safe.
#ifndef ENGINE_SCRIPT_CONVERSION_ARENA_H_
#define ENGINE_SCRIPT_CONVERSION_ARENA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mockarty {

class ConversionArena {
 public:
  explicit ConversionArena(size_t limit_bytes) : limit_bytes_(limit_bytes) {}
  ~ConversionArena();
  ConversionArena(const ConversionArena&) = delete;
  ConversionArena& operator=(const ConversionArena&) = delete;

  // As malloc, realloc and free; null once the limit is reached or the system has no more.
  void* Allocate(size_t size);
  void* Reallocate(void* block, size_t size);
  void Free(void* block);

  // Memory mapped at most at one time.
  size_t PeakBytes() const { return peak_bytes_; }
  // An allocation has failed.
  bool Exhausted() const { return exhausted_; }

 private:
  static constexpr size_t kClasses = 112;

  struct Mapping {
    char* start;
    size_t size;
  };

  char* Map(size_t size);
  void* AllocateLarge(size_t size);
  void FreeLarge(char* start);
  bool Refill();

  size_t limit_bytes_;
  size_t mapped_bytes_ = 0;
  size_t peak_bytes_ = 0;
  bool exhausted_ = false;
  char* next_ = nullptr;  // what is left of the newest chunk
  char* end_ = nullptr;
  std::array<void*, kClasses> free_lists_{};
  std::vector<Mapping> chunks_;
  std::vector<Mapping> large_;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_CONVERSION_ARENA_H_

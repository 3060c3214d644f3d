#include "engine/script/conversion_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace mockarty {
namespace {

constexpr size_t kChunkBytes = size_t{4} << 20;
constexpr size_t kLinearClasses = 64;     // 16, 32, ... 1024 bytes
constexpr size_t kLinearMaxBytes = 1024;  // beyond, four classes a doubling
constexpr size_t kPooledMaxBytes = size_t{1} << 20;
constexpr size_t kPageBytes = 4096;
constexpr size_t kLargeClass = SIZE_MAX;

// In front of every block. The class says how large the block is and where it goes when freed.
struct Header {
  size_t size_class;
};
constexpr size_t kHeaderBytes = sizeof(Header);
// A large block starts a mapping of its own; the length of the mapping stands in front of the header.
constexpr size_t kLargePrefixBytes = 2 * sizeof(size_t);

size_t ClassOf(size_t total) {
  if (total <= kLinearMaxBytes) {
    return (total + 15) / 16 - 1;
  }
  const size_t doubling = std::bit_width(total - 1) - 1;  // 10 for 1025 to 2048
  const size_t quarter = (total - 1 - (size_t{1} << doubling)) >> (doubling - 2);
  return kLinearClasses + (doubling - 10) * 4 + quarter;
}

size_t BytesOfClass(size_t size_class) {
  if (size_class < kLinearClasses) {
    return (size_class + 1) * 16;
  }
  const size_t doubling = (size_class - kLinearClasses) / 4 + 10;
  const size_t quarter = (size_class - kLinearClasses) % 4;
  return (size_t{1} << doubling) + ((quarter + 1) << (doubling - 2));
}

Header* HeaderOf(void* block) { return reinterpret_cast<Header*>(static_cast<char*>(block) - kHeaderBytes); }

char* LargeStart(void* block) { return static_cast<char*>(block) - kLargePrefixBytes; }

size_t LargeBytes(void* block) {
  size_t size;
  memcpy(&size, LargeStart(block), sizeof(size));
  return size;
}

}  // namespace

ConversionArena::~ConversionArena() {
  for (const Mapping& mapping : chunks_) {
    munmap(mapping.start, mapping.size);
  }
  for (const Mapping& mapping : large_) {
    munmap(mapping.start, mapping.size);
  }
}

char* ConversionArena::Map(size_t size) {
  if (size > limit_bytes_ - std::min(limit_bytes_, mapped_bytes_)) {
    exhausted_ = true;
    return nullptr;
  }
  void* start = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    exhausted_ = true;
    return nullptr;
  }
  mapped_bytes_ += size;
  peak_bytes_ = std::max(peak_bytes_, mapped_bytes_);
  return static_cast<char*>(start);
}

bool ConversionArena::Refill() {
  char* start = Map(kChunkBytes);
  if (start == nullptr) {
    return false;
  }
  chunks_.push_back({start, kChunkBytes});
  next_ = start;
  end_ = start + kChunkBytes;
  return true;
}

void* ConversionArena::AllocateLarge(size_t size) {
  if (size > limit_bytes_) {
    exhausted_ = true;
    return nullptr;
  }
  const size_t mapped = (size + kLargePrefixBytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  char* start = Map(mapped);
  if (start == nullptr) {
    return nullptr;
  }
  large_.push_back({start, mapped});
  memcpy(start, &mapped, sizeof(mapped));
  void* block = start + kLargePrefixBytes;
  HeaderOf(block)->size_class = kLargeClass;
  return block;
}

void ConversionArena::FreeLarge(char* start) {
  const auto found =
      std::find_if(large_.begin(), large_.end(), [start](const Mapping& mapping) { return mapping.start == start; });
  munmap(found->start, found->size);
  mapped_bytes_ -= found->size;
  *found = large_.back();
  large_.pop_back();
}

void* ConversionArena::Allocate(size_t size) {
  const size_t total = size + kHeaderBytes;
  if (size >= kPooledMaxBytes - kHeaderBytes) {
    return AllocateLarge(size);
  }
  const size_t size_class = ClassOf(total);
  if (void* block = free_lists_[size_class]; block != nullptr) {
    memcpy(&free_lists_[size_class], block, sizeof(void*));
    return block;
  }
  const size_t bytes = BytesOfClass(size_class);
  if (static_cast<size_t>(end_ - next_) < bytes && !Refill()) {
    return nullptr;
  }
  void* block = next_ + kHeaderBytes;
  next_ += bytes;
  HeaderOf(block)->size_class = size_class;
  return block;
}

void* ConversionArena::Reallocate(void* block, size_t size) {
  if (block == nullptr) {
    return Allocate(size);
  }
  if (size == 0) {
    Free(block);
    return nullptr;
  }
  const size_t size_class = HeaderOf(block)->size_class;
  const size_t room =
      size_class == kLargeClass ? LargeBytes(block) - kLargePrefixBytes : BytesOfClass(size_class) - kHeaderBytes;
  if (size <= room) {
    return block;
  }
  void* larger = Allocate(size);
  if (larger == nullptr) {
    return nullptr;
  }
  memcpy(larger, block, room);
  Free(block);
  return larger;
}

void ConversionArena::Free(void* block) {
  if (block == nullptr) {
    return;
  }
  const size_t size_class = HeaderOf(block)->size_class;
  if (size_class == kLargeClass) {
    FreeLarge(LargeStart(block));
    return;
  }
  memcpy(block, &free_lists_[size_class], sizeof(void*));
  free_lists_[size_class] = block;
}

}  // namespace mockarty

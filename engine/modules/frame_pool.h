// Memory of native calls under way in one virtual user.
//
// Reading a call's arguments may run getters of the script, which may throw past the native that reads, or make another
// call of the same kind. So what a call gathers belongs to the virtual user: a native takes an entry, and one that was
// left behind by a throw is recognised by its stack frame, which lies below that of whoever asks.
//
// Threads: the virtual user's. Entries have Clear(), called when taken, and Trim(), called between iterations.
#ifndef ENGINE_MODULES_FRAME_POOL_H_
#define ENGINE_MODULES_FRAME_POOL_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace mockarty {

template <class Entry>
class FramePool {
 public:
  // A cleared entry for the native whose frame is given (__builtin_frame_address(0)).
  Entry& Take(const void* frame) {
    for (const auto& slot : slots_) {
      // Stacks grow down: a native that still runs has a frame above ours.
      if (slot->frame == nullptr || slot->frame <= frame) {
        slot->entry.Clear();
        slot->frame = frame;
        return slot->entry;
      }
    }
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->frame = frame;
    return slots_.back()->entry;
  }
  void Release(Entry& entry) {
    for (const auto& slot : slots_) {
      if (&slot->entry == &entry) {
        slot->frame = nullptr;
        return;
      }
    }
  }
  // Between iterations: all are free; one is kept.
  void ReleaseAll() {
    if (slots_.size() > 1) {
      slots_.resize(1);
    }
    for (const auto& slot : slots_) {
      slot->frame = nullptr;
      slot->entry.Trim();
    }
  }

 private:
  struct Slot {
    Entry entry;
    const void* frame = nullptr;  // null: free
  };
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_FRAME_POOL_H_

// Small sends of several fibers that leave one after another, not each between two pieces of script.
//
// Why: each send to a peer that sleeps wakes it, and the system pays for waking it, on the sender's time. A generator
// that runs 5 to 10 us of script between two sends finds the peer asleep again most of the time; sends that follow each
// other find it awake. Measured, closed loop on one core: docs/performance.md.
//
// Nothing is put off for long: sends are grouped only while they are asked for in quick succession (kLull), a group
// leaves when it is full or old, and always before the loop waits. The instant a send began is that of the system call,
// so what is measured of a request does not include the time it was put off.
//
// Threads: those of one loop, which owns the group.
#ifndef ENGINE_VU_SEND_GROUP_H_
#define ENGINE_VU_SEND_GROUP_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/time/clock.h"

namespace mockarty {

class Fiber;
class SendGroup;

// One send, on the stack of the fiber that waits for it. Leaves its group when it is destroyed.
struct PendingSend {
  PendingSend() = default;
  ~PendingSend();
  PendingSend(const PendingSend&) = delete;
  PendingSend& operator=(const PendingSend&) = delete;

  size_t asked = 0;  // bytes of the text
  // What send() gave, once `done`.
  bool done = false;
  size_t size = 0;  // taken by the kernel
  int error = 0;    // errno; 0: none
  Nanos start = 0;  // of the system call, instants
  Nanos end = 0;
  std::string rest;  // what the kernel did not take

  // Out of the group: all is `rest` then. Nothing when it is done.
  void Leave();

 private:
  friend class SendGroup;
  SendGroup* group_ = nullptr;  // null: not in one
  int slot_ = 0;
};

class SendGroup {
 public:
  // Longer texts are better sent at once: their cost is not in the waking.
  static constexpr size_t kMaxBytes = 4096;

  SendGroup() = default;
  SendGroup(const SendGroup&) = delete;
  SendGroup& operator=(const SendGroup&) = delete;

  // Whether a send that is asked for now is worth putting off: the one before was asked for a moment ago. To be called
  // once a send, also by those that then do not Add().
  bool Busy(Nanos now);
  // Copies `text`. The fiber is woken, with kReady, only if not all of it could be sent; otherwise it goes on with what
  // it waits for. `send` is not in a group.
  void Add(int fd, std::string_view text, Fiber* fiber, Nanos now, PendingSend* send);
  // Sends what there is, in order.
  void Flush();
  // The same, if the group is old.
  void FlushIfOld() {
    if (count_ != 0 && MonotonicNow() - oldest_ > kMaxAge) Flush();
  }

 private:
  friend struct PendingSend;
  static constexpr int kSends = 16;
  static constexpr Nanos kLull = 100'000;
  static constexpr Nanos kMaxAge = 100'000;

  struct Slot {
    PendingSend* send;  // null: cancelled
    Fiber* fiber;
    int fd;
    size_t begin;
    size_t size;
  };

  std::string_view Text(int slot) const;

  std::array<Slot, kSends> slots_;
  int count_ = 0;
  std::string text_;
  Nanos oldest_ = 0;
  Nanos last_asked_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_VU_SEND_GROUP_H_

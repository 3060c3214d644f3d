// A stackful fiber: how a virtual user waits. A native call suspends the fiber and the loop goes on with others, so
// scripts look blocking and suspending works inside any callback.
//
// A fiber belongs to one loop and never changes threads. Do not wait inside a C++ catch block: exception globals are
// per thread. Its stack is mapped with a guard page below; pages are touched on use, so the size costs address
// space only (measured: 4 to 8 KiB resident a fiber whatever the size).
#ifndef ENGINE_VU_FIBER_H_
#define ENGINE_VU_FIBER_H_

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/vu/hot_memory.h"
#include "engine/vu/loop.h"

namespace mockarty {

enum class WaitResult {
  kReady,
  kTimeout,      // the deadline came first
  kInterrupted,  // Interrupt() was called, before or during the wait
};

class Fiber {
 public:
  static constexpr size_t kStackBytes = 256 * 1024;
  // What natives and the garbage collector may use below the limit that Duktape checks. The collector recurses up
  // to 256 levels without a check and was seen to need 12 KiB.
  static constexpr size_t kHeadroomBytes = 24 * 1024;

  // `body` starts at the first Resume(). Fails when no stack can be mapped (address space, vm.max_map_count).
  static absl::StatusOr<std::unique_ptr<Fiber>> Create(Loop* loop, std::function<void()> body);
  // The body must have returned, or never started.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // The fiber this code runs on, or null on a plain stack.
  static Fiber* Current();

  // From the loop's stack: runs the body until it waits or returns.
  void Resume();
  bool Finished() const { return finished_; }
  Loop* loop() const { return loop_; }

  // --- From inside the fiber ---
  // Deadlines are instants of MonotonicNow(); kNever waits without one.
  WaitResult WaitReadable(IoWatch& watch, Nanos deadline) { return WaitEvent(watch.readable_, deadline); }
  WaitResult WaitWritable(IoWatch& watch, Nanos deadline) { return WaitEvent(watch.writable_, deadline); }
  // Until one of both; which one, the watch says.
  WaitResult WaitReadableOrWritable(IoWatch& watch, Nanos deadline);
  // Returns at once when the event is set; leaves it set.
  WaitResult WaitEvent(Event& event, Nanos deadline);
  // kTimeout when slept through.
  WaitResult SleepUntil(Nanos due);
  // Lets the loop serve others and goes on in its next turn.
  void Yield();
  // Bytes between here and the limit that Duktape checks; natives that need much ask first.
  size_t StackLeft() const;
  // How often the fiber has been switched away from; tells whether a piece of work waited at all.
  uint64_t Suspensions() const { return suspensions_; }

  // --- From the loop's thread, inside or outside ---
  // Ends the present wait and every further one with kInterrupted until ClearInterrupt().
  void Interrupt();
  // What the fiber touches when it goes on, beside its stack; empty: nothing is fetched ahead. The loop uses it.
  HotMemory& hot_memory() { return hot_memory_; }
  void ClearInterrupt() { interrupted_ = false; }
  bool Interrupted() const { return interrupted_; }

 private:
  friend class Event;
  friend class Loop;
  friend class SendGroup;

  struct Stack {
    char* base = nullptr;  // lowest usable address, above the guard page
    size_t size = 0;
  };
  // Hands one mapped stack to boost::context and takes it back.
  class StackHandle;

  Fiber(Loop* loop, std::function<void()> body, Stack stack);

  void Wake(WaitResult result);
  void WakeDeferred(WaitResult result);
  WaitResult Suspend(Nanos deadline);
  void SwitchToLoop();
  static void OnDeadline(Timer& timer, void* context);
  void PrefetchHead() const;
  void PrefetchRest() const;

  Loop* loop_;
  std::function<void()> body_;
  Stack stack_;
  boost::context::fiber context_;
  boost::context::fiber caller_;
  char* stack_limit_;
  // Re-armed lazily: a wait with a later deadline leaves the timer where it is, and OnDeadline moves it. Requests
  // with a 60 s timeout then cost a heap operation a minute, not one each.
  Timer timer_;
  Nanos deadline_ = kNever;
  uint64_t suspensions_ = 0;
  WaitResult wake_result_ = WaitResult::kReady;
  const char* suspended_at_ = nullptr;  // the top of the stack while suspended
  HotMemory hot_memory_;
  bool waiting_ = false;
  bool interrupted_ = false;
  bool started_ = false;
  bool finished_ = false;

#if defined(__SANITIZE_ADDRESS__)
  void* fiber_fake_stack_ = nullptr;
  const void* loop_stack_bottom_ = nullptr;
  size_t loop_stack_size_ = 0;
#endif
#if defined(__SANITIZE_THREAD__)
  void* tsan_fiber_ = nullptr;
  void* tsan_loop_ = nullptr;
#endif
};

}  // namespace mockarty

#endif  // ENGINE_VU_FIBER_H_

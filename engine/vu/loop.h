// One event loop a worker thread: sockets (epoll, edge-triggered), timers, and a queue other threads may post to.
//
// Why not asio: its sockets pay a speculative recv for every read that follows a direct send, or an epoll_ctl for
// every wait; owning the readiness loop costs two system calls a request (see docs/ARCHITECTURE.md for figures).
// Libraries that want a blocking stream (Beast, nghttp2, hiredis) run on a fiber over TcpStream instead.
//
// Threads: everything except Post() and Stop() belongs to the thread that calls Run().
#ifndef ENGINE_VU_LOOP_H_
#define ENGINE_VU_LOOP_H_

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/vu/send_group.h"

namespace mockarty {

class Fiber;
class FiberPool;
class Loop;

// A one-shot timer, owned by its user and at rest in memory while armed. Fires once on the loop's thread.
class Timer {
 public:
  using Callback = void (*)(Timer& timer, void* context);

  Timer(Loop* loop, Callback callback, void* context) : loop_(loop), callback_(callback), context_(context) {}
  ~Timer() { Cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Arms, or moves when armed already. `due` in the past fires in the loop's next turn.
  void Arm(Nanos due);
  void Cancel();
  bool Armed() const { return index_ != kIdle; }
  Nanos due() const { return due_; }

 private:
  friend class Loop;
  static constexpr uint32_t kIdle = UINT32_MAX;

  Loop* loop_;
  Callback callback_;
  void* context_;
  Nanos due_ = kNever;
  uint32_t index_ = kIdle;
};

// A condition one fiber may wait for (Fiber::WaitEvent). Set() before the wait is remembered.
class Event {
 public:
  // Loop thread. Wakes the waiting fiber in this turn of the loop, or lets the next wait return at once.
  void Set();
  // The same, but the fiber goes on from the loop's ready list, never before this call returns.
  void SetDeferred();
  void Reset() { set_ = false; }
  bool IsSet() const { return set_; }

 private:
  friend class Fiber;
  friend class Loop;
  Fiber* waiter_ = nullptr;
  bool set_ = false;
};

// Readiness of one registered socket. Edge-triggered: a flag once seen stays until an operation meets EAGAIN or
// comes up short and clears it. Does not own the descriptor; destroy the watch before closing it.
class IoWatch {
 public:
  IoWatch(Loop* loop, int fd);
  ~IoWatch();
  IoWatch(const IoWatch&) = delete;
  IoWatch& operator=(const IoWatch&) = delete;

  // The peer's end, once seen, stays readable: its edge may have come together with the last data, and a short read
  // would forget it.
  void ClearReadable() {
    if (!hung_up_) readable_.Reset();
  }
  void ClearWritable() { writable_.Reset(); }
  // What the loop has seen so far; no system call.
  bool Readable() const { return readable_.IsSet(); }
  int fd() const { return fd_; }

 private:
  friend class Loop;
  friend class Fiber;
  Loop* loop_;
  int fd_;
  Event readable_;
  Event writable_;
  bool hung_up_ = false;
};

class Loop {
 public:
  // Fails with what the system said (descriptor limit).
  static absl::StatusOr<std::unique_ptr<Loop>> Create();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // The loop whose Run() is on this thread's stack, or null.
  static Loop* Current();

  // Serves until Stop(). Returns after the turn in which it was called.
  void Run();
  // Any thread, any number of times.
  void Stop();
  // Any thread: runs `work` on the loop's thread, in order of posting. Work posted after Run() returned is dropped.
  void Post(std::function<void()> work);

  // Called once a turn, before the loop waits. Before Run() or on the loop's thread.
  void SetTurnHook(std::function<void()> hook) { turn_hook_ = std::move(hook); }

  // Resumes `fiber` in this or the next turn. Loop thread; the fiber must not be waiting for anything else.
  void MakeReady(Fiber* fiber);
  // Helping fibers of this loop, made when first asked for. Loop thread.
  FiberPool& Fibers();
  // Sends that leave together, before the loop waits at the latest. Loop thread.
  SendGroup& Sends() { return sends_; }
  // True while the loop's own stack runs, i.e. no fiber does.
  bool OnLoopStack() const { return running_fiber_ == nullptr; }

 private:
  friend class Timer;
  friend class Event;
  friend class IoWatch;
  friend class Fiber;

  static constexpr int kBatch = 512;
  struct HeapEntry {
    Nanos due;
    Timer* timer;
  };

  Loop(int epoll_fd, int wake_fd);

  void Wait();
  void Dispatch(int count);
  void PrefetchAhead(int i, int count);
  void FireTimers();
  void RunReady();
  void RunPosted();
  void Watch(IoWatch* watch);
  void Unwatch(IoWatch* watch);
  void Insert(Timer* timer, Nanos due);
  void Remove(Timer* timer);
  void SiftUp(uint32_t index, HeapEntry entry);
  void SiftDown(uint32_t index, HeapEntry entry);
  void Place(uint32_t index, HeapEntry entry);

  int epoll_fd_;
  int wake_fd_;
  bool precise_wait_ = true;  // epoll_pwait2 until the kernel says it has none
  std::atomic<bool> stop_{false};
  Fiber* running_fiber_ = nullptr;
  std::function<void()> turn_hook_;
  SendGroup sends_;  // before the fibers, which may leave something in it when they end
  std::unique_ptr<FiberPool> fibers_;
  std::vector<HeapEntry> heap_;  // 4-ary: fewer cold lines per operation than a binary one
  std::vector<Fiber*> ready_;
  std::vector<Fiber*> ready_batch_;
  std::array<epoll_event, kBatch> batch_;
  int batch_size_ = 0;

  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by posted_mutex_
};

}  // namespace mockarty

#endif  // ENGINE_VU_LOOP_H_

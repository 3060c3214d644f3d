// A thread that runs what is posted to it, in order, and in between ticks by deadline: the core's thread.
//
// Threads: Post() from any thread, also from within a posted function. Start() and Stop() once each, from another
// thread.
#ifndef COORDINATOR_CORE_LOOP_H_
#define COORDINATOR_CORE_LOOP_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "common/time/clock.h"

namespace mockarty {

class CoreLoop {
 public:
  CoreLoop() = default;
  ~CoreLoop() { Stop(); }
  CoreLoop(const CoreLoop&) = delete;
  CoreLoop& operator=(const CoreLoop&) = delete;

  // `tick` is called at least when the instant comes that it returned last (MonotonicNow()'s; kNever: not again until
  // something was posted), and after posted functions at once. Empty: none.
  void Start(std::function<Nanos()> tick);
  // Runs once, on the loop's thread; before Start() it waits for it. After Stop() it is dropped.
  void Post(std::function<void()> function);
  // Runs what is queued, then ends the thread. What is posted later is dropped.
  void Stop();

  size_t Waiting() const;                                                        // posted and not yet run
  Nanos LastTurn() const { return last_turn_.load(std::memory_order_relaxed); }  // when it last was known to be alive

 private:
  void Run();

  std::function<Nanos()> tick_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::atomic<Nanos> last_turn_{0};
  std::thread thread_;
};

}  // namespace mockarty

#endif  // COORDINATOR_CORE_LOOP_H_

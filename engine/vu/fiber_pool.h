// Fibers lent for single pieces of work beside a virtual user's own: requests of a batch, requests that a script does
// not wait for. Mapping a stack costs more than a request does, so they are kept for the next piece of work.
//
// Threads: the loop's. The loop owns it (Loop::Fibers()).
#ifndef ENGINE_VU_FIBER_POOL_H_
#define ENGINE_VU_FIBER_POOL_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {

class FiberPool {
 public:
  using Work = void (*)(void* argument);
  // Idle ones are kept up to as many as were at work at once lately, but for these always; the others are given back.
  static constexpr size_t kKept = 256;
  // "Lately": in this and in the last span of so many pieces of work.
  static constexpr size_t kSpan = 8192;

  explicit FiberPool(Loop* loop) : loop_(loop) {}
  // No work may be under way.
  ~FiberPool();
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  // Runs `work(argument)` on a fiber, from the loop's ready list and never before this returns. The fiber is for
  // Interrupt() and is the caller's until the work returns. Fails when no stack can be mapped.
  absl::StatusOr<Fiber*> Start(Work work, void* argument);

  size_t Idle() const { return idle_.size(); }

 private:
  struct Member {
    std::unique_ptr<Fiber> fiber;
    Event wake;
    Work work = nullptr;
    void* argument = nullptr;
    bool quit = false;
  };

  void Body(Member& member);
  void Reap();
  void CountStart();
  size_t Keep() const { return std::max({kKept, peak_, last_peak_}); }

  Loop* loop_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<Member*> idle_;
  bool has_finished_ = false;
  size_t working_ = 0;
  size_t peak_ = 0;  // of working_, in this span
  size_t last_peak_ = 0;
  size_t started_ = 0;  // in this span
};

}  // namespace mockarty

#endif  // ENGINE_VU_FIBER_POOL_H_

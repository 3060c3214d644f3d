#include "engine/vu/fiber.h"

#include <errno.h>
#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "common/base/stack_limit.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace mockarty {
namespace {

constexpr size_t kGuardBytes = 4096;
// Of a suspended fiber's stack: from what the switch saved up to the frames it returns through first.
constexpr size_t kHotStackBytes = 2048;
constexpr size_t kHotStackBelowBytes = 256;

thread_local Fiber* current_fiber = nullptr;

}  // namespace

class Fiber::StackHandle {
 public:
  explicit StackHandle(Stack stack) : stack_(stack) {}
  boost::context::stack_context allocate() {
    boost::context::stack_context context;
    context.sp = stack_.base + stack_.size;
    context.size = stack_.size;
    return context;
  }
  // The mapping goes with the Fiber, which outlives the context.
  void deallocate(boost::context::stack_context&) {}

 private:
  Stack stack_;
};

absl::StatusOr<std::unique_ptr<Fiber>> Fiber::Create(Loop* loop, std::function<void()> body) {
  void* mapped = mmap(nullptr, kStackBytes + kGuardBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapped == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "cannot map a stack for a virtual user (see vm.max_map_count)");
  }
  if (mprotect(mapped, kGuardBytes, PROT_NONE) != 0) {
    const int error = errno;
    munmap(mapped, kStackBytes + kGuardBytes);
    return absl::ErrnoToStatus(error, "cannot protect the guard page of a virtual user's stack (see vm.max_map_count)");
  }
  const Stack stack{static_cast<char*>(mapped) + kGuardBytes, kStackBytes};
#if defined(__SANITIZE_ADDRESS__)
  // The outermost frames of a fiber never return, so what the sanitizer knows of them outlives their mapping.
  __asan_unpoison_memory_region(stack.base, stack.size);
#endif
  return std::unique_ptr<Fiber>(new Fiber(loop, std::move(body), stack));
}

Fiber::Fiber(Loop* loop, std::function<void()> body, Stack stack)
    : loop_(loop),
      body_(std::move(body)),
      stack_(stack),
      stack_limit_(stack.base + kHeadroomBytes),
      timer_(loop, &Fiber::OnDeadline, this) {
#if defined(__SANITIZE_THREAD__)
  tsan_fiber_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
  timer_.Cancel();
  context_ = {};  // unwinds a body that never ran to its end
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(tsan_fiber_);
#endif
  munmap(stack_.base - kGuardBytes, stack_.size + kGuardBytes);
}

Fiber* Fiber::Current() { return current_fiber; }

void Fiber::Resume() {
  if (finished_) {
    return;
  }
  char* const outer_limit = mockarty_stack_limit;
  Fiber* const outer_fiber = current_fiber;
  mockarty_stack_limit = stack_limit_;
  current_fiber = this;
  loop_->running_fiber_ = this;
#if defined(__SANITIZE_ADDRESS__)
  void* loop_fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&loop_fake_stack, stack_.base, stack_.size);
#endif
#if defined(__SANITIZE_THREAD__)
  tsan_loop_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(tsan_fiber_, 0);
#endif
  if (!started_) {
    started_ = true;
    context_ = boost::context::fiber(std::allocator_arg, StackHandle(stack_), [this](boost::context::fiber&& caller) {
      caller_ = std::move(caller);
#if defined(__SANITIZE_ADDRESS__)
      __sanitizer_finish_switch_fiber(nullptr, &loop_stack_bottom_, &loop_stack_size_);
#endif
      body_();
      finished_ = true;
#if defined(__SANITIZE_ADDRESS__)
      __sanitizer_start_switch_fiber(nullptr, loop_stack_bottom_, loop_stack_size_);
#endif
#if defined(__SANITIZE_THREAD__)
      __tsan_switch_to_fiber(tsan_loop_, 0);
#endif
      return std::move(caller_);
    });
  }
  context_ = std::move(context_).resume();
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(loop_fake_stack, nullptr, nullptr);
#endif
  loop_->running_fiber_ = outer_fiber;
  current_fiber = outer_fiber;
  mockarty_stack_limit = outer_limit;
}

void Fiber::SwitchToLoop() {
  ++suspensions_;
  suspended_at_ = static_cast<const char*>(__builtin_frame_address(0));
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&fiber_fake_stack_, loop_stack_bottom_, loop_stack_size_);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(tsan_loop_, 0);
#endif
  caller_ = std::move(caller_).resume();
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fiber_fake_stack_, &loop_stack_bottom_, &loop_stack_size_);
#endif
}

// Two steps, for the loop to spread over two turns: this one needs nothing of the fiber to be in the cache.
void Fiber::PrefetchHead() const {
  const char* self = reinterpret_cast<const char*>(this);
  for (size_t offset = 0; offset < sizeof(Fiber); offset += HotMemory::kLineBytes) {
    __builtin_prefetch(self + offset);
  }
}

void Fiber::PrefetchRest() const {
  if (hot_memory_.Empty()) {
    return;
  }
  const char* end = std::min<const char*>(suspended_at_ + kHotStackBytes, stack_.base + stack_.size);
  for (const char* line = suspended_at_ - kHotStackBelowBytes; line < end; line += HotMemory::kLineBytes) {
    __builtin_prefetch(line, 1, 2);
    asm volatile("" ::: "memory");
  }
  hot_memory_.Prefetch();
}

WaitResult Fiber::Suspend(Nanos deadline) {
  deadline_ = deadline;
  if (deadline != kNever && (!timer_.Armed() || timer_.due() > deadline)) {
    timer_.Arm(deadline);
  }
  waiting_ = true;
  SwitchToLoop();
  deadline_ = kNever;
  return wake_result_;
}

WaitResult Fiber::WaitEvent(Event& event, Nanos deadline) {
  if (interrupted_) {
    return WaitResult::kInterrupted;
  }
  if (event.set_) {
    return WaitResult::kReady;
  }
  event.waiter_ = this;
  const WaitResult result = Suspend(deadline);
  event.waiter_ = nullptr;
  return result;
}

WaitResult Fiber::WaitReadableOrWritable(IoWatch& watch, Nanos deadline) {
  if (interrupted_) {
    return WaitResult::kInterrupted;
  }
  if (watch.readable_.set_ || watch.writable_.set_) {
    return WaitResult::kReady;
  }
  watch.readable_.waiter_ = this;
  watch.writable_.waiter_ = this;
  const WaitResult result = Suspend(deadline);
  watch.readable_.waiter_ = nullptr;
  watch.writable_.waiter_ = nullptr;
  return result;
}

WaitResult Fiber::SleepUntil(Nanos due) {
  if (interrupted_) {
    return WaitResult::kInterrupted;
  }
  return Suspend(due);
}

void Fiber::Yield() {
  loop_->MakeReady(this);
  SwitchToLoop();
}

size_t Fiber::StackLeft() const {
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  return here > stack_limit_ ? static_cast<size_t>(here - stack_limit_) : 0;
}

void Fiber::Wake(WaitResult result) {
  if (!waiting_) {
    return;
  }
  waiting_ = false;
  wake_result_ = result;
  if (loop_->OnLoopStack()) {
    Resume();
  } else {
    loop_->MakeReady(this);
  }
}

void Fiber::WakeDeferred(WaitResult result) {
  if (waiting_) {
    waiting_ = false;
    wake_result_ = result;
    loop_->MakeReady(this);
  }
}

void Fiber::Interrupt() {
  interrupted_ = true;
  Wake(WaitResult::kInterrupted);
}

void Fiber::OnDeadline(Timer& timer, void* context) {
  auto* fiber = static_cast<Fiber*>(context);
  if (!fiber->waiting_ || fiber->deadline_ == kNever) {
    return;
  }
  if (MonotonicNow() < fiber->deadline_) {
    timer.Arm(fiber->deadline_);
    return;
  }
  fiber->Wake(WaitResult::kTimeout);
}

}  // namespace mockarty

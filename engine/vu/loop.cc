#include "engine/vu/loop.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "engine/vu/fiber.h"
#include "engine/vu/fiber_pool.h"

namespace mockarty {
namespace {

thread_local Loop* current_loop = nullptr;

}  // namespace

void Timer::Arm(Nanos due) {
  if (Armed()) {
    loop_->Remove(this);
  }
  loop_->Insert(this, due);
}

void Timer::Cancel() {
  if (Armed()) {
    loop_->Remove(this);
  }
}

void Event::Set() {
  set_ = true;
  if (waiter_ != nullptr) {
    waiter_->Wake(WaitResult::kReady);
  }
}

void Event::SetDeferred() {
  set_ = true;
  if (waiter_ != nullptr) {
    waiter_->WakeDeferred(WaitResult::kReady);
  }
}

IoWatch::IoWatch(Loop* loop, int fd) : loop_(loop), fd_(fd) { loop_->Watch(this); }

IoWatch::~IoWatch() { loop_->Unwatch(this); }

absl::StatusOr<std::unique_ptr<Loop>> Loop::Create() {
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) {
    return absl::ErrnoToStatus(errno, "epoll_create1");
  }
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) {
    const int error = errno;
    close(epoll_fd);
    return absl::ErrnoToStatus(error, "eventfd");
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // null marks the wake-up descriptor
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) < 0) {
    const int error = errno;
    close(wake_fd);
    close(epoll_fd);
    return absl::ErrnoToStatus(error, "epoll_ctl");
  }
  return std::unique_ptr<Loop>(new Loop(epoll_fd, wake_fd));
}

Loop::Loop(int epoll_fd, int wake_fd) : epoll_fd_(epoll_fd), wake_fd_(wake_fd) {}

Loop::~Loop() {
  fibers_.reset();  // they end on this loop
  close(wake_fd_);
  close(epoll_fd_);
}

Loop* Loop::Current() { return current_loop; }

void Loop::Run() {
  current_loop = this;
  while (!stop_.load(std::memory_order_acquire)) {
    if (turn_hook_) {
      turn_hook_();
    }
    Wait();
    FireTimers();
    RunReady();
    sends_.Flush();
  }
  RunPosted();
  current_loop = nullptr;
}

void Loop::Stop() {
  stop_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void Loop::Post(std::function<void()> work) {
  bool wake;
  {
    std::lock_guard<std::mutex> lock(posted_mutex_);
    wake = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (wake) {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
  }
}

void Loop::MakeReady(Fiber* fiber) { ready_.push_back(fiber); }

FiberPool& Loop::Fibers() {
  if (fibers_ == nullptr) {
    fibers_ = std::make_unique<FiberPool>(this);
  }
  return *fibers_;
}

void Loop::Wait() {
  Nanos wait = -1;
  if (!ready_.empty()) {
    wait = 0;
  } else if (!heap_.empty()) {
    wait = std::max<Nanos>(0, heap_.front().due - MonotonicNow());
  }
  int count;
  if (precise_wait_) {
    timespec limit{static_cast<time_t>(wait / kNanosPerSecond), static_cast<long>(wait % kNanosPerSecond)};
    count = epoll_pwait2(epoll_fd_, batch_.data(), kBatch, wait < 0 ? nullptr : &limit, nullptr);
    if (count < 0 && errno == ENOSYS) {
      precise_wait_ = false;
      return;
    }
  } else {
    // Rounded up: waking early would spin until the timer is due.
    const Nanos millis = wait < 0 ? -1 : std::min<Nanos>((wait + kNanosPerMilli - 1) / kNanosPerMilli, 60'000);
    count = epoll_wait(epoll_fd_, batch_.data(), kBatch, static_cast<int>(millis));
  }
  if (count > 0) {
    Dispatch(count);
  }
}

// Three steps ahead of the fiber that runs: its watch, the fiber, all it touches. Each step needs what the one before
// has brought.
void Loop::PrefetchAhead(int i, int count) {
  if (i + 3 < count) {
    __builtin_prefetch(batch_[i + 3].data.ptr);
  }
  if (i + 2 < count && batch_[i + 2].data.ptr != nullptr) {
    const Fiber* fiber = static_cast<IoWatch*>(batch_[i + 2].data.ptr)->readable_.waiter_;
    if (fiber != nullptr) {
      fiber->PrefetchHead();
    }
  }
  if (i + 1 < count && batch_[i + 1].data.ptr != nullptr) {
    const Fiber* fiber = static_cast<IoWatch*>(batch_[i + 1].data.ptr)->readable_.waiter_;
    if (fiber != nullptr) {
      fiber->PrefetchRest();
    }
  }
}

void Loop::Dispatch(int count) {
  batch_size_ = count;
  bool posted = false;
  for (int i = 0; i < count; ++i) {
    PrefetchAhead(i, count);
    const uint32_t events = batch_[i].events;
    auto* watch = static_cast<IoWatch*>(batch_[i].data.ptr);
    if (watch == nullptr) {
      if (events != 0) {
        posted = true;
      }
      continue;
    }
    if (events & (EPOLLRDHUP | EPOLLHUP)) {
      watch->hung_up_ = true;
    }
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
      watch->readable_.Set();
      if (batch_[i].data.ptr == nullptr) {
        continue;  // the woken fiber destroyed the watch
      }
    }
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
      watch->writable_.Set();
    }
    sends_.FlushIfOld();
  }
  batch_size_ = 0;
  if (posted) {
    uint64_t count_ignored;
    [[maybe_unused]] const ssize_t got = read(wake_fd_, &count_ignored, sizeof count_ignored);
    RunPosted();
  }
}

void Loop::FireTimers() {
  if (heap_.empty()) {
    return;
  }
  const Nanos now = MonotonicNow();
  while (!heap_.empty() && heap_.front().due <= now) {
    Timer* timer = heap_.front().timer;
    Remove(timer);
    timer->callback_(*timer, timer->context_);
    sends_.FlushIfOld();
  }
}

void Loop::RunReady() {
  if (ready_.empty()) {
    return;
  }
  ready_batch_.swap(ready_);
  for (Fiber* fiber : ready_batch_) {
    fiber->Resume();
    sends_.FlushIfOld();
  }
  ready_batch_.clear();
}

void Loop::RunPosted() {
  std::vector<std::function<void()>> work;
  {
    std::lock_guard<std::mutex> lock(posted_mutex_);
    work.swap(posted_);
  }
  for (auto& item : work) {
    item();
  }
}

void Loop::Watch(IoWatch* watch) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = watch;
  // Fails only on a bad or twice registered descriptor, or without kernel memory; a wait would then time out.
  [[maybe_unused]] const int result = epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, watch->fd_, &event);
}

void Loop::Unwatch(IoWatch* watch) {
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, watch->fd_, nullptr);
  // Events of this batch may still name it.
  for (int i = 0; i < batch_size_; ++i) {
    if (batch_[i].data.ptr == watch) {
      batch_[i].data.ptr = nullptr;
      batch_[i].events = 0;
    }
  }
}

void Loop::Insert(Timer* timer, Nanos due) {
  timer->due_ = due;
  heap_.push_back({due, timer});
  SiftUp(static_cast<uint32_t>(heap_.size() - 1), {due, timer});
}

void Loop::Remove(Timer* timer) {
  const uint32_t index = timer->index_;
  timer->index_ = Timer::kIdle;
  const HeapEntry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) {
    return;
  }
  const Nanos removed_due = timer->due_;
  if (last.due < removed_due) {
    SiftUp(index, last);
  } else {
    SiftDown(index, last);
  }
}

void Loop::Place(uint32_t index, HeapEntry entry) {
  heap_[index] = entry;
  entry.timer->index_ = index;
}

void Loop::SiftUp(uint32_t index, HeapEntry entry) {
  while (index > 0) {
    const uint32_t parent = (index - 1) / 4;
    if (heap_[parent].due <= entry.due) {
      break;
    }
    Place(index, heap_[parent]);
    index = parent;
  }
  Place(index, entry);
}

void Loop::SiftDown(uint32_t index, HeapEntry entry) {
  const auto size = static_cast<uint32_t>(heap_.size());
  for (;;) {
    const uint32_t first = index * 4 + 1;
    if (first >= size) {
      break;
    }
    uint32_t least = first;
    for (uint32_t child = first + 1; child < std::min(first + 4, size); ++child) {
      if (heap_[child].due < heap_[least].due) {
        least = child;
      }
    }
    if (heap_[least].due >= entry.due) {
      break;
    }
    Place(index, heap_[least]);
    index = least;
  }
  Place(index, entry);
}

}  // namespace mockarty

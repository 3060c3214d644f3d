#include "engine/vu/fiber_pool.h"

#include <algorithm>
#include <utility>

namespace mockarty {

FiberPool::~FiberPool() {
  for (Member* member : idle_) {
    member->quit = true;
    member->fiber->Resume();  // from its wait to its end
  }
}

absl::StatusOr<Fiber*> FiberPool::Start(Work work, void* argument) {
  if (has_finished_) {
    Reap();
  }
  Member* member;
  if (!idle_.empty()) {
    member = idle_.back();  // the last used is the one in the caches
    idle_.pop_back();
  } else {
    auto made = std::make_unique<Member>();
    member = made.get();
    auto fiber = Fiber::Create(loop_, [this, member] { Body(*member); });
    if (!fiber.ok()) {
      return fiber.status();
    }
    member->fiber = std::move(*fiber);
    members_.push_back(std::move(made));
    loop_->MakeReady(member->fiber.get());
  }
  CountStart();
  member->work = work;
  member->argument = argument;
  member->fiber->ClearInterrupt();
  member->wake.SetDeferred();
  return member->fiber.get();
}

void FiberPool::Body(Member& member) {
  for (;;) {
    member.fiber->WaitEvent(member.wake, kNever);
    member.wake.Reset();
    if (member.quit) {
      return;
    }
    if (member.work != nullptr) {
      Work work = member.work;
      member.work = nullptr;
      work(member.argument);
      member.fiber->ClearInterrupt();
      --working_;
      if (idle_.size() >= Keep()) {
        has_finished_ = true;
        return;
      }
      idle_.push_back(&member);
    } else {
      member.fiber->ClearInterrupt();  // nobody's: whoever interrupted it came late
    }
  }
}

void FiberPool::CountStart() {
  if (started_++ == kSpan) {
    started_ = 1;
    last_peak_ = std::exchange(peak_, working_);
  }
  peak_ = std::max(peak_, ++working_);
}

void FiberPool::Reap() {
  std::erase_if(members_, [](const std::unique_ptr<Member>& member) { return member->fiber->Finished(); });
  has_finished_ = false;
}

}  // namespace mockarty

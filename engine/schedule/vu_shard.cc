#include "engine/schedule/vu_shard.h"

#include <algorithm>
#include <utility>

namespace mockarty {

VuShard::VuShard(const ScenarioPart& part, Nanos length, Graces graces)
    : ExecutorShard(part, length, part.own()), graces_(graces), slots_(part.own()) {}

void VuShard::Attach(uint32_t place, Vu* vu) { slots_[place].vu = vu; }

void VuShard::Begin(Nanos start, Nanos) {
  begun_ = true;
  start_ = start;
  next_event_ = NextDue().First();
}

Nanos VuShard::Due::First() const { return std::min({end, change, ramped_down, all}); }

VuShard::Due VuShard::NextDue() const {
  Due due = {kNever, kNever, kNever, interrupt_all_};
  if (!ended_) {
    due.end = Later(start_, length_);
    due.change = Later(start_, NextChange());
  }
  if (queue_front_ != kNone) due.ramped_down = slots_[queue_front_].interrupt_at;
  return due;
}

Nanos VuShard::ApplyDue(Nanos now) {
  if (!begun_) return next_event_;
  for (;;) {
    Due due = NextDue();
    Nanos first = due.First();
    if (first > now || first == kNever) break;
    // At one instant: the end before a change that it makes void, a change before an interrupt that it calls off.
    if (first == due.end) {
      EndRun(first);
    } else if (first == due.change) {
      ApplyChange();
    } else if (first == due.ramped_down) {
      Interrupt(queue_front_);
    } else {
      InterruptAll();
    }
  }
  StartQueued();
  next_event_ = NextDue().First();
  return next_event_;
}

void VuShard::Want(uint32_t place) {
  Slot& slot = slots_[place];
  if (slot.wanted || slot.broken || slot.vu == nullptr) return;
  slot.wanted = true;
  ++wanted_;
  Dequeue(place);
  if (!slot.active) QueueStart(place);
}

void VuShard::Unwant(uint32_t place, Nanos instant) {
  Slot& slot = slots_[place];
  if (!slot.wanted) return;
  slot.wanted = false;
  --wanted_;
  if (!slot.active) return;
  Nanos ramped_down = Later(Later(start_, instant), graces_.ramp_down);
  Enqueue(place, std::min(ramped_down, Later(Later(start_, length_), graces_.stop)));
  slot.told = true;
  slot.vu->RequestStop();
}

void VuShard::StartSlot(Slot& slot) {
  slot.active = true;
  slot.told = false;
  slot.interrupted = false;
  ++active_;
  slot.vu->Start();
}

void VuShard::QueueStart(uint32_t place) {
  Slot& slot = slots_[place];
  if (slot.queued) return;
  slot.queued = true;
  to_start_.push_back(place);
}

void VuShard::StartQueued() {
  for (size_t i = 0; i < to_start_.size(); ++i) {
    Slot& slot = slots_[to_start_[i]];
    slot.queued = false;
    if (slot.wanted && !slot.active) StartSlot(slot);
  }
  to_start_.clear();
}

void VuShard::Stop(Nanos now) {
  if (ended_) return;
  EndRun(now);
  next_event_ = NextDue().First();
}

void VuShard::StopNow() {
  if (!ended_) EndRun(0);
  InterruptAll();
  next_event_ = NextDue().First();
}

void VuShard::EndRun(Nanos instant) {
  ended_ = true;
  to_start_.clear();
  wanted_ = 0;
  for (Slot& slot : slots_) {
    if (!slot.wanted) continue;
    slot.wanted = false;
    if (!slot.active) continue;
    slot.told = true;
    slot.vu->RequestStop();
  }
  interrupt_all_ = active_ == 0 ? kNever : Later(instant, graces_.stop);
}

void VuShard::InterruptAll() {
  interrupt_all_ = kNever;
  for (uint32_t i = 0; i < size(); ++i) {
    if (slots_[i].active) Interrupt(i);
  }
}

void VuShard::Interrupt(uint32_t place) {
  Dequeue(place);
  Slot& slot = slots_[place];
  if (slot.interrupted) return;
  slot.interrupted = true;
  slot.told = true;
  slot.vu->Interrupt();
}

bool VuShard::TakeIteration(uint32_t place, Nanos now, Iteration* iteration) {
  Slot& slot = slots_[place];
  if (!slot.wanted) return Refuse(slot);
  if (now >= next_event_) {
    Nanos instant = now - start_;
    if (instant >= length_ || !PlanWants(place, instant)) return Refuse(slot);
  }
  if (!TakeFromPool(place, &iteration->own)) {
    slot.wanted = false;
    --wanted_;
    return Refuse(slot);
  }
  iteration->due = kNever;
  slot.interrupted = false;
  return true;
}

bool VuShard::Refuse(Slot& slot) {
  slot.told = true;
  return false;
}

void VuShard::OnVuIdle(uint32_t place) {
  Slot& slot = slots_[place];
  if (!slot.active) return;
  slot.active = false;
  --active_;
  Dequeue(place);
  if (!slot.wanted) return;
  if (slot.told) {
    QueueStart(place);
    next_event_ = 0;
  } else {
    slot.broken = true;
    slot.wanted = false;
    --wanted_;
  }
}

void VuShard::Enqueue(uint32_t place, Nanos interrupt_at) {
  Slot& slot = slots_[place];
  slot.interrupt_at = interrupt_at;
  slot.queue_next = kNone;
  slot.queue_previous = queue_back_;
  (queue_back_ == kNone ? queue_front_ : slots_[queue_back_].queue_next) = place;
  queue_back_ = place;
}

void VuShard::Dequeue(uint32_t place) {
  Slot& slot = slots_[place];
  if (slot.interrupt_at == kNever) return;
  slot.interrupt_at = kNever;
  (slot.queue_previous == kNone ? queue_front_ : slots_[slot.queue_previous].queue_next) = slot.queue_next;
  (slot.queue_next == kNone ? queue_back_ : slots_[slot.queue_next].queue_previous) = slot.queue_previous;
}

}  // namespace mockarty

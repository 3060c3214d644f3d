#include "engine/schedule/arrival_shard.h"

#include <algorithm>

namespace mockarty {

ArrivalShard::ArrivalShard(const ScenarioPart& part, const Settings& settings)
    : ExecutorShard(part, settings.length, std::min(settings.vus, part.own())),
      settings_(settings),
      slots_(part.own()) {}

void ArrivalShard::Attach(uint32_t place, Vu* vu) {
  slots_[place].vu = vu;
  free_.push_back(place);
  ++attached_;
  if (started_) {
    Show();
    next_event_ = NextInstant();
  }
}

void ArrivalShard::Begin(Nanos start, Nanos joined) {
  begun_ = true;
  start_ = start;
  joined_ = joined;
  next_event_ = start;
}

Nanos ArrivalShard::DueInstant() const {
  const Nanos due = Later(start_, due_);
  return CanStart() || !starving_ ? due : Later(due, settings_.patience);
}

Nanos ArrivalShard::NextInstant() const {
  if (!started_) return begun_ ? start_ : kNever;
  if (ended_) return interrupt_all_;
  return std::min({Later(start_, settings_.length), DueInstant(), Later(start_, NextTick())});
}

Nanos ArrivalShard::ApplyDue(Nanos now) {
  if (!begun_) return next_event_;
  for (;;) {
    const Nanos first = NextInstant();
    if (first > now || first == kNever) break;
    if (!started_) {
      EnterLoad();
    } else if (ended_) {
      InterruptAll();
    } else if (first == Later(start_, settings_.length)) {
      EndRun(first);
    } else if (first == DueInstant()) {
      HandleDue();
    } else {
      Tick();
      due_ = NextDue();
    }
  }
  next_event_ = NextInstant();
  return next_event_;
}

void ArrivalShard::EnterLoad() {
  started_ = true;
  due_ = NextDue();
  while (due_ != kNever && Later(start_, due_) < joined_) {
    OnPassedOver();
    due_ = NextDue();
  }
  Show();
}

void ArrivalShard::HandleDue() {
  if (CanStart()) {
    Slot& slot = slots_[free_.back()];
    free_.pop_back();
    slot.busy = true;
    slot.interrupted = false;
    peak_busy_ = std::max(peak_busy_, ++busy_);
    Give(slot);
    slot.vu->Start();
  } else if (!starving_ && settings_.patience > 0) {
    starving_ = true;
    OnStarved(false);
  } else {
    PassOver();
  }
}

void ArrivalShard::Give(Slot& slot) {
  slot.given = true;
  slot.due = start_ + due_;
  slot.own = begun_count_++;
  starving_ = false;
  OnBegun();
  due_ = NextDue();
}

void ArrivalShard::PassOver() {
  starving_ = false;
  ++dropped_;
  OnStarved(true);
  OnPassedOver();
  due_ = NextDue();
}

bool ArrivalShard::TakeIteration(uint32_t place, Nanos now, Iteration* iteration) {
  Slot& slot = slots_[place];
  if (!slot.given) {
    // It has ended one. What waits, or is due by now, need not look for another VU.
    if (ended_ || busy_ > limit_ || due_ == kNever || now - start_ < due_ || now - start_ >= settings_.length) {
      return false;
    }
    Give(slot);
    next_event_ = NextInstant();
  }
  slot.given = false;
  iteration->due = std::min(slot.due, now);
  iteration->own = slot.own;
  return true;
}

void ArrivalShard::OnIterationEnd(uint32_t, uint64_t requests) {
  OnEnded(requests);
  if (started_ && !ended_) {
    due_ = NextDue();
    next_event_ = NextInstant();
  }
}

void ArrivalShard::OnVuIdle(uint32_t place) {
  Slot& slot = slots_[place];
  if (!slot.busy) return;
  slot.busy = false;
  --busy_;
  const bool broken = slot.given && !slot.interrupted;
  if (slot.given) {
    slot.given = false;
    ++dropped_;
    OnEnded(0);
  }
  if (!broken) free_.push_back(place);
  Show();
  next_event_ = NextInstant();
}

void ArrivalShard::Stop(Nanos now) {
  if (ended_) return;
  EndRun(now);
  next_event_ = NextInstant();
}

void ArrivalShard::StopNow() {
  if (!ended_) EndRun(0);
  InterruptAll();
  next_event_ = NextInstant();
}

void ArrivalShard::EndRun(Nanos instant) {
  // What still waits will not begin.
  while (started_ && due_ != kNever && Later(start_, due_) < instant) {
    PassOver();
  }
  started_ = true;
  ended_ = true;
  for (Slot& slot : slots_) {
    if (slot.busy) slot.vu->RequestStop();
  }
  interrupt_all_ = busy_ == 0 ? kNever : Later(instant, settings_.graceful_stop);
  Show();
}

void ArrivalShard::InterruptAll() {
  interrupt_all_ = kNever;
  for (Slot& slot : slots_) {
    if (slot.busy && !slot.interrupted) {
      slot.interrupted = true;
      slot.vu->Interrupt();
    }
  }
}

void ArrivalShard::Show() { active_ = ended_ ? busy_ : started_ ? std::max(busy_, std::min(limit_, attached_)) : 0; }

void ArrivalShard::SetLimit(uint32_t limit) {
  limit_ = limit;
  Show();
}

void ArrivalShard::WantVus(uint64_t vus) {
  to_make_ = std::max(to_make_, static_cast<uint32_t>(std::min<uint64_t>(vus, part_.own())));
}

uint32_t ArrivalShard::TakePeakBusy() {
  const uint32_t peak = peak_busy_;
  peak_busy_ = busy_;
  return peak;
}

}  // namespace mockarty

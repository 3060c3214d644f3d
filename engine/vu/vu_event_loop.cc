#include "engine/vu/vu_event_loop.h"

#include <utility>

#include "engine/script/js_heap.h"
#include "engine/script/js_promise.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// In the heap's stash: an array of kept values, by slot.
constexpr char kKeptKey[] = "events";

// Tickets: a count above, the slot below.
constexpr int kSlotBits = 16;
static_assert(VuEventLoop::kMaxOperations == size_t{1} << kSlotBits);
uint32_t SlotOf(VuEventLoop::Ticket ticket) { return static_cast<uint32_t>(ticket & ((1U << kSlotBits) - 1)); }

void PushKept(JsCall call) {
  call.PushStash();
  call.GetProperty(-1, kKeptKey);
  if (!call.IsObject(-1)) {
    call.Pop();
    call.PushArray();
    call.Duplicate(-1);
    call.PutProperty(-3, kKeptKey);
  }
  call.Remove(-2);
}

void ForgetBody(duk_hthread* context, void*) {
  JsCall call(context);
  DropJobs(call);
  call.PushStash();
  call.PushUndefined();
  call.PutProperty(-2, kKeptKey);
  call.Pop();
}

}  // namespace

void PendingOperation::Signal() { events_->Queue(this); }

PendingOperation::Next PendingPromise::OnSignal(JsCall call, int kept) {
  if (PushResult(call)) {
    FulfilPromise(call, kept);
  } else {
    RejectPromise(call, kept);
  }
  return Next::kDone;
}

VuEventLoop::~VuEventLoop() = default;

VuEventLoop::Ticket VuEventLoop::Keep(JsCall call) {
  if (free_.empty() && entries_.size() == kMaxOperations) {
    call.Throw(JsError::kRangeError, "more than %zu timers and requests are pending", kMaxOperations);
  }
  const uint32_t slot = free_.empty() ? static_cast<uint32_t>(entries_.size()) : free_.back();
  PushKept(call);
  call.Insert(-2);
  call.PutIndex(-2, slot);
  call.Pop();
  // Nothing throws from here on.
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    free_.pop_back();
  }
  entries_[slot].ticket = (++generation_ << kSlotBits) | slot;
  return entries_[slot].ticket;
}

void VuEventLoop::Add(Ticket ticket, std::unique_ptr<PendingOperation> operation) {
  operation->events_ = this;
  operation->ticket_ = ticket;
  entries_[SlotOf(ticket)].operation = std::move(operation);
  ++active_;
}

PendingOperation* VuEventLoop::Find(Ticket ticket) {
  const uint32_t slot = SlotOf(ticket);
  return slot < entries_.size() && entries_[slot].ticket == ticket ? entries_[slot].operation.get() : nullptr;
}

void VuEventLoop::Cancel(JsCall call, PendingOperation* operation) {
  if (operation == running_) {
    running_cancelled_ = true;  // it goes when its OnSignal() has returned
    return;
  }
  Release(call, operation->ticket_);
}

// Writing over an element of an array allocates nothing, so this throws in theory only.
void VuEventLoop::Release(JsCall call, Ticket ticket) {
  const uint32_t slot = SlotOf(ticket);
  PushKept(call);
  call.PushUndefined();
  call.PutIndex(-2, slot);
  call.Pop();
  entries_[slot].operation.reset();
  entries_[slot].ticket = 0;
  free_.push_back(slot);
  --active_;
}

void VuEventLoop::Queue(PendingOperation* operation) {
  if (!operation->signalled_) {
    operation->signalled_ = true;
    ready_.push_back(operation->ticket_);
    wake_.SetDeferred();
  }
}

void VuEventLoop::RunOne(JsCall call, PendingOperation* operation) {
  operation->signalled_ = false;
  running_ = operation;
  running_cancelled_ = false;
  const int base = call.Top();
  const Ticket ticket = operation->ticket_;
  call.Require(16);
  PushKept(call);
  call.GetIndex(-1, SlotOf(ticket));
  call.Remove(-2);
  const PendingOperation::Next next = operation->OnSignal(call, base);
  running_ = nullptr;
  call.SetTop(base);
  if (next == PendingOperation::Next::kDone || running_cancelled_) {
    Release(call, ticket);
  }
}

// The oldest one is named: the first that was started and goes on without end.
void VuEventLoop::ThrowOverdue(JsCall call) {
  const Entry* oldest = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.operation != nullptr && (oldest == nullptr || entry.ticket < oldest->ticket)) {
      oldest = &entry;
    }
  }
  if (oldest != nullptr) {
    PushKept(call);
    call.GetIndex(-1, SlotOf(oldest->ticket));
    if (oldest->operation->PushOverdue(call, call.Top() - 1)) {
      call.Rethrow();
    }
  }
  call.Throw(JsError::kError, "the init stage did not end within its time limit: %zu timers are pending", active_);
}

void VuEventLoop::Drain(JsCall call) {
  const Nanos deadline = call.Heap().Deadline();
  RunJobs(call);
  while (active_ > 0) {
    if (next_ready_ == ready_.size()) {
      ready_.clear();
      next_ready_ = 0;
      call.Heap().CollectIfGrown();
      wake_.Reset();
      if (fiber_->WaitEvent(wake_, deadline) == WaitResult::kTimeout) {
        ThrowOverdue(call);
      }
    } else if (PendingOperation* operation = Find(ready_[next_ready_++]); operation != nullptr) {
      RunOne(call, operation);
      RunJobs(call);
      if (deadline != kNever && active_ > 0 && MonotonicNow() > deadline) {
        ThrowOverdue(call);
      }
    }
    if (fiber_->Interrupted()) {
      call.Throw(JsError::kError, "interrupted: the run is ending");
    }
  }
}

void VuEventLoop::Clear(JsHeap& heap) {
  const bool left = free_.size() != entries_.size();
  running_ = nullptr;
  ready_.clear();
  next_ready_ = 0;
  active_ = 0;
  if (left) {
    entries_.clear();
    free_.clear();
  }
  if (left || HasJobs(JsCall(heap.context()))) {
    ScriptError ignored;
    heap.Protect(&ForgetBody, nullptr, &ignored);
  }
}

VuEventLoop& VuContext::Events() {
  if (events == nullptr) {
    events = std::make_unique<VuEventLoop>(fiber);
  }
  return *events;
}

void ClearVuEvents(VuContext& vu) {
  if (vu.events != nullptr) {
    vu.events->Clear(*vu.heap);
  } else if (HasJobs(JsCall(vu.heap->context()))) {
    ScriptError ignored;
    vu.heap->Protect(&ForgetBody, nullptr, &ignored);
  }
}

void DrainVuEvents(JsCall call) {
  auto& vu = call.Host<VuContext>();
  if (vu.events != nullptr) {
    vu.events->Drain(call);
  } else if (HasJobs(call)) {
    RunJobs(call);
    if (vu.events != nullptr) {
      vu.events->Drain(call);  // a job has started something
    }
  }
}

}  // namespace mockarty

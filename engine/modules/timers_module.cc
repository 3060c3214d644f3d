#include "engine/modules/timers_module.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include "common/time/clock.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// As Duktape's library calls them, see duk_ext.h.
enum Which { kSetTimeout, kSetInterval, kSetImmediate, kClearTimeout, kClearInterval, kClearImmediate };
constexpr const char* kNames[] = {"setTimeout",   "setInterval",   "setImmediate",
                                  "clearTimeout", "clearInterval", "clearImmediate"};
constexpr const char kTimerKind = 0;

// Of the kept array: an Error of the place where a timer of the init stage was set.
constexpr char kPlaceKey[] = "place";

// The kept value is an array: the function, then its arguments.
class JsTimer final : public PendingOperation {
 public:
  JsTimer(Loop* loop, Nanos due, Nanos interval)
      : PendingOperation(&kTimerKind), timer_(loop, &JsTimer::OnDue, this), interval_(interval) {
    timer_.Arm(due);
  }

 protected:
  Next OnSignal(JsCall call, int kept) override {
    if (interval_ > 0) {
      timer_.Arm(MonotonicNow() + interval_);  // before the call, which may clear it
    }
    const size_t count = call.Length(kept);
    call.Require(static_cast<int>(count) + 4);
    for (unsigned i = 0; i < count; ++i) {
      call.GetIndex(kept, i);
    }
    call.Call(static_cast<int>(count) - 1);
    return interval_ > 0 ? Next::kKeep : Next::kDone;
  }
  bool PushOverdue(JsCall call, int kept) override { return call.GetProperty(kept, kPlaceKey) && call.IsObject(-1); }

 private:
  static void OnDue(Timer&, void* self) { static_cast<JsTimer*>(self)->Signal(); }

  Timer timer_;
  Nanos interval_;  // 0: once
};

class JsImmediate final : public PendingOperation {
 public:
  JsImmediate() : PendingOperation(&kTimerKind) {}

 protected:
  Next OnSignal(JsCall call, int kept) override {
    const size_t count = call.Length(kept);
    call.Require(static_cast<int>(count) + 4);
    for (unsigned i = 0; i < count; ++i) {
      call.GetIndex(kept, i);
    }
    call.Call(static_cast<int>(count) - 1);
    return Next::kDone;
  }
};

// What browsers do with a delay: not a number or negative is none, more than 2^31 - 1 ms is too much for them and an
// error here.
Nanos Delay(JsCall call, const char* name) {
  if (call.IsUndefined(1)) {
    return 0;
  }
  const double given = call.CoerceToNumber(1);
  if (given > 2147483647.0) {
    call.Throw(JsError::kRangeError, "%s: expected a delay of at most 2147483647 milliseconds, got %g", name, given);
  }
  return given > 0 ? static_cast<Nanos>(given * 1e6) : 0;
}

int Set(JsCall call, int which) {
  const char* name = kNames[which];
  auto& vu = call.Host<VuContext>();
  if (!call.IsFunction(0)) {
    call.Throw(JsError::kTypeError, "%s: expected a function as the first argument", name);
  }
  const bool immediate = which == kSetImmediate;
  const Nanos delay = immediate ? 0 : Delay(call, name);
  const int top = call.Top();
  call.PushArray();
  call.Duplicate(0);
  call.PutIndex(top, 0);
  unsigned count = 1;
  for (int i = immediate ? 1 : 2; i < top; ++i) {
    call.Duplicate(i);
    call.PutIndex(top, count++);
  }
  if (vu.phase == VuContext::Phase::kInit && !immediate) {
    call.PushError(
        which == kSetInterval
            ? "the init stage did not end within its time limit: this interval was not cleared"
            : "the init stage did not end within its time limit: this timer, or one that it set, is pending");
    call.PutProperty(top, kPlaceKey);
  }
  VuEventLoop& events = vu.Events();
  const VuEventLoop::Ticket ticket = events.Keep(call);
  if (immediate) {
    auto operation = std::make_unique<JsImmediate>();
    JsImmediate* added = operation.get();
    events.Add(ticket, std::move(operation));
    added->Signal();
  } else {
    // Timers of one delay fire in the order in which they were set, also when the clock stands still between them.
    const Nanos now = std::max(MonotonicNow(), vu.last_timer_set + 1);
    vu.last_timer_set = now;
    const Nanos interval = which == kSetInterval ? std::max<Nanos>(delay, kNanosPerSecond / 1000) : 0;
    events.Add(ticket, std::make_unique<JsTimer>(vu.fiber->loop(), now + std::max(delay, interval), interval));
  }
  call.PushNumber(static_cast<double>(ticket));
  return 1;
}

int Clear(JsCall call) {
  const double given = call.Number(0);
  auto& vu = call.Host<VuContext>();
  if (vu.events == nullptr || !(given >= 1 && given < 9007199254740992.0)) {
    return 0;  // as everywhere: what is no timer, or none any more, is cleared already
  }
  PendingOperation* operation = vu.events->Find(static_cast<VuEventLoop::Ticket>(given));
  if (operation != nullptr && operation->kind() == &kTimerKind) {
    vu.events->Cancel(call, operation);
  }
  return 0;
}

JsReturn CallByMagic(JsCall call) { return static_cast<JsReturn>(CallTimer(call.context(), call.Magic())); }

constexpr JsFunctionSpec kFunctions[] = {
    {"setTimeout", &JsTrampoline<CallByMagic>, -1, kSetTimeout},
    {"setInterval", &JsTrampoline<CallByMagic>, -1, kSetInterval},
    {"setImmediate", &JsTrampoline<CallByMagic>, -1, kSetImmediate},
    {"clearTimeout", &JsTrampoline<CallByMagic>, 1, kClearTimeout},
    {"clearInterval", &JsTrampoline<CallByMagic>, 1, kClearInterval},
    {"clearImmediate", &JsTrampoline<CallByMagic>, 1, kClearImmediate},
};

}  // namespace

int CallTimer(duk_hthread* context, int which) {
  JsCall call(context);
  return which >= kClearTimeout ? Clear(call) : Set(call, which);
}

void PushTimersModule(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty

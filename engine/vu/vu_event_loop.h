// The event loop of one virtual user: what its script has started and not yet finished. An iteration lasts until it is
// empty.
//
// How a native starts something that goes on after it has returned (a timer, http.asyncRequest):
//
//   VuEventLoop& events = call.Host<VuContext>().Events();
//   PushPromise(call);                           // what the script gets
//   call.Duplicate(-1);
//   const VuEventLoop::Ticket ticket = events.Keep(call);           // pops it; reachable from now on [throws]
//   events.Add(ticket, std::make_unique<MyOperation>(...));         // after everything that throws
//   return JsReturn::kTop;
//
// and how it goes on: code on the loop's thread (a Timer's callback, another fiber) calls `operation->Signal()`. The
// virtual user's fiber then calls OnSignal() with the kept value on the stack, between two turns of the script.
//
// Threads: everything on the thread of the virtual user's Loop.
// Ownership: the loop owns operations. Destroying one cancels it: that happens when it is done, when the script clears
// it, and when the iteration ends before it (an error, the end of the run). Its destructor stops the work; Signal()
// must not be called afterwards.
#ifndef ENGINE_VU_VU_EVENT_LOOP_H_
#define ENGINE_VU_VU_EVENT_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/script/js_call.h"
#include "engine/vu/loop.h"

namespace mockarty {

class Fiber;
class VuEventLoop;
struct VuContext;

class PendingOperation {
 public:
  enum class Next { kDone, kKeep };

  // `kind` tells the operations of one module from those of others: the address of anything of its own.
  explicit PendingOperation(const void* kind = nullptr) : kind_(kind) {}
  virtual ~PendingOperation() = default;
  PendingOperation(const PendingOperation&) = delete;
  PendingOperation& operator=(const PendingOperation&) = delete;

  // From the loop's thread, on any stack, after Add(). Several before OnSignal() ran count as one.
  void Signal();

  const void* kind() const { return kind_; }

 protected:
  // On the virtual user's fiber. `kept` is the stack index of the value given to Keep(). A native: what it throws ends
  // the iteration as an error, and it owns nothing while it calls into the heap. kDone: it is destroyed. [throws]
  virtual Next OnSignal(JsCall call, int kept) = 0;
  // Pushes what is thrown when the time that there is for all of them has passed and this one has not come to an end:
  // an Error made where it was started. False: there is none. [throws]
  virtual bool PushOverdue(JsCall, int /*kept*/) { return false; }

 private:
  friend class VuEventLoop;
  const void* kind_;
  VuEventLoop* events_ = nullptr;
  uint64_t ticket_ = 0;
  bool signalled_ = false;
};

// An operation whose kept value is a promise that it settles once.
class PendingPromise : public PendingOperation {
 public:
  using PendingOperation::PendingOperation;

 protected:
  // Pushes what the promise is settled with; false rejects it. [throws]
  virtual bool PushResult(JsCall call) = 0;

 private:
  Next OnSignal(JsCall call, int kept) final;
};

class VuEventLoop {
 public:
  // A place in the loop. Never the same one twice; exact as a JavaScript number; never 0.
  using Ticket = uint64_t;
  static constexpr size_t kMaxOperations = 65536;

  explicit VuEventLoop(Fiber* fiber) : fiber_(fiber) {}
  ~VuEventLoop();
  VuEventLoop(const VuEventLoop&) = delete;
  VuEventLoop& operator=(const VuEventLoop&) = delete;

  // Pops the value on the top of the stack and keeps it alive for an operation. RangeError when there are
  // kMaxOperations already. [throws]
  Ticket Keep(JsCall call);
  // The operation of a ticket; Drain() waits for it from now on.
  void Add(Ticket ticket, std::unique_ptr<PendingOperation> operation);
  // Null when there is none any more, or never was.
  PendingOperation* Find(Ticket ticket);
  // Withdraws an operation, also from within its own OnSignal(). [throws: out of memory]
  void Cancel(JsCall call, PendingOperation* operation);

  bool Empty() const { return active_ == 0; }

  // Serves jobs and operations until none are left. An error of one of them, or a rejection that nobody handles, ends
  // it. So do the fiber's interruption and the heap's deadline, by throwing. On the fiber. [throws]
  void Drain(JsCall call);
  // Destroys all operations and forgets queued jobs: nothing of an iteration may run in the next. Does not throw.
  void Clear(JsHeap& heap);

 private:
  friend class PendingOperation;
  struct Entry {
    std::unique_ptr<PendingOperation> operation;
    Ticket ticket = 0;  // 0: free
  };

  void Queue(PendingOperation* operation);
  void RunOne(JsCall call, PendingOperation* operation);
  void Release(JsCall call, Ticket ticket);
  [[noreturn]] void ThrowOverdue(JsCall call);

  Fiber* fiber_;
  Event wake_;
  size_t active_ = 0;  // operations added and not yet gone
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;
  uint64_t generation_ = 0;
  std::vector<Ticket> ready_;  // in order of Signal(); some may have been withdrawn
  size_t next_ready_ = 0;
  PendingOperation* running_ = nullptr;
  bool running_cancelled_ = false;
};

// What runs after a call into a script: the jobs it queued and, where it has started something, the virtual user's
// event loop. JsCall::Host() is a VuContext. [throws]
void DrainVuEvents(JsCall call);
// The end of an iteration: what it left unfinished is cancelled. On the fiber, outside of calls into the heap.
void ClearVuEvents(VuContext& vu);

}  // namespace mockarty

#endif  // ENGINE_VU_VU_EVENT_LOOP_H_

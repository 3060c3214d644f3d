// A virtual user that runs a script: one JavaScript heap on one fiber, pinned to one loop.
//
// Threads: everything on the loop's thread.
#ifndef ENGINE_VU_SCRIPT_VU_H_
#define ENGINE_VU_SCRIPT_VU_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/script/js_heap.h"
#include "engine/script/program.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

class HttpTransport;
struct WorkerCounters;

// What the virtual users of one worker share. Outlives them.
struct VuShared {
  Loop* loop = nullptr;
  const Program* program = nullptr;
  HeapEnvironment environment;
  const RunSettings* settings = nullptr;
  Collector* collector = nullptr;
  const HttpTransport* http_transport = nullptr;
  WorkerCounters* counters = nullptr;  // may be null
  Nanos init_timeout = 60 * kNanosPerSecond;
  size_t heap_limit_bytes = size_t{512} << 20;
  // Fetch each VU's memory ahead of its turn: pays when there are too many for the caches.
  bool fetch_ahead = false;
  // Script errors of iterations, already counted. On the loop's thread.
  std::function<void(uint32_t vu, const ScriptError& error)> on_script_error;
};

class ScriptVu final : public Vu {
 public:
  // `place` is what the scenario's IterationSource knows it by; `index` is 0-based in the whole run and becomes __VU.
  // `scenario` outlives it. Fails when no stack can be mapped.
  static absl::StatusOr<std::unique_ptr<ScriptVu>> Create(const VuShared& shared, const VuScenario& scenario,
                                                          uint32_t place, uint32_t index);
  ~ScriptVu() override;

  // Makes the heap and runs the script's top level on the fiber, then calls `ready` with OK or what went wrong.
  void Prepare(std::function<void(const absl::Status&)> ready);

  void Start() override;
  void RequestStop() override;
  void Interrupt() override;
  bool Running() const override { return running_; }

  bool Prepared() const { return prepared_; }  // `ready` has been called
  // Asked from outside its fiber: its init stage waits for a timer, and does not just share the core.
  bool Waiting() const { return initializing_ && !yielding_; }

  // Ends the fiber and frees the heap; the VU must not be running. `Finished()` turns true in a later turn of the loop.
  void Quit();
  bool Finished() const { return fiber_->Finished(); }
  size_t HeapBytes() const { return heap_ != nullptr ? heap_->UsedBytes() : 0; }

 private:
  ScriptVu(const VuShared& shared, const VuScenario& scenario, uint32_t place, uint32_t index);

  void Body();
  absl::Status MakeHeap();
  void ReadSetupData();
  void RunIterations();
  Nanos RunIteration(Nanos start);
  void CountIteration(Nanos length, bool returned, ScriptError& error);
  void LearnHotMemory();
  static bool CheckInterrupt(void* self);

  const VuShared& shared_;
  const VuScenario& scenario_;
  const uint32_t place_;
  std::unique_ptr<Fiber> fiber_;
  std::unique_ptr<JsHeap> heap_;
  std::unique_ptr<HttpSession> http_;
  const void* function_ = nullptr;  // of the scenario
  VuContext context_;
  std::function<void(const absl::Status&)> ready_;
  Event wake_;
  bool initializing_ = false;
  bool yielding_ = false;  // while it computes
  bool prepared_ = false;
  bool has_setup_data_ = false;  // kept in the heap
  bool running_ = false;
  bool quit_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_VU_SCRIPT_VU_H_

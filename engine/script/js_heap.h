// A Duktape heap of one virtual user (or of the init stage): memory accounting and limit, the hook that ends or
// preempts script code, collection by growth, and errors turned into plain values.
//
// Threads: a heap is used by one thread at a time; a virtual user's only from inside its fiber.
#ifndef ENGINE_SCRIPT_JS_HEAP_H_
#define ENGINE_SCRIPT_JS_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/script/exec_timeout.h"

struct duk_hthread;

namespace mockarty {

// What a script threw, in the user's own terms. All text is UTF-8.
struct ScriptError {
  std::string name;     // "TypeError"; empty when what was thrown is not an Error
  std::string message;  // "x is not a function"
  std::string file;     // the user's file, when known
  int line = 0;         // 1-based; 0 when unknown
  int column = 0;       // 1-based, in UTF-16 units; 0 when unknown
  std::string stack;    // frames of the user's file, one a line, bounded

  // "script.js:12:7: TypeError: x is not a function"
  std::string ToString() const;
};

// Asked every some 10^5 opcodes while script code runs. May suspend the fiber. True ends the script.
using ScriptInterruptCheck = bool (*)(void* context);

struct JsHeapOptions {
  // The script gets an `alloc failed` error above it. Covers all that the heap allocates.
  size_t memory_limit_bytes = size_t{512} << 20;
  ScriptInterruptCheck interrupt_check = nullptr;
  void* interrupt_context = nullptr;
  // What setTimeout(), open() and their like do; null: they throw.
  int (*host_call)(duk_hthread* context, int which) = nullptr;
  // Remembers which blocks the heap holds until TakeBlocks().
  bool track_blocks = false;
  // What natives reach by JsCall::Host(). Not owned.
  void* host = nullptr;
};

class PositionTable;
struct ProgramModules;

class JsHeap {
 public:
  // Fails when no memory is left for a heap.
  static absl::StatusOr<std::unique_ptr<JsHeap>> Create(const JsHeapOptions& options);
  ~JsHeap();
  JsHeap(const JsHeap&) = delete;
  JsHeap& operator=(const JsHeap&) = delete;

  duk_hthread* context() const { return context_; }
  static JsHeap& Of(duk_hthread* context);

  // Script code that runs after this instant ends with a RangeError. kNever: no deadline.
  void SetDeadline(Nanos deadline) { state_.deadline = deadline; }
  Nanos Deadline() const { return state_.deadline; }
  // Where the code that runs here comes from; outlives the heap.
  void SetPositions(const PositionTable* positions) { state_.positions = positions; }
  // The files of the script that runs here; they outlive the heap. Null before there is one.
  void SetModules(const ProgramModules* modules) { modules_ = modules; }
  const ProgramModules* Modules() const { return modules_; }
  // Whose top level runs: an index of the modules, ScriptImport::kMain, or kNoModule.
  static constexpr int kNoModule = -2;
  void SetRunningModule(int module) { running_module_ = module; }
  int RunningModule() const { return running_module_; }
  // True while the heap ends script code because of the deadline or the interrupt check.
  bool Ending() const { return state_.ending; }

  // Runs `body` so that any JavaScript error it raises, also out of memory, comes back as a ScriptError.
  // `body` must not own anything while it calls into the heap: errors leave it by longjmp.
  bool Protect(void (*body)(duk_hthread* context, void* argument), void* argument, ScriptError* error);

  // A collection when the heap has grown by 96 KiB since the last: user code makes cycles that counting cannot free.
  // Called between iterations and by natives that wait.
  void CollectIfGrown() {
    if (state_.used_bytes > collect_at_bytes_) {
      Collect();
    }
  }
  void Collect();

  // Shows the blocks that the heap holds and stops tracking them; nothing when they were not tracked.
  void TakeBlocks(const std::function<void(const void* begin, size_t size)>& visit);

  size_t UsedBytes() const { return state_.used_bytes; }
  size_t PeakBytes() const { return state_.peak_bytes; }
  void* host() const { return state_.host; }

  // For text that must outlive the native call that made it; see js_call.h on why natives own nothing.
  std::string& Scratch() { return scratch_; }

 private:
  // Duktape's heap_udata. The first member is what exec_timeout.h asks for.
  struct State {
    HeapHooks hooks;
    size_t used_bytes = 0;
    size_t peak_bytes = 0;
    size_t limit_bytes = 0;
    Nanos deadline = 0;
    bool ending = false;
    bool entering = false;  // the check that Duktape makes before the first instruction is still to come
    ScriptInterruptCheck interrupt_check = nullptr;
    void* interrupt_context = nullptr;
    void* host = nullptr;
    const PositionTable* positions = nullptr;
    JsHeap* heap = nullptr;
    std::unique_ptr<absl::flat_hash_set<void*>> blocks;  // null: not tracked
  };

  JsHeap() = default;
  static int OnExecTimeout(void* self);
  static int OnPosition(void* self, unsigned id, unsigned pc, const char** file, unsigned* line, unsigned* column);
  static void* Allocate(void* udata, size_t size);
  static void* Reallocate(void* udata, void* pointer, size_t size);
  static void Free(void* udata, void* pointer);

  State state_;
  duk_hthread* context_ = nullptr;
  size_t collect_at_bytes_ = 0;
  std::string scratch_;
  const ProgramModules* modules_ = nullptr;
  int running_module_ = kNoModule;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_JS_HEAP_H_

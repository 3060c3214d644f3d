// A script compiled once and run in many heaps.
#ifndef ENGINE_SCRIPT_PROGRAM_H_
#define ENGINE_SCRIPT_PROGRAM_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/script/js_call.h"
#include "engine/script/js_heap.h"
#include "engine/script/position_table.h"
#include "engine/script/program_modules.h"
#include "engine/script/script_source.h"

namespace mockarty {

// What a heap holds before the script's own code runs in it.
struct HeapEnvironment {
  // Puts globals into the heap. [throws]
  void (*install_globals)(JsCall call) = nullptr;
  // The script's `require`.
  JsTrampolineFn require = nullptr;
  // After the top level has run: what the scenario of this heap's virtual user adds. [throws]
  void (*enter_scenario)(JsCall call) = nullptr;
  // Waits for what the top level has started: jobs and timers; null: jobs only. Ends at the heap's deadline. [throws]
  void (*drain)(JsCall call) = nullptr;
};

class Program {
 public:
  static constexpr std::string_view kNoDefaultFunction =
      "the script exports no default function (export default function () {...} or module.exports.default = function "
      "() {...})";

  // Compiles to bytecode, in a heap of its own. A syntax error names file and line. Any thread.
  static absl::StatusOr<std::shared_ptr<const Program>> Compile(const ScriptSource& source);

  // Runs the script's top level in `heap`, waits until nothing of it is pending, and keeps the exported function `name`
  // (empty: the default one) there. False: what it threw, or that it exports no such function. On the thread and stack
  // that own the heap. `function` is what CallDefault() takes; the heap keeps it alive; null: none is looked for. An
  // error of the file as a whole, which no line threw, has a file and no line.
  bool Instantiate(JsHeap& heap, const HeapEnvironment& environment, std::string_view name, const void** function,
                   ScriptError* error) const;

  // The names of the functions that the script exports, the default one as "default"; at most kMaxExports. After
  // Instantiate().
  static constexpr size_t kMaxExports = 10'000;
  bool ReadFunctions(JsHeap& heap, std::vector<std::string>* names, ScriptError* error) const;

  // The script's `options` as JSON text; "null" when it exports none. After Instantiate().
  bool ReadOptions(JsHeap& heap, std::string* json, ScriptError* error) const;

  // One call of the default function; then `afterwards`, in the same protected call: what the function has started.
  static bool CallDefault(JsHeap& heap, const void* default_function, bool with_data, void (*afterwards)(JsCall),
                          ScriptError* error);

  // Keeps what setup() returned (JSON) for CallDefault(`with_data`): one value for all iterations of this heap.
  static bool KeepSetupData(JsHeap& heap, const std::string& json, ScriptError* error);

  const std::string& path() const { return path_; }

 private:
  // What of an error with `await` at the top level no line threw.
  void PlaceAsyncError(JsHeap& heap, bool never_settles, ScriptError* error) const;

  std::string path_;
  PositionTable positions_;
  ProgramModules modules_;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_PROGRAM_H_

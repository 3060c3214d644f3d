// A script compiled once and run in many heaps.
#ifndef ENGINE_SCRIPT_PROGRAM_H_
#define ENGINE_SCRIPT_PROGRAM_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/script/js_call.h"
#include "engine/script/js_heap.h"
#include "engine/script/script_source.h"

namespace mockarty {

// What a heap holds before the script's own code runs in it.
struct HeapEnvironment {
  // Puts globals into the heap. [throws]
  void (*install_globals)(JsCall call) = nullptr;
  // The script's `require`.
  JsTrampolineFn require = nullptr;
};

class Program {
 public:
  // Compiles to bytecode, in a heap of its own. A syntax error names file and line. Any thread.
  static absl::StatusOr<std::shared_ptr<const Program>> Compile(const ScriptSource& source);

  // Runs the script's top level in `heap` and keeps its default function there. False: what it threw, or that it
  // exports no default function. On the thread and stack that own the heap. `default_function` is what CallDefault()
  // takes; the heap keeps it alive. An error of the file as a whole, which no line threw, has a file and no line.
  bool Instantiate(JsHeap& heap, const HeapEnvironment& environment, const void** default_function,
                   ScriptError* error) const;

  // The script's `options` as JSON text; "null" when it exports none. After Instantiate().
  bool ReadOptions(JsHeap& heap, std::string* json, ScriptError* error) const;

  // One call of the default function; then `afterwards`, in the same protected call: what the function has started.
  static bool CallDefault(JsHeap& heap, const void* default_function, void (*afterwards)(JsCall), ScriptError* error);

  // Turns the line of an error into that of the user's file, where conversion moved it.
  void RestoreLine(ScriptError* error) const;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  ScriptSource lines_;  // without its code: for OriginalLine()
  std::vector<char> bytecode_;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_PROGRAM_H_

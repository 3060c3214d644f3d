// One call of a function that a script exports, with JSON in and out.
#ifndef ENGINE_SCRIPT_EXPORT_CALL_H_
#define ENGINE_SCRIPT_EXPORT_CALL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "engine/script/js_call.h"
#include "engine/script/js_heap.h"

namespace mockarty {

struct ExportCall {
  const char* name = nullptr;
  const std::string* argument = nullptr;      // JSON; null: undefined
  void (*afterwards)(JsCall call) = nullptr;  // waits for what the call has started
  size_t max_bytes = 0;                       // of what it returns; 0: that is of no interest
  // Out. Unset: it returned undefined, or a promise that nothing settles.
  std::optional<std::string> returned;  // JSON
  bool too_large = false;
  bool encoding = false;  // what it returned was being made JSON
};

// After Program::Instantiate(). False: what was thrown, a rejected promise included, or that nothing of this name is
// exported.
bool CallExport(JsHeap& heap, ExportCall* call, ScriptError* error);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_EXPORT_CALL_H_

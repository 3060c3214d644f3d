#include "engine/script/js_heap.h"

#include <duktape.h>
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "engine/script/position_table.h"
#include "engine/script/text.h"
#include "third_party/duktape/duk_ext.h"

namespace mockarty {
namespace {

constexpr size_t kCollectGrowthBytes = 96 * 1024;
constexpr size_t kMaxErrorTextBytes = 4096;
constexpr int kMaxStackFrames = 10;

struct ProtectedCall {
  void (*body)(duk_hthread*, void*);
  void* argument;
};

duk_ret_t RunProtected(duk_context* context, void* udata) {
  auto* call = static_cast<ProtectedCall*>(udata);
  call->body(context, call->argument);
  return 0;
}

// Reads a property of the error on the top of the stack as text; getters and toString() of hostile errors run inside.
duk_ret_t ReadErrorProperty(duk_context* context, void* udata) {
  const char* key = static_cast<const char*>(udata);
  if (*key == '\0') {
    duk_safe_to_string(context, -1);
    return 1;
  }
  duk_get_prop_string(context, -1, key);
  if (duk_is_null_or_undefined(context, -1)) {
    duk_push_string(context, "");
  } else {
    duk_to_string(context, -1);
  }
  return 1;
}

std::string ErrorProperty(duk_context* context, const char* key) {
  std::string text;
  duk_dup(context, -1);
  if (duk_safe_call(context, ReadErrorProperty, const_cast<char*>(key), 1, 1) == DUK_EXEC_SUCCESS) {
    duk_size_t length = 0;
    const char* data = duk_get_lstring(context, -1, &length);
    std::string scratch;
    if (data != nullptr && !duk_is_symbol(context, -1)) {
      text = FromJsText({data, std::min<size_t>(length, kMaxErrorTextBytes)}, scratch);
    }
  }
  duk_pop(context);
  return text;
}

bool ParseLine(std::string_view text, int* line) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *line);
  return error == std::errc() && end == text.data() + text.size() && *line > 0;
}

// Takes ":number" off the end.
bool TakeTailNumber(std::string_view& where, int* number) {
  const size_t colon = where.rfind(':');
  if (colon == where.npos || !ParseLine(where.substr(colon + 1), number)) {
    return false;
  }
  where = where.substr(0, colon);
  return true;
}

// Frames look like "    at name (file.js:12:7)"; code without columns says "(file.js:12) preventsyield", natives name
// nothing or a C file.
void ParseStack(std::string_view stack, ScriptError& error) {
  int frames = 0;
  while (!stack.empty()) {
    const size_t end = stack.find('\n');
    const std::string_view row = stack.substr(0, end);
    stack.remove_prefix(end == stack.npos ? stack.size() : end + 1);
    const size_t open = row.find('(');
    const size_t close = row.rfind(')');
    if (row.find("    at ") != 0 || open == row.npos || close == row.npos || close < open) {
      continue;
    }
    std::string_view file = row.substr(open + 1, close - open - 1);
    int line = 0;
    int column = 0;
    if (!TakeTailNumber(file, &line)) {
      continue;
    }
    if (int before = 0; TakeTailNumber(file, &before)) {
      column = std::exchange(line, before);
    }
    if (file.size() > 2 && (file.substr(file.size() - 2) == ".c" || file.substr(file.size() - 3) == ".cc")) {
      continue;  // where Duktape or a native raised it
    }
    if (error.line == 0) {
      error.file = file;
      error.line = line;
      error.column = column;
    }
    if (++frames <= kMaxStackFrames) {
      error.stack.append(error.stack.empty() ? "" : "\n").append(row.substr(0, close + 1));
    }
  }
}

// The thrown value is on the top of the stack; it is popped.
ScriptError TakeError(duk_context* context) {
  ScriptError error;
  if (duk_is_object(context, -1)) {
    error.name = ErrorProperty(context, "name");
    error.message = ErrorProperty(context, "message");
    ParseStack(ErrorProperty(context, "stack"), error);
    if (error.line == 0 && error.name == "SyntaxError") {
      // The compiler has no frame of the file yet, but knows where it is.
      error.file = ErrorProperty(context, "fileName");
      if (!ParseLine(ErrorProperty(context, "lineNumber"), &error.line)) {
        error.line = 0;
      }
    }
  } else {
    error.message = ErrorProperty(context, "");
  }
  if (error.name.empty() && error.message.empty()) {
    error.message = ErrorProperty(context, "");
  }
  duk_pop(context);
  return error;
}

}  // namespace

std::string ScriptError::ToString() const {
  std::string text;
  if (line > 0) {
    text.append(file).append(":").append(std::to_string(line));
    text.append(column > 0 ? ":" + std::to_string(column) : "").append(": ");
  }
  if (!name.empty()) {
    text.append(name).append(message.empty() ? "" : ": ");
  }
  return text.append(message);
}

absl::StatusOr<std::unique_ptr<JsHeap>> JsHeap::Create(const JsHeapOptions& options) {
  std::unique_ptr<JsHeap> heap(new JsHeap());
  State& state = heap->state_;
  state.hooks.exec_timeout = nullptr;  // no fiber may be switched while the heap is made
  state.limit_bytes = options.memory_limit_bytes;
  state.deadline = kNever;
  state.interrupt_check = options.interrupt_check;
  state.interrupt_context = options.interrupt_context;
  state.host = options.host;
  state.heap = heap.get();
  if (options.track_blocks) {
    state.blocks = std::make_unique<absl::flat_hash_set<void*>>();
  }
  heap->context_ = duk_create_heap(&JsHeap::Allocate, &JsHeap::Reallocate, &JsHeap::Free, &state, nullptr);
  if (heap->context_ == nullptr) {
    return absl::ResourceExhaustedError("no memory for a JavaScript heap");
  }
  state.hooks.exec_timeout = &JsHeap::OnExecTimeout;
  state.hooks.host_call = options.host_call;
  state.hooks.position = &JsHeap::OnPosition;
  heap->collect_at_bytes_ = state.used_bytes + kCollectGrowthBytes;
  return heap;
}

JsHeap::~JsHeap() {
  if (context_ != nullptr) {
    state_.hooks.exec_timeout = nullptr;  // finalizers must neither be ended nor suspended
    duk_destroy_heap(context_);
  }
}

JsHeap& JsHeap::Of(duk_hthread* context) { return *static_cast<State*>(duk_x_heap_udata(context))->heap; }

int JsHeap::OnExecTimeout(void* self) {
  auto* state = static_cast<State*>(self);
  if (state->entering) {
    // Nothing has run yet, so there is nothing to end and nobody who waited; a yield here would double the switches.
    state->entering = false;
    return 0;
  }
  if (state->interrupt_check != nullptr && state->interrupt_check(state->interrupt_context)) {
    state->ending = true;
    return 1;
  }
  if (state->deadline != kNever && MonotonicNow() > state->deadline) {
    state->ending = true;
    return 1;
  }
  return 0;
}

int JsHeap::OnPosition(void* self, unsigned id, unsigned pc, const char** file, unsigned* line, unsigned* column) {
  const PositionTable* positions = static_cast<State*>(self)->positions;
  SourcePosition position;
  if (positions == nullptr || !positions->Find(id, pc, &position)) {
    return 0;
  }
  *file = position.file;
  *line = position.line;
  *column = position.column;
  return 1;
}

bool JsHeap::Protect(void (*body)(duk_hthread* context, void* argument), void* argument, ScriptError* error) {
  ProtectedCall call{body, argument};
  state_.ending = false;
  state_.entering = true;
  const duk_idx_t top = duk_get_top(context_);
  if (duk_safe_call(context_, RunProtected, &call, 0, 1) == DUK_EXEC_SUCCESS) {
    duk_set_top(context_, top);
    return true;
  }
  state_.entering = false;
  // Reading the error runs script code (getters); it gets a moment of its own even when the deadline has passed.
  const Nanos deadline = state_.deadline;
  const ScriptInterruptCheck check = std::exchange(state_.interrupt_check, nullptr);
  state_.deadline = MonotonicNow() + kNanosPerSecond / 10;
  const size_t limit = std::exchange(state_.limit_bytes, state_.limit_bytes + (size_t{1} << 20));
  *error = TakeError(context_);
  state_.limit_bytes = limit;
  state_.interrupt_check = check;
  state_.deadline = deadline;
  duk_set_top(context_, top);
  return false;
}

void JsHeap::TakeBlocks(const std::function<void(const void* begin, size_t size)>& visit) {
  if (state_.blocks != nullptr) {
    for (void* block : *state_.blocks) {
      visit(block, malloc_usable_size(block));
    }
    state_.blocks.reset();
  }
}

void JsHeap::Collect() {
  duk_gc(context_, 0);
  collect_at_bytes_ = state_.used_bytes + kCollectGrowthBytes;
}

// malloc_usable_size() costs nothing that could be measured and needs no header before each block.
void* JsHeap::Allocate(void* udata, size_t size) {
  auto* state = static_cast<State*>(udata);
  if (size == 0 || size > state->limit_bytes || state->used_bytes + size > state->limit_bytes) {
    return nullptr;
  }
  void* pointer = malloc(size);
  if (pointer != nullptr) {
    state->used_bytes += malloc_usable_size(pointer);
    state->peak_bytes = std::max(state->peak_bytes, state->used_bytes);
    if (state->blocks != nullptr) {
      state->blocks->insert(pointer);
    }
  }
  return pointer;
}

void* JsHeap::Reallocate(void* udata, void* pointer, size_t size) {
  if (pointer == nullptr) {
    return Allocate(udata, size);
  }
  if (size == 0) {
    Free(udata, pointer);
    return nullptr;
  }
  auto* state = static_cast<State*>(udata);
  const size_t before = malloc_usable_size(pointer);
  if (size > state->limit_bytes || state->used_bytes - before + size > state->limit_bytes) {
    return nullptr;
  }
  void* moved = realloc(pointer, size);
  if (moved != nullptr) {
    state->used_bytes += malloc_usable_size(moved) - before;
    state->peak_bytes = std::max(state->peak_bytes, state->used_bytes);
    if (state->blocks != nullptr) {
      state->blocks->erase(pointer);
      state->blocks->insert(moved);
    }
  }
  return moved;
}

void JsHeap::Free(void* udata, void* pointer) {
  if (pointer != nullptr) {
    auto* state = static_cast<State*>(udata);
    state->used_bytes -= malloc_usable_size(pointer);
    if (state->blocks != nullptr) {
      state->blocks->erase(pointer);
    }
    free(pointer);
  }
}

}  // namespace mockarty

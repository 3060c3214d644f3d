#include "engine/script/transpiler.h"

#include <duktape.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "engine/script/big_stack.h"
#include "engine/script/conversion_arena.h"
#include "engine/script/exec_timeout.h"
#include "engine/script/source_map.h"
#include "engine/script/text.h"
#include "third_party/babel/babel_bundle.h"

namespace mockarty {
namespace {

// heap_udata of the converter's heap.
struct ConverterHeap {
  HeapHooks hooks;  // must be first, see exec_timeout.h
  Nanos deadline;
  bool timed_out = false;
  ConversionArena arena;

  ConverterHeap(Nanos deadline_in, size_t memory_bytes)
      : hooks{&OnExecTimeout, nullptr, nullptr}, deadline(deadline_in), arena(memory_bytes) {}

  static int OnExecTimeout(void* self) {
    auto* heap = static_cast<ConverterHeap*>(self);
    heap->timed_out |= MonotonicNow() > heap->deadline;
    return heap->timed_out ? 1 : 0;
  }
  static void* Allocate(void* self, duk_size_t size) { return static_cast<ConverterHeap*>(self)->arena.Allocate(size); }
  static void* Reallocate(void* self, void* block, duk_size_t size) {
    return static_cast<ConverterHeap*>(self)->arena.Reallocate(block, size);
  }
  static void Free(void* self, void* block) { static_cast<ConverterHeap*>(self)->arena.Free(block); }
};

// What one conversion is about. Nothing in it is owned by code that Duktape may leave by longjmp.
struct Conversion {
  std::string_view js_source;  // in the heap's encoding
  SourceKind kind;
  ConverterHeap* heap;
  absl::Status status;
  TranspileResult result;
};

enum ResultSlot : duk_idx_t { kCode, kPlaces, kError, kLine, kColumn, kSlots };

// Leaves kSlots values on the stack. Runs inside duk_safe_call.
duk_ret_t ConvertInHeap(duk_context* context, void* udata) {
  const auto* conversion = static_cast<const Conversion*>(udata);
  duk_push_external_buffer(context);
  duk_config_buffer(context, -1, const_cast<unsigned char*>(mk_babel_bytecode),
                    static_cast<duk_size_t>(mk_babel_bytecode_end - mk_babel_bytecode));
  duk_load_function(context);
  duk_push_object(context);
  duk_dup(context, -2);
  duk_dup(context, -2);
  duk_call(context, 1);
  duk_pop(context);
  duk_get_prop_string(context, -1, "convert");
  duk_push_lstring(context, conversion->js_source.data(), conversion->js_source.size());
  duk_push_boolean(context, conversion->kind.is_module);
  duk_push_boolean(context, conversion->kind.is_typescript);
  duk_call(context, 3);
  const duk_idx_t answer = duk_get_top_index(context);
  static constexpr const char* names[kSlots] = {"code", "places", "error", "line", "column"};
  for (const char* name : names) {
    duk_get_prop_string(context, answer, name);
  }
  return kSlots;
}

std::string TextAt(duk_context* context, duk_idx_t index) {
  duk_size_t length = 0;
  const char* data = duk_get_lstring(context, index, &length);
  std::string scratch;
  return data == nullptr ? std::string() : std::string(FromJsText({data, length}, scratch));
}

// Leaves the answer's flat array [generated line, column, line, column, ...] as places. Runs inside duk_safe_call.
duk_ret_t ReadPlaces(duk_context* context, void* udata) {
  auto* places = static_cast<std::vector<SourceMapPlace>*>(udata);
  const duk_size_t count = duk_get_length(context, -1) / 4;
  places->resize(count);
  for (duk_size_t i = 0; i < count; ++i) {
    uint32_t numbers[4];
    for (unsigned k = 0; k < 4; ++k) {
      duk_get_prop_index(context, -1, static_cast<duk_uarridx_t>(i * 4 + k));
      numbers[k] = duk_get_uint(context, -1);
      duk_pop(context);
    }
    (*places)[i] = {numbers[0], numbers[1], numbers[2], numbers[3]};
  }
  return 0;
}

duk_ret_t ErrorText(duk_context* context, void*) {
  duk_safe_to_string(context, -1);
  return 1;
}

// The error is on the top of the stack.
absl::Status FailureOf(duk_context* context, const ConverterHeap& heap) {
  if (heap.timed_out) {
    return absl::DeadlineExceededError("converting the script takes too long");
  }
  if (heap.arena.Exhausted()) {
    return absl::ResourceExhaustedError("converting the script takes too much memory");
  }
  const bool too_deep = duk_get_error_code(context, -1) == DUK_ERR_RANGE_ERROR;
  duk_safe_call(context, ErrorText, nullptr, 1, 1);
  const std::string text = TextAt(context, -1);
  if (too_deep) {
    return absl::ResourceExhaustedError(Concat("the script is nested too deeply to be converted (", text, ")"));
  }
  return absl::InternalError(Concat("the converter failed: ", text));
}

void TakeResult(duk_context* context, TranspileResult& result) {
  const duk_idx_t base = duk_get_top(context) - kSlots;
  if (duk_is_string(context, base + kError)) {
    result.problem = SyntaxProblem{TextAt(context, base + kError), duk_get_int(context, base + kLine),
                                   duk_get_int(context, base + kColumn)};
    return;
  }
  result.code = TextAt(context, base + kCode);
  std::vector<SourceMapPlace> places;
  duk_dup(context, base + kPlaces);
  if (duk_safe_call(context, ReadPlaces, &places, 1, 1) == DUK_EXEC_SUCCESS) {
    result.source_map = EncodeSourceMap(places);
  }
}

// On the thread with the large stack.
void RunConversion(void* argument) {
  auto* conversion = static_cast<Conversion*>(argument);
  ConverterHeap* heap = conversion->heap;
  duk_context* context =
      duk_create_heap(ConverterHeap::Allocate, ConverterHeap::Reallocate, ConverterHeap::Free, heap, nullptr);
  if (context == nullptr) {
    conversion->status = absl::ResourceExhaustedError("no memory for converting the script");
    return;
  }
  if (duk_safe_call(context, ConvertInHeap, conversion, 0, kSlots) == DUK_EXEC_SUCCESS) {
    TakeResult(context, conversion->result);
  } else {
    // The error is the first of the kSlots values; the rest is undefined.
    duk_set_top(context, duk_get_top(context) - (kSlots - 1));
    conversion->status = FailureOf(context, *heap);
  }
  conversion->result.peak_memory_bytes = heap->arena.PeakBytes();
  // The heap is not destroyed: it owns nothing but the arena's memory, which goes as a whole.
}

}  // namespace

std::string_view TranspilerVersion() { return mk_babel_version; }

absl::StatusOr<TranspileResult> Transpile(std::string_view source, SourceKind kind, const TranspileOptions& options) {
  std::string scratch;
  ConverterHeap heap(MonotonicNow() + options.timeout, options.memory_bytes);
  Conversion conversion{ToJsText(source, scratch), kind, &heap, absl::OkStatus(), {}};
  RETURN_IF_ERROR(RunOnBigStack(RunConversion, &conversion));
  RETURN_IF_ERROR(conversion.status);
  return std::move(conversion.result);
}

}  // namespace mockarty

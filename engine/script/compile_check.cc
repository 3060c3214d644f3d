#include "engine/script/compile_check.h"

#include <duktape.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "engine/script/big_stack.h"
#include "engine/script/conversion_arena.h"
#include "engine/script/exec_timeout.h"
#include "engine/script/text.h"

namespace mockarty {
namespace {

struct CheckHeap {
  HeapHooks hooks;  // must be first, see exec_timeout.h; compiling runs no script code
  ConversionArena arena;

  explicit CheckHeap(size_t memory_bytes) : arena(memory_bytes) {}

  static void* Allocate(void* self, duk_size_t size) { return static_cast<CheckHeap*>(self)->arena.Allocate(size); }
  static void* Reallocate(void* self, void* block, duk_size_t size) {
    return static_cast<CheckHeap*>(self)->arena.Reallocate(block, size);
  }
  static void Free(void* self, void* block) { static_cast<CheckHeap*>(self)->arena.Free(block); }
};

struct Check {
  std::string_view function_text;
  CheckHeap* heap;
  absl::Status status;
  std::optional<SyntaxProblem> problem;
};

duk_ret_t CompileInHeap(duk_context* context, void* udata) {
  const auto* check = static_cast<const Check*>(udata);
  duk_push_string(context, "script");
  duk_compile_lstring_filename(context, DUK_COMPILE_FUNCTION, check->function_text.data(), check->function_text.size());
  return 0;
}

duk_ret_t ErrorText(duk_context* context, void*) {
  duk_safe_to_string(context, -1);
  return 1;
}

// "SyntaxError: parse error (line 3)" or "... (line 3, end of input)".
SyntaxProblem ProblemOf(std::string text) {
  SyntaxProblem problem;
  const size_t mark = text.rfind(" (line ");
  if (mark != text.npos) {
    const size_t digits = mark + 7;
    const size_t end = text.find_first_not_of("0123456789", digits);
    std::from_chars(text.data() + digits, text.data() + std::min(end, text.size()), problem.line);
    const bool at_end = text.find("end of input", mark) != text.npos;
    text.resize(mark);
    text += at_end ? " (the script ends here)" : "";
  }
  constexpr std::string_view prefix = "SyntaxError: ";
  problem.message = text.compare(0, prefix.size(), prefix) == 0 ? text.substr(prefix.size()) : text;
  return problem;
}

// On the thread with the large stack.
void RunCheck(void* argument) {
  auto* check = static_cast<Check*>(argument);
  CheckHeap* heap = check->heap;
  duk_context* context = duk_create_heap(CheckHeap::Allocate, CheckHeap::Reallocate, CheckHeap::Free, heap, nullptr);
  if (context == nullptr) {
    check->status = absl::ResourceExhaustedError("no memory for compiling the script");
    return;
  }
  // The heap is not destroyed: the arena takes its memory back as a whole.
  if (duk_safe_call(context, CompileInHeap, check, 0, 1) == DUK_EXEC_SUCCESS) {
    return;
  }
  const bool syntax = duk_get_error_code(context, -1) == DUK_ERR_SYNTAX_ERROR;
  const bool no_memory = heap->arena.Exhausted();
  duk_safe_call(context, ErrorText, nullptr, 1, 1);
  const char* text = duk_get_string(context, -1);
  if (syntax) {
    check->problem = ProblemOf(text == nullptr ? "syntax error" : text);
  } else if (no_memory) {
    check->status = absl::ResourceExhaustedError("compiling the script takes too much memory");
  } else {
    check->status = absl::ResourceExhaustedError(
        Concat("the script is too large or too deep to be compiled: ", text == nullptr ? "" : text));
  }
}

}  // namespace

absl::StatusOr<std::optional<SyntaxProblem>> CheckCompiles(std::string_view code, size_t memory_bytes) {
  std::string scratch;
  const std::string function_text = Concat("function (exports, require, module) {", ToJsText(code, scratch), "\n}");
  CheckHeap heap(memory_bytes);
  Check check{function_text, &heap, absl::OkStatus(), std::nullopt};
  RETURN_IF_ERROR(RunOnBigStack(RunCheck, &check));
  RETURN_IF_ERROR(check.status);
  return std::move(check.problem);
}

}  // namespace mockarty

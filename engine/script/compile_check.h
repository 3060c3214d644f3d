// Finds out whether Duktape takes a text, without running it.
#ifndef ENGINE_SCRIPT_COMPILE_CHECK_H_
#define ENGINE_SCRIPT_COMPILE_CHECK_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/script/transpiler.h"

namespace mockarty {

// Compiles `code` as the body of a CommonJS function, in a heap of its own. Nothing: it compiles. The problem has no
// column. Any thread.
absl::StatusOr<std::optional<SyntaxProblem>> CheckCompiles(std::string_view code, size_t memory_bytes);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_COMPILE_CHECK_H_

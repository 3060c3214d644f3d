// Turns modern JavaScript into ES5 CommonJS with the embedded Babel, in a Duktape heap of its own.
//
// Threads: any; each call makes a heap and a thread with a large stack, which are gone when it returns.
#ifndef ENGINE_SCRIPT_TRANSPILER_H_
#define ENGINE_SCRIPT_TRANSPILER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace mockarty {

struct TranspileOptions {
  Nanos timeout = 30 * kNanosPerSecond;
  size_t memory_bytes = size_t{512} << 20;
};

// A place in the script and what is wrong there.
struct SyntaxProblem {
  std::string message;
  int line = 0;    // 1-based
  int column = 0;  // 1-based, in characters; 0: unknown
};

struct TranspileResult {
  // Set when the script is at fault; then there is no code.
  std::optional<SyntaxProblem> problem;
  std::string code;
  std::string source_map;  // as EncodeSourceMap() makes it
  size_t peak_memory_bytes = 0;
};

// What a text is written in.
struct SourceKind {
  bool is_module = false;
  // False: plain JavaScript is tried first, and TypeScript where that is a syntax error.
  bool is_typescript = false;
};

// Which Babel, plugins and options are embedded: changes whenever the output may.
std::string_view TranspilerVersion();

// `source` is UTF-8 with \n line ends. DeadlineExceeded and ResourceExhausted when the limits are met; Internal when
// the converter itself fails.
absl::StatusOr<TranspileResult> Transpile(std::string_view source, SourceKind kind, const TranspileOptions& options);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_TRANSPILER_H_

// Script errors of iterations on the console, at a pace a person can read: the error table of the report has them all.
#ifndef ENGINE_RUN_SCRIPT_ERROR_LOG_H_
#define ENGINE_RUN_SCRIPT_ERROR_LOG_H_

#include <cstdint>
#include <mutex>

#include "common/time/clock.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

// Thread-safe.
class ScriptErrorLog {
 public:
  // `console` outlives the log.
  explicit ScriptErrorLog(ConsoleSink* console) : console_(console) {}

  void Write(uint32_t vu, const ScriptError& error);
  // Says how many were left out since the last line.
  void Flush();

 private:
  static constexpr int kLinesPerSecond = 5;

  void SayLeftOut();

  ConsoleSink* const console_;
  std::mutex mutex_;
  Nanos second_start_ = 0;
  int lines_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_RUN_SCRIPT_ERROR_LOG_H_

#include "engine/run/script_error_log.h"

#include <string>

#include "common/base/concat.h"

namespace mockarty {

void ScriptErrorLog::Write(uint32_t vu, const ScriptError& error) {
  std::lock_guard<std::mutex> lock(mutex_);
  const Nanos now = MonotonicNow();
  if (second_start_ == 0 || now - second_start_ >= kNanosPerSecond) {
    SayLeftOut();
    second_start_ = now;
    lines_ = 0;
  }
  if (lines_ == kLinesPerSecond) {
    ++left_out_;
    return;
  }
  ++lines_;
  std::string text = error.ToString();
  if (!error.stack.empty()) {
    text.append("\n").append(error.stack);
  }
  console_->Write(ConsoleLevel::kError, vu, text);
}

void ScriptErrorLog::Flush() {
  std::lock_guard<std::mutex> lock(mutex_);
  SayLeftOut();
}

void ScriptErrorLog::SayLeftOut() {
  if (left_out_ > 0) {
    console_->Write(ConsoleLevel::kError, 0,
                    Concat("and ", left_out_, " more script errors; the report counts all of them"));
    left_out_ = 0;
  }
}

}  // namespace mockarty

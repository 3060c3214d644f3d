#include "engine/task/console_batch.h"

#include "common/wire/wire_text.h"

namespace mockarty {

void ConsoleBatch::Write(ConsoleLevel level, uint32_t vu, std::string_view line) {
  const Nanos now = MonotonicNow();
  std::lock_guard<std::mutex> lock(mutex_);
  if (now - second_start_ >= kNanosPerSecond) {
    second_start_ = now;
    lines_of_second_ = 0;
  }
  if (lines_of_second_ >= kLinesPerSecond || waiting_bytes_ + line.size() > kMaxWaitingBytes) {
    waiting_.set_dropped(waiting_.dropped() + 1);
    return;
  }
  ++lines_of_second_;
  waiting_bytes_ += line.size();
  v1::ConsoleLines::Line* out = waiting_.add_lines();
  out->set_level(static_cast<uint32_t>(level));
  out->set_vu(vu);
  SetUtf8(line, out->mutable_text());
}

bool ConsoleBatch::Take(v1::ConsoleLines* out) {
  out->Clear();
  std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.lines().empty() && waiting_.dropped() == 0) {
    return false;
  }
  waiting_.Swap(out);
  waiting_bytes_ = 0;
  return true;
}

}  // namespace mockarty

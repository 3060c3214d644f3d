// Console output of a task on its way to the daemon: gathered, at a pace that a link and a reader can take.
#ifndef ENGINE_TASK_CONSOLE_BATCH_H_
#define ENGINE_TASK_CONSOLE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "common/time/clock.h"
#include "engine/vu/vu_context.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

// Thread-safe.
class ConsoleBatch final : public ConsoleSink {
 public:
  static constexpr uint32_t kLinesPerSecond = 200;
  static constexpr size_t kMaxWaitingBytes = size_t{1} << 20;

  void Write(ConsoleLevel level, uint32_t vu, std::string_view line) override;

  // Moves what waits to `out`, which is overwritten. False when there is nothing to tell.
  bool Take(v1::ConsoleLines* out);

 private:
  std::mutex mutex_;
  v1::ConsoleLines waiting_;
  size_t waiting_bytes_ = 0;
  Nanos second_start_ = 0;
  uint32_t lines_of_second_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_TASK_CONSOLE_BATCH_H_

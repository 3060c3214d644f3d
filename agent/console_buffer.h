// Lines of a script's console that wait for the link: a bounded number, what is more is counted and dropped.
// Not thread-safe.
#ifndef AGENT_CONSOLE_BUFFER_H_
#define AGENT_CONSOLE_BUFFER_H_

#include <cstddef>

#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

class ConsoleBuffer {
 public:
  static constexpr int kMaxLines = 200;
  static constexpr size_t kMaxLineBytes = 4096;

  void Add(const v1::ConsoleLines& lines) {
    waiting_.set_dropped(waiting_.dropped() + lines.dropped());
    for (const v1::ConsoleLines::Line& line : lines.lines()) {
      if (waiting_.lines_size() >= kMaxLines || line.text().size() > kMaxLineBytes) {
        waiting_.set_dropped(waiting_.dropped() + 1);
      } else {
        *waiting_.add_lines() = line;
      }
    }
  }
  bool empty() const { return waiting_.lines_size() == 0 && waiting_.dropped() == 0; }
  // Its `id` is for the caller to fill in.
  v1::ConsoleLines* waiting() { return &waiting_; }
  void Clear() { waiting_.Clear(); }

 private:
  v1::ConsoleLines waiting_;
};

}  // namespace mockarty

#endif  // AGENT_CONSOLE_BUFFER_H_

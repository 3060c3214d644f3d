// stderr while a run is on: a progress line that stays at the bottom, and whole lines above it that do not tear it.
//
// Any thread; a lock inside. Text of scripts and remotes is made fit for a terminal here.
#ifndef CLI_STATUS_TERMINAL_H_
#define CLI_STATUS_TERMINAL_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "cli/progress_line.h"

namespace mockarty {

class StatusTerminal {
 public:
  // Writes to `fd`, which it does not own. A terminal that can move its cursor gets a bar, anything else plain lines.
  explicit StatusTerminal(int fd);

  // The bar, redrawn in place; or a plain line, one every 5 s of the run.
  void ShowProgress(const ProgressFigures& figures);
  // Takes the bar away for good.
  void EndProgress();

  // A line of ours: "error: ...", "warning: ...".
  void Line(std::string_view text);
  // What a script says by console.*; `vu` 0: not of one VU.
  void ScriptLine(std::string_view level, uint32_t vu, std::string_view line);

  bool interactive() const { return interactive_; }

 private:
  // Above the bar. `text` ends with a line break.
  void Put(const std::string& text);
  int Width() const;

  const int fd_;
  const bool interactive_;
  std::mutex mutex_;
  std::string bar_;  // as it stands on the screen; empty: none
  Nanos next_plain_ = 0;
};

}  // namespace mockarty

#endif  // CLI_STATUS_TERMINAL_H_

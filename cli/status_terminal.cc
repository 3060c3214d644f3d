#include "cli/status_terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr Nanos kPlainInterval = 5 * kNanosPerSecond;
// Progress comes about once a second; what is due within this is shown now rather than a second late.
constexpr Nanos kPlainSlack = kNanosPerSecond / 2;
constexpr int kDefaultWidth = 80;

bool IsInteractive(int fd) {
  const char* term = getenv("TERM");
  return isatty(fd) == 1 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

// Gives up silently: there is nobody left to tell that stderr is gone.
void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready = {fd, POLLOUT, 0};
      if (poll(&ready, 1, 1000) <= 0) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

StatusTerminal::StatusTerminal(int fd) : fd_(fd), interactive_(IsInteractive(fd)) {}

int StatusTerminal::Width() const {
  winsize size = {};
  return ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kDefaultWidth;
}

void StatusTerminal::ShowProgress(const ProgressFigures& figures) {
  std::lock_guard lock(mutex_);
  if (interactive_) {
    // The last column stays free: some terminals break the line when it is filled.
    bar_ = FormatBar(figures, Width() - 1);
    WriteAll(fd_, Concat("\r", bar_, "\x1b[K"));
  } else if (figures.elapsed + kPlainSlack >= next_plain_) {
    next_plain_ = figures.elapsed + kPlainInterval;
    WriteAll(fd_, FormatPlain(figures) + "\n");
  }
}

void StatusTerminal::EndProgress() {
  std::lock_guard lock(mutex_);
  if (bar_.empty()) return;
  bar_.clear();
  WriteAll(fd_, "\r\x1b[K");
}

void StatusTerminal::Line(std::string_view text) { Put(PrintableLines(text) + "\n"); }

void StatusTerminal::ScriptLine(std::string_view level, uint32_t vu, std::string_view line) {
  std::string speaker = vu == 0 ? std::string(": ") : Concat(" [VU ", vu, "] ");
  Put(Concat(level, speaker, PrintableLines(line), "\n"));
}

void StatusTerminal::Put(const std::string& text) {
  std::lock_guard lock(mutex_);
  // One write, so that no other process on this terminal comes in between.
  WriteAll(fd_, bar_.empty() ? text : Concat("\r\x1b[K", text, bar_));
}

}  // namespace mockarty

#include "tools/target/access_log.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

std::string UtcNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  return absl::StrFormat("%s.%03dZ", text, ms % 1000);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessLog>> AccessLog::Open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (file == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("--access-log: cannot write ", path, ": ", std::strerror(errno)));
  }
  std::setvbuf(file, nullptr, _IOLBF, 0);
  return std::unique_ptr<AccessLog>(new AccessLog(file));
}

AccessLog::~AccessLog() { std::fclose(file_); }

void AccessLog::Write(std::string_view method, std::string_view target, int status, int64_t body_bytes) {
  // Escaped: a request must not be able to forge a line.
  const std::string line = absl::StrFormat("%s %s %s %d %d\n", UtcNow(), absl::CHexEscape(Absl(method)),
                                           absl::CHexEscape(Absl(target)), status, body_bytes);
  absl::MutexLock lock(&mutex_);
  std::fwrite(line.data(), 1, line.size(), file_);
}

}  // namespace mockarty::target

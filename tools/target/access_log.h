// One line a request: time (UTC), method, path, status, bytes of the body sent.
//
// Errors: Open says why a file cannot be written; later write errors are ignored, as the log is for looking on.
// Threads: Write may be called from any thread. Ownership: closes its file.
#ifndef TOOLS_TARGET_ACCESS_LOG_H_
#define TOOLS_TARGET_ACCESS_LOG_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace mockarty::target {

class AccessLog {
 public:
  // Appends to `path`.
  static absl::StatusOr<std::unique_ptr<AccessLog>> Open(const std::string& path);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void Write(std::string_view method, std::string_view target, int status, int64_t body_bytes);

 private:
  explicit AccessLog(std::FILE* file) : file_(file) {}

  absl::Mutex mutex_;
  std::FILE* const file_;
};

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_ACCESS_LOG_H_

#include "cli/perf_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/concat.h"
#include "engine/run/pack.h"

namespace mockarty {
namespace {

// Under another name first: a file that is there already is replaced as a whole or not at all.
absl::Status WriteFile(const std::string& path, std::string_view bytes) {
  const std::string temporary = Concat(path, ".part");
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  int failure = fd < 0 ? errno : 0;
  while (failure == 0 && !bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0) {
      failure = errno == EINTR ? 0 : errno;
    } else {
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
  }
  if (fd >= 0 && close(fd) != 0 && failure == 0) failure = errno;
  if (failure == 0 && rename(temporary.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return absl::OkStatus();
  if (fd >= 0) unlink(temporary.c_str());
  return absl::FailedPreconditionError(Concat("cannot write '", path, "': ", strerror(failure)));
}

class StderrConsole final : public ConsoleSink {
 public:
  void Write(ConsoleLevel, uint32_t, std::string_view line) override {
    fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  }
};

}  // namespace

ExitCode PerfArchive(const PerfArchiveArguments& arguments) {
  StderrConsole console;
  PackOptions options;
  options.environment = arguments.environment;
  options.allow_outside_files = arguments.allow_outside_files;
  options.postman = arguments.postman;
  options.console = &console;
  const absl::StatusOr<std::string> archive = PackTest(arguments.script_path, options);
  absl::Status status = archive.status();
  ExitCode code = absl::IsAborted(status) ? kExitInitThrew : kExitBadInput;
  if (status.ok()) {
    status = WriteFile(arguments.output_path, *archive);
    code = kExitFailure;
  }
  if (!status.ok()) {
    fprintf(stderr, "error: %s\n", std::string(ToStd(status.message())).c_str());
    return code;
  }
  return kExitPassed;
}

}  // namespace mockarty

#include "cli/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

std::string Reason(const std::string& path, std::string_view why) {
  return Concat("cannot write the report to ", Quoted(path, 400), ": ", why);
}

absl::Status Unwritable(const std::string& path, int error) {
  return absl::InvalidArgumentError(Reason(path, strerror(error)));
}

// Where the links of `path` lead, or `path` when it leads nowhere.
std::string Resolve(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) != nullptr ? std::string(resolved) : path;
}

// A new file beside `target`, with the permissions that `target` has or would get; -1 and errno on failure.
int OpenBeside(const std::string& target, std::string& temporary) {
  struct stat found;
  // mkostemp makes it 0600; a report is as readable as any file this user makes.
  mode_t mask = umask(0);
  umask(mask);
  mode_t mode = stat(target.c_str(), &found) == 0 ? found.st_mode & 0777 : 0666 & ~mask;
  temporary = target + ".XXXXXX";
  int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd >= 0) fchmod(fd, mode);
  return fd;
}

bool WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReportFile>> ReportFile::Create(const std::string& path) {
  if (path.empty()) return Unwritable(path, ENOENT);
  struct stat found;
  bool exists = stat(path.c_str(), &found) == 0;
  if (exists && S_ISDIR(found.st_mode)) return Unwritable(path, EISDIR);
  if (exists && !S_ISREG(found.st_mode)) {
    int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return Unwritable(path, errno);
    return std::unique_ptr<ReportFile>(new ReportFile(path, path, fd));
  }
  // A rename would replace a file that nobody may write.
  if (exists && access(path.c_str(), W_OK) != 0) return Unwritable(path, errno);
  std::string target = Resolve(path);
  std::string probe;
  int fd = OpenBeside(target, probe);
  if (fd < 0) return Unwritable(path, errno);
  close(fd);
  unlink(probe.c_str());
  return std::unique_ptr<ReportFile>(new ReportFile(path, std::move(target), -1));
}

ReportFile::ReportFile(std::string path, std::string target, int fd)
    : path_(std::move(path)), target_(std::move(target)), fd_(fd) {}

ReportFile::~ReportFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status ReportFile::Commit(std::string_view content) {
  if (fd_ >= 0) {
    int fd = std::exchange(fd_, -1);
    int error = WriteAll(fd, content) ? 0 : errno;
    if (close(fd) != 0 && error == 0) error = errno;
    return error == 0 ? absl::OkStatus() : absl::DataLossError(Reason(path_, strerror(error)));
  }
  std::string temporary;
  int fd = OpenBeside(target_, temporary);
  if (fd < 0) return absl::DataLossError(Reason(path_, strerror(errno)));
  int error = WriteAll(fd, content) && fsync(fd) == 0 ? 0 : errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && rename(temporary.c_str(), target_.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return absl::DataLossError(Reason(path_, strerror(error)));
}

}  // namespace mockarty

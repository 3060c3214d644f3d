// A file that appears whole or not at all.
//
// Create() proves before a run that the file can be written; Commit() writes it after, beside its place, and renames
// it. Between the two nothing lies on the disk that a killed process would leave behind. What is not a regular file (a
// device, a pipe) is opened at once and written directly. Not thread-safe.
#ifndef CLI_REPORT_FILE_H_
#define CLI_REPORT_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mockarty {

class ReportFile {
 public:
  // InvalidArgument with the path and the system's reason.
  static absl::StatusOr<std::unique_ptr<ReportFile>> Create(const std::string& path);
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  // Once. DataLoss with the path and the system's reason; the place is then as it was before.
  absl::Status Commit(std::string_view content);

  const std::string& path() const { return path_; }

 private:
  ReportFile(std::string path, std::string target, int fd);

  std::string path_;    // as the user gave it
  std::string target_;  // with links resolved
  int fd_;              // of what is written directly, else -1
};

}  // namespace mockarty

#endif  // CLI_REPORT_FILE_H_

// The files a test is made of: its script, what that imports, what it opens. Read from a folder on disk, or held in
// memory when they came in an archive.
//
// Paths are relative to the folder of the main script, with `/`, without `.` and without `..` except in front; those
// with `..` lie outside of the folder and are refused unless the user allowed it. Every file is read once: all virtual
// users, and the archive made of the test, see the same bytes. Any thread.
#ifndef ENGINE_SCRIPT_TEST_FILES_H_
#define ENGINE_SCRIPT_TEST_FILES_H_

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

class TestFiles {
 public:
  using Bytes = std::shared_ptr<const std::string>;
  static constexpr size_t kMaxFiles = 4096;
  // Of all files together.
  static constexpr size_t kMaxTotalBytes = size_t{512} << 20;

  // Files below `folder`; with `allow_outside` also others.
  static std::shared_ptr<TestFiles> OnDisk(std::string folder, bool allow_outside);
  // These and no others. `why_no_others` ends the message about a file that is not among them.
  static std::shared_ptr<TestFiles> InMemory(std::map<std::string, std::string> files, std::string why_no_others);

  // A path as a script writes it, seen from a file of the test. "/x" and "file:///x" are absolute, but for the URLs of
  // file_url.h. InvalidArgument when it leads outside and must not.
  absl::StatusOr<std::string> Resolve(std::string_view from_file, std::string_view name) const;

  // A file that has been read already: the script itself, which may be a link to anywhere.
  void Put(const std::string& path, std::string bytes);

  // NotFound, FailedPrecondition (no regular file, no permission), InvalidArgument (outside, by a link too; too large).
  // Messages name the path.
  absl::StatusOr<Bytes> Read(const std::string& path, size_t max_bytes);
  // The same for open(); the bytes live as long as this.
  absl::StatusOr<const std::string*> Open(const std::string& path, size_t max_bytes);
  bool Exists(const std::string& path);

  // Everything that Read() has returned so far.
  std::map<std::string, Bytes> ReadSoFar() const;
  // Those of them that Open() has returned.
  std::map<std::string, Bytes> OpenedSoFar() const;

 private:
  TestFiles() = default;
  absl::StatusOr<Bytes> ReadFromDisk(const std::string& path, size_t max_bytes) const;
  absl::Status CheckInside(const std::string& path, const std::string& full) const;

  bool on_disk_ = false;
  bool allow_outside_ = false;
  std::string folder_;           // as the user named it
  std::string absolute_folder_;  // links resolved
  std::string why_no_others_;
  mutable std::mutex mutex_;
  std::map<std::string, Bytes> files_;  // guarded by mutex_
  std::set<std::string> opened_;        // guarded by mutex_
  size_t total_bytes_ = 0;              // guarded by mutex_
};

// What may be left out of the name of a file that is imported, as Node.js allows it.
inline constexpr std::string_view kModuleEndings[] = {"", ".js", ".ts", ".mjs", ".json", "/index.js", "/index.ts"};

// "a/b.js" -> "a", "b.js" -> "".
std::string_view FolderOf(std::string_view path);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_TEST_FILES_H_

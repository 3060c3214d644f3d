#include "engine/script/test_files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "engine/script/file_url.h"
#include "engine/script/source_text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxPathBytes = 1024;
constexpr size_t kMaxShown = 200;
constexpr std::string_view kFileScheme = "file://";

// Without "." and "..", as far as those can be taken away.
std::string Collapse(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part == "..") {
      if (!parts.empty() && parts.back() != "..") {
        parts.pop_back();
      } else {
        parts.push_back(part);
      }
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    start = end + 1;
  }
  std::string joined;
  for (const std::string_view part : parts) {
    joined.append(joined.empty() ? "" : "/").append(part);
  }
  return joined;
}

std::string RealPath(const std::string& path) {
  char buffer[PATH_MAX];
  return realpath(path.c_str(), buffer) != nullptr ? buffer : "";
}

bool IsBelow(const std::string& path, const std::string& folder) {
  return folder == "/" ||
         (path.size() > folder.size() && path.compare(0, folder.size(), folder) == 0 && path[folder.size()] == '/');
}

absl::Status Outside(std::string_view name) {
  return absl::InvalidArgumentError(Concat("'", Printable(name, kMaxShown),
                                           "' lies outside of the script's folder; --allow-outside-files permits it"));
}

}  // namespace

std::string_view FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

std::shared_ptr<TestFiles> TestFiles::OnDisk(std::string folder, bool allow_outside) {
  std::shared_ptr<TestFiles> files(new TestFiles());
  files->on_disk_ = true;
  files->allow_outside_ = allow_outside;
  files->folder_ = folder.empty() ? "." : std::move(folder);
  files->absolute_folder_ = RealPath(files->folder_);
  return files;
}

std::shared_ptr<TestFiles> TestFiles::InMemory(std::map<std::string, std::string> files, std::string why_no_others) {
  std::shared_ptr<TestFiles> made(new TestFiles());
  made->allow_outside_ = true;  // there is nothing but what is here
  made->why_no_others_ = std::move(why_no_others);
  for (auto& file : files) {
    made->files_.emplace(file.first, std::make_shared<const std::string>(std::move(file.second)));
  }
  return made;
}

absl::StatusOr<std::string> TestFiles::Resolve(std::string_view from_file, std::string_view name) const {
  const std::optional<std::string> of_test = FileOfUrl(name);
  std::string_view path = of_test.has_value() ? *of_test : name;
  if (name.size() > kMaxPathBytes || path.find('\0') != path.npos) {
    return absl::InvalidArgumentError(Concat("'", Printable(name, kMaxShown), "' is not the name of a file"));
  }
  if (path.substr(0, kFileScheme.size()) == kFileScheme) {
    path.remove_prefix(kFileScheme.size());
  }
  std::string resolved;
  if (of_test.has_value()) {
    resolved = Collapse(path);
  } else if (path.substr(0, 1) == "/") {
    const std::string absolute = "/" + Collapse(path);
    if (on_disk_ && IsBelow(absolute, absolute_folder_)) {
      resolved = absolute.substr(absolute_folder_ == "/" ? 1 : absolute_folder_.size() + 1);
    } else {
      resolved = absolute;
    }
  } else {
    resolved = Collapse(Concat(FolderOf(from_file), "/", path));
    if (FolderOf(from_file).substr(0, 1) == "/") {
      resolved = "/" + resolved;
    }
  }
  const bool outside = resolved.substr(0, 1) == "/" || resolved == ".." || resolved.substr(0, 3) == "../";
  if (outside && !allow_outside_) {
    return Outside(name);
  }
  if (resolved.empty()) {
    return absl::InvalidArgumentError(Concat("'", Printable(name, kMaxShown), "' is a folder, not a file"));
  }
  return resolved;
}

absl::Status TestFiles::CheckInside(const std::string& path, const std::string& full) const {
  const std::string real = RealPath(full);
  if (real.empty()) {
    const std::string text = Concat("cannot read '", Printable(path, kMaxShown), "': ", strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? absl::NotFoundError(text) : absl::FailedPreconditionError(text);
  }
  return allow_outside_ || IsBelow(real, absolute_folder_) ? absl::OkStatus() : Outside(path);
}

absl::StatusOr<TestFiles::Bytes> TestFiles::ReadFromDisk(const std::string& path, size_t max_bytes) const {
  const std::string full = path.substr(0, 1) == "/" ? path : Concat(folder_, "/", path);
  RETURN_IF_ERROR(CheckInside(path, full));
  ASSIGN_OR_RETURN(std::string bytes, ReadSourceFile(full, max_bytes));
  return std::make_shared<const std::string>(std::move(bytes));
}

absl::StatusOr<TestFiles::Bytes> TestFiles::Read(const std::string& path, size_t max_bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto found = files_.find(path); found != files_.end()) {
    return found->second;
  }
  if (!on_disk_) {
    return absl::NotFoundError(Concat("there is no file '", Printable(path, kMaxShown), "': ", why_no_others_));
  }
  ASSIGN_OR_RETURN(Bytes bytes, ReadFromDisk(path, max_bytes));
  if (files_.size() >= kMaxFiles || total_bytes_ + bytes->size() > kMaxTotalBytes) {
    return absl::InvalidArgumentError(Concat("'", Printable(path, kMaxShown), "' is too much: a test has at most ",
                                             kMaxFiles, " files and ", kMaxTotalBytes, " bytes"));
  }
  total_bytes_ += bytes->size();
  files_.emplace(path, bytes);
  return bytes;
}

void TestFiles::Put(const std::string& path, std::string bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  total_bytes_ += bytes.size();
  files_.emplace(path, std::make_shared<const std::string>(std::move(bytes)));
}

absl::StatusOr<const std::string*> TestFiles::Open(const std::string& path, size_t max_bytes) {
  ASSIGN_OR_RETURN(const Bytes bytes, Read(path, max_bytes));
  const std::lock_guard<std::mutex> lock(mutex_);
  opened_.insert(path);
  return bytes.get();  // files_ holds it
}

bool TestFiles::Exists(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (files_.count(path) != 0 || !on_disk_) {
    return files_.count(path) != 0;
  }
  struct stat status;
  const std::string full = path.substr(0, 1) == "/" ? path : Concat(folder_, "/", path);
  return stat(full.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::map<std::string, TestFiles::Bytes> TestFiles::ReadSoFar() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return files_;
}

std::map<std::string, TestFiles::Bytes> TestFiles::OpenedSoFar() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::map<std::string, Bytes> opened;
  for (const std::string& path : opened_) {
    opened.emplace(path, files_.at(path));
  }
  return opened;
}

}  // namespace mockarty

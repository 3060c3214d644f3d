#include "engine/script/script_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/base/concat.h"
#include "common/base/sha256.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr std::string_view kFormat = "mockarty-converted-script 2";
constexpr std::string_view kSuffix = ".es5";
constexpr std::string_view kTemporaryMark = ".tmp-";
constexpr size_t kMaxEntryBytes = size_t{64} << 20;
constexpr time_t kAbandonedSeconds = 3600;  // a temporary file this old belongs to nobody

absl::Status CannotUse(const std::string& dir, std::string_view why) {
  return absl::FailedPreconditionError(Concat("cannot use the cache folder '", dir, "': ", why));
}

std::string DefaultDir() {
  if (const char* xdg = getenv("XDG_CACHE_HOME"); xdg != nullptr && xdg[0] == '/') {
    return Concat(xdg, "/mockarty");
  }
  if (const char* home = getenv("HOME"); home != nullptr && home[0] == '/' && access(home, W_OK) == 0) {
    return Concat(home, "/.cache/mockarty");
  }
  const char* temporary = getenv("TMPDIR");
  return Concat(temporary != nullptr && temporary[0] == '/' ? temporary : "/tmp", "/mockarty-", geteuid());
}

// As mkdir -p; existing folders are left as they are.
int MakeDirs(const std::string& dir) {
  for (size_t slash = dir.find('/', 1);; slash = dir.find('/', slash + 1)) {
    const std::string part = dir.substr(0, slash);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST && (slash == dir.npos || access(part.c_str(), F_OK) != 0)) {
      return errno;
    }
    if (slash == dir.npos) {
      return 0;
    }
  }
}

std::optional<std::string> ReadWhole(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) {
    return std::nullopt;
  }
  const absl::Cleanup close_file = [fd] { close(fd); };
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) > kMaxEntryBytes) {
    return std::nullopt;
  }
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  for (size_t filled = 0; filled < bytes.size();) {
    const ssize_t got = read(fd, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return std::nullopt;
    }
    filled += static_cast<size_t>(got);
  }
  return bytes;
}

absl::Status WriteWhole(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::FailedPreconditionError(Concat("cannot write '", path, "': ", strerror(errno)));
  }
  int failure = 0;
  while (!bytes.empty() && failure == 0) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0) {
      failure = errno == EINTR ? 0 : errno;
    } else {
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
  }
  if (close(fd) != 0 && failure == 0) {
    failure = errno;
  }
  return failure == 0 ? absl::OkStatus()
                      : absl::FailedPreconditionError(Concat("cannot write '", path, "': ", strerror(failure)));
}

// Format, key, digest of the rest; then the size of the source map, a line; then the map and the code.
std::string Encode(std::string_view key, const CachedScript& script) {
  const std::string body = Concat(script.source_map.size(), "\n", script.source_map, script.code);
  return Concat(kFormat, "\n", key, "\n", Sha256Hex(body), "\n", body);
}

// Up to the end of the line, which is dropped.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

std::optional<CachedScript> Decode(std::string_view key, std::string_view bytes) {
  std::string_view rest = bytes;
  if (TakeLine(rest) != kFormat || TakeLine(rest) != key) {
    return std::nullopt;
  }
  const std::string_view digest = TakeLine(rest);
  if (digest != Sha256Hex(rest)) {
    return std::nullopt;
  }
  const std::string_view size_text = TakeLine(rest);
  size_t size = 0;
  const auto [end, error] = std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
  if (error != std::errc() || size > rest.size()) {
    return std::nullopt;
  }
  return CachedScript{std::string(rest.substr(size)), std::string(rest.substr(0, size))};
}

struct Entry {
  std::string path;
  timespec used;
  size_t bytes;
};

// The entries of the folder; temporary files that their writer has left behind are removed.
std::vector<Entry> ListEntries(const std::string& dir) {
  std::vector<Entry> entries;
  DIR* listing = opendir(dir.c_str());
  if (listing == nullptr) {
    return entries;
  }
  while (const dirent* item = readdir(listing)) {
    const std::string_view name = item->d_name;
    const bool temporary = name.find(kTemporaryMark) != name.npos;
    if (!temporary && (name.size() < kSuffix.size() || name.substr(name.size() - kSuffix.size()) != kSuffix)) {
      continue;
    }
    const std::string path = Concat(dir, "/", name);
    struct stat status;
    if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      continue;
    }
    if (!temporary) {
      entries.push_back({path, status.st_mtim, static_cast<size_t>(status.st_size)});
    } else if (status.st_mtim.tv_sec + kAbandonedSeconds < time(nullptr)) {
      unlink(path.c_str());
    }
  }
  closedir(listing);
  return entries;
}

}  // namespace

ScriptCache::ScriptCache(ScriptCacheOptions options) : options_(std::move(options)) {
  if (options_.dir.empty()) {
    options_.dir = DefaultDir();
  }
}

absl::Status ScriptCache::Open() {
  if (const int failure = MakeDirs(options_.dir); failure != 0) {
    return CannotUse(options_.dir, strerror(failure));
  }
  struct stat status;
  if (stat(options_.dir.c_str(), &status) != 0) {
    return CannotUse(options_.dir, strerror(errno));
  }
  if (!S_ISDIR(status.st_mode)) {
    return CannotUse(options_.dir, strerror(ENOTDIR));
  }
  if (status.st_uid != geteuid()) {
    return CannotUse(options_.dir, "it belongs to another user");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return CannotUse(options_.dir, "other users may write to it");
  }
  return absl::OkStatus();
}

std::string ScriptCache::PathOf(std::string_view key) const { return Concat(options_.dir, "/", key, kSuffix); }

std::optional<CachedScript> ScriptCache::Get(std::string_view key) const {
  const std::string path = PathOf(key);
  const std::optional<std::string> bytes = ReadWhole(path);
  if (!bytes.has_value()) {
    return std::nullopt;
  }
  std::optional<CachedScript> script = Decode(key, *bytes);
  if (script.has_value()) {
    // Marks the entry as used. A folder that cannot be written keeps its order; nothing else depends on it.
    (void)utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  }
  return script;
}

absl::Status ScriptCache::Put(std::string_view key, const CachedScript& script) const {
  const std::string bytes = Encode(key, script);
  if (bytes.size() > std::min(options_.max_total_bytes, kMaxEntryBytes)) {
    return absl::OkStatus();  // would push out everything else
  }
  // Unique by process, call and time: a left-over of a process of the same number stands in nobody's way.
  static std::atomic<uint64_t> counter{0};
  const std::string temporary =
      Concat(PathOf(key), kTemporaryMark, getpid(), "-", counter.fetch_add(1), "-", time(nullptr));
  if (absl::Status written = WriteWhole(temporary, bytes); !written.ok()) {
    unlink(temporary.c_str());
    return written;
  }
  if (rename(temporary.c_str(), PathOf(key).c_str()) != 0) {
    const int failure = errno;
    unlink(temporary.c_str());
    return absl::FailedPreconditionError(Concat("cannot write '", PathOf(key), "': ", strerror(failure)));
  }
  Trim();
  return absl::OkStatus();
}

void ScriptCache::Trim() const {
  std::vector<Entry> entries = ListEntries(options_.dir);
  size_t total = 0;
  for (const Entry& entry : entries) {
    total += entry.bytes;
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
  });
  size_t left = entries.size();
  for (const Entry& entry : entries) {
    if (left <= options_.max_entries && total <= options_.max_total_bytes) {
      return;
    }
    unlink(entry.path.c_str());  // another process may have been faster
    total -= entry.bytes;
    --left;
  }
}

}  // namespace mockarty

#include "engine/script/source_text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"
#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status CannotRead(const std::string& path, int error) {
  const std::string text = Concat("cannot read script '", path, "': ", strerror(error));
  return error == ENOENT ? absl::NotFoundError(text) : absl::FailedPreconditionError(text);
}

absl::Status TooLarge(const std::string& name, size_t max_bytes) {
  return absl::InvalidArgumentError(
      Concat("script '", name, "' is larger than ", max_bytes, " bytes, the most that is accepted"));
}

// The length of the well-formed UTF-8 sequence at the start of `text`, or 0.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) -> uint8_t { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool too_high = lead == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_high ? 4 : 0;
  }
  return 0;
}

// Offset of the first byte that is no text, or npos. A NUL byte means a binary file.
size_t FindNonText(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const size_t length = bytes[i] == '\0' ? 0 : Utf8Length(bytes.substr(i, 4));
    if (length == 0) {
      return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::string> ReadSourceFile(const std::string& path, size_t max_bytes) {
  // Not blocking: opening a pipe that nobody writes to would wait for ever.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return CannotRead(path, errno);
  }
  const absl::Cleanup close_file = [fd] { close(fd); };
  struct stat status;
  if (fstat(fd, &status) != 0) {
    return CannotRead(path, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    return CannotRead(path, EISDIR);
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(Concat("cannot read script '", path, "': not a regular file"));
  }
  if (static_cast<uint64_t>(status.st_size) > max_bytes) {
    return TooLarge(path, max_bytes);
  }
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = read(fd, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return CannotRead(path, errno);
    }
    if (got == 0) {
      break;  // the file has shrunk since
    }
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

absl::StatusOr<std::string> NormalizeSource(const std::string& name, std::string_view bytes, size_t max_bytes) {
  if (bytes.size() > max_bytes) {
    return TooLarge(name, max_bytes);
  }
  if (const size_t at = FindNonText(bytes); at != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrFormat("script '%s' is not UTF-8 text: byte 0x%02X at offset %d", name,
                                                      static_cast<uint8_t>(bytes[at]), at));
  }
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  if (bytes.find_first_not_of(" \t\r\n\v\f") == bytes.npos) {
    return absl::InvalidArgumentError(Concat("script '", name, "' is empty"));
  }
  std::string text;
  text.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') {
      text += bytes[i];
    } else if (i + 1 == bytes.size() || bytes[i + 1] != '\n') {
      text += '\n';
    }
  }
  if (text[0] == '#' && text.size() > 1 && text[1] == '!') {
    text[0] = text[1] = '/';
  }
  return text;
}

}  // namespace mockarty

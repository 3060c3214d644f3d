#include "engine/task/frame.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace mockarty {
namespace {

constexpr size_t kHeaderBytes = 4;
// What is read at once: a length that its sender does not keep to must not cost its memory.
constexpr size_t kReadStep = size_t{1} << 20;

bool ReadAll(int fd, char* data, size_t size) {
  while (size > 0) {
    const ssize_t count = recv(fd, data, size, 0);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    data += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

}  // namespace

FrameResult ReadFrame(int fd, std::string* payload) {
  std::array<unsigned char, kHeaderBytes> header{};
  if (!ReadAll(fd, reinterpret_cast<char*>(header.data()), header.size())) {
    return FrameResult::kEnd;
  }
  size_t size = 0;
  for (size_t i = 0; i < kHeaderBytes; ++i) {
    size |= size_t{header[i]} << (8 * i);
  }
  if (size > kMaxFrameBytes) {
    return FrameResult::kTooLarge;
  }
  payload->clear();
  while (payload->size() < size) {
    const size_t begin = payload->size();
    payload->resize(std::min(size, begin + kReadStep));
    if (!ReadAll(fd, payload->data() + begin, payload->size() - begin)) {
      return FrameResult::kEnd;
    }
  }
  return FrameResult::kOk;
}

FrameResult WriteFrame(int fd, std::string_view payload) {
  if (payload.size() > kMaxFrameBytes) {
    return FrameResult::kTooLarge;
  }
  std::array<unsigned char, kHeaderBytes> header{};
  for (size_t i = 0; i < kHeaderBytes; ++i) {
    header[i] = static_cast<unsigned char>(payload.size() >> (8 * i));
  }
  size_t written = 0;
  const size_t total = kHeaderBytes + payload.size();
  while (written < total) {
    std::array<iovec, 2> parts{};
    size_t count = 0;
    if (written < kHeaderBytes) {
      parts[count++] = {header.data() + written, kHeaderBytes - written};
    }
    const size_t skipped = written > kHeaderBytes ? written - kHeaderBytes : 0;
    parts[count++] = {const_cast<char*>(payload.data()) + skipped, payload.size() - skipped};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent < 0) {
      return FrameResult::kEnd;
    }
    written += static_cast<size_t>(sent);
  }
  return FrameResult::kOk;
}

}  // namespace mockarty

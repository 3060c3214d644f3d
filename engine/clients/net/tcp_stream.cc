#include "engine/clients/net/tcp_stream.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/vu/fiber.h"

namespace mockarty {
namespace {

IoResult FromErrno(int error) {
  switch (error) {
    case ECONNRESET:
      return {0, NetErrorKind::kReset, error};
    case EPIPE:
      return {0, NetErrorKind::kBrokenPipe, error};
    case ECONNREFUSED:
      return {0, NetErrorKind::kRefused, error};
    case ETIMEDOUT:
      return {0, NetErrorKind::kTimeout, error};
    default:
      return {0, NetErrorKind::kSystem, error};
  }
}

IoResult FromWait(WaitResult result) {
  switch (result) {
    case WaitResult::kReady:
      return {};
    case WaitResult::kTimeout:
      return {0, NetErrorKind::kTimeout, 0};
    default:
      return {0, NetErrorKind::kInterrupted, 0};
  }
}

// Takes `size` bytes off the front of `parts`.
std::span<iovec> Advance(std::span<iovec> parts, size_t size) {
  while (!parts.empty() && size >= parts.front().iov_len) {
    size -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (!parts.empty()) {
    parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + size;
    parts.front().iov_len -= size;
  }
  return parts;
}

}  // namespace

IoResult TcpStream::Connect(const SocketAddress& address, Nanos deadline, const SocketAddress* local) {
  fd_ = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd_ < 0) return FromErrno(errno);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  remote_ = address;
  bytes_read_ = bytes_written_ = 0;
  operations_in_turn_ = 0;
  if (local != nullptr) {
    // The port is chosen at connect(), when the other end is known: more connections than ports are possible.
    setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd_, local->data(), local->size()) != 0) {
      const IoResult result = FromErrno(errno);
      Close();
      return result;
    }
  }
  const int started = connect(fd_, address.data(), address.size());
  if (started < 0 && errno != EINPROGRESS) {
    const IoResult result = FromErrno(errno);
    Close();
    return result;
  }
  // Only now: a socket that is not connecting yet would be reported as hung up.
  watch_.emplace(Fiber::Current()->loop(), fd_);
  if (started == 0) return {};
  IoResult result = WaitWritable(deadline);
  if (result.ok()) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) result = FromErrno(error);
  }
  if (!result.ok()) Close();
  return result;
}

void TcpStream::Close() {
  if (fd_ < 0) return;
  watch_.reset();
  close(fd_);
  fd_ = -1;
}

IoResult TcpStream::TryRead(char* buffer, size_t size, bool* would_block) {
  *would_block = false;
  ssize_t got;
  do {
    got = recv(fd_, buffer, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    // A short read took everything there was; what comes later is a new edge. An end seen stays seen.
    if (static_cast<size_t>(got) < size) watch_->ClearReadable();
    bytes_read_ += static_cast<uint64_t>(got);
    return {static_cast<size_t>(got), NetErrorKind::kNone, 0};
  }
  if (got == 0) return {0, NetErrorKind::kClosed, 0};
  if (errno != EAGAIN && errno != EWOULDBLOCK) return FromErrno(errno);
  *would_block = true;
  watch_->ClearReadable();
  return {};
}

IoResult TcpStream::TryWrite(std::span<const iovec> parts, bool* would_block) {
  *would_block = false;
  ssize_t sent;
  do {
    if (parts.size() == 1) {
      sent = send(fd_, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL);
    } else {
      msghdr message{};
      message.msg_iov = const_cast<iovec*>(parts.data());
      message.msg_iovlen = parts.size();
      sent = sendmsg(fd_, &message, MSG_NOSIGNAL);
    }
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) {
    bytes_written_ += static_cast<uint64_t>(sent);
    return {static_cast<size_t>(sent), NetErrorKind::kNone, 0};
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) return FromErrno(errno);
  *would_block = true;
  watch_->ClearWritable();
  return {};
}

IoResult TcpStream::WaitReadable(Nanos deadline) {
  operations_in_turn_ = 0;
  return FromWait(Fiber::Current()->WaitReadable(*watch_, deadline));
}

IoResult TcpStream::WaitWritable(Nanos deadline) {
  operations_in_turn_ = 0;
  return FromWait(Fiber::Current()->WaitWritable(*watch_, deadline));
}

IoResult TcpStream::WaitWritableOrInput(Nanos deadline) {
  operations_in_turn_ = 0;
  return FromWait(Fiber::Current()->WaitReadableOrWritable(*watch_, deadline));
}

IoResult TcpStream::CheckTurn(Nanos deadline) {
  if (++operations_in_turn_ < kTurnOperations) return {};
  operations_in_turn_ = 0;
  Fiber* fiber = Fiber::Current();
  if (!fiber->Interrupted()) fiber->Yield();
  if (fiber->Interrupted()) return {0, NetErrorKind::kInterrupted, 0};
  if (MonotonicNow() >= deadline) return {0, NetErrorKind::kTimeout, 0};
  return {};
}

IoResult TcpStream::Read(char* buffer, size_t size, Nanos deadline) {
  while (true) {
    if (!watch_->Readable()) {
      if (IoResult wait = WaitReadable(deadline); !wait.ok()) return wait;
    } else if (IoResult turn = CheckTurn(deadline); !turn.ok()) {
      return turn;
    }
    bool would_block;
    const IoResult result = TryRead(buffer, size, &would_block);
    if (!would_block) return result;
  }
}

IoResult TcpStream::Write(std::span<iovec> parts, Nanos deadline, bool stop_when_readable) {
  IoResult total;
  parts = Advance(parts, 0);
  while (!parts.empty()) {
    bool would_block;
    IoResult result = TryWrite(parts, &would_block);
    if (result.ok()) {
      total.size += result.size;
      parts = Advance(parts, result.size);
      if (parts.empty()) break;
      if (stop_when_readable && watch_->Readable()) break;
      if (!would_block) {
        result = CheckTurn(deadline);
      } else {
        result = stop_when_readable ? WaitWritableOrInput(deadline) : WaitWritable(deadline);
      }
    }
    if (!result.ok()) {
      total.kind = result.kind;
      total.system_error = result.system_error;
      break;
    }
  }
  return total;
}

bool TcpStream::MayPutOff(size_t size, Nanos now) {
  return Fiber::Current()->loop()->Sends().Busy(now) && size <= SendGroup::kMaxBytes && !watch_->Readable();
}

void TcpStream::PutOff(std::string_view text, Nanos now, PendingSend* send) {
  Fiber* const fiber = Fiber::Current();
  fiber->loop()->Sends().Add(fd_, text, fiber, now, send);
}

IoResult TcpStream::FinishPutOff(PendingSend* send, Nanos deadline, bool stop_when_readable) {
  const IoResult wait = WaitReadable(deadline);
  IoResult result;
  if (send->done) {
    bytes_written_ += send->size;
    result.size = send->size;
    if (send->rest.empty()) return result;
    if (send->error != 0 && send->error != EAGAIN && send->error != EWOULDBLOCK) return FromErrno(send->error);
    watch_->ClearWritable();
  } else {
    send->Leave();
    if (!wait.ok()) return wait;
    // Input before anything was sent. When it is the end, nothing is: such a request may go again on another
    // connection, whatever its method. A reset, the system call reports.
    if (AtEnd()) return {0, NetErrorKind::kClosed, 0};
    send->start = MonotonicNow();
  }
  iovec rest{send->rest.data(), send->rest.size()};
  const IoResult written = Write({&rest, 1}, deadline, stop_when_readable);
  send->end = MonotonicNow();
  return {result.size + written.size, written.kind, written.system_error};
}

bool TcpStream::AtEnd() const {
  char byte;
  return recv(fd_, &byte, 1, MSG_PEEK) == 0;
}

bool TcpStream::IdleAndUsable() {
  if (fd_ < 0) return false;
  if (!watch_->Readable()) return true;
  char byte;
  const ssize_t got = recv(fd_, &byte, 1, MSG_PEEK);
  if (got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return false;
  watch_->ClearReadable();
  return true;
}

}  // namespace mockarty

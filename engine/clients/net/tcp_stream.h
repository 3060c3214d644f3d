// A TCP connection that looks blocking to the fiber on it.
//
// Threads: made, used and destroyed on the thread of one loop; operations that take a deadline run on a fiber of it.
// Deadlines are instants of MonotonicNow(). One reader and one writer at a time.
#ifndef ENGINE_CLIENTS_NET_TCP_STREAM_H_
#define ENGINE_CLIENTS_NET_TCP_STREAM_H_

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/time/clock.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/socket_address.h"
#include "engine/vu/loop.h"
#include "engine/vu/send_group.h"

namespace mockarty {

class TcpStream {
 public:
  TcpStream() = default;
  ~TcpStream() { Close(); }
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  // Connects with TCP_NODELAY. The stream must be closed. Kinds: kRefused, kTimeout, kInterrupted, kSystem.
  // `local`: where to dial from; null: the system chooses.
  IoResult Connect(const SocketAddress& address, Nanos deadline, const SocketAddress* local = nullptr);
  void Close();
  bool IsOpen() const { return fd_ >= 0; }

  // Waits for at least one byte. kClosed at the end of the stream.
  IoResult Read(char* buffer, size_t size, Nanos deadline);
  // Writes all of it. On error `size` says how much the kernel took. With `stop_when_readable` it ends early, without
  // error, when the peer answers or closes before everything was taken. Changes `parts`.
  IoResult Write(std::span<iovec> parts, Nanos deadline, bool stop_when_readable = false);

  // A short request, whose answer is waited for next, may leave a little later together with those of other fibers
  // (SendGroup). MayPutOff(), once a request: false when it is better written at once; `now`: the caller's time.
  bool MayPutOff(size_t size, Nanos now);
  void PutOff(std::string_view text, Nanos now, PendingSend* send);
  // After PutOff(): waits until it has left and there is input, and writes what may be left of it. `size` and errors
  // are those of Write(), and kClosed when the peer closed before anything was sent; `send` has the times.
  IoResult FinishPutOff(PendingSend* send, Nanos deadline, bool stop_when_readable);

  // One attempt without waiting; `would_block` tells "nothing now" from the rest.
  IoResult TryRead(char* buffer, size_t size, bool* would_block);
  IoResult TryWrite(std::span<const iovec> parts, bool* would_block);
  IoResult WaitReadable(Nanos deadline);
  IoResult WaitWritable(Nanos deadline);
  // Until the peer takes more, or has sent something or closed.
  IoResult WaitWritableOrInput(Nanos deadline);

  // To be called by whoever operates without waiting: after some operations in a row without a wait it gives other
  // fibers a turn and looks at deadline and interrupts, so that a peer faster than we are does not keep the worker.
  IoResult CheckTurn(Nanos deadline);
  // The loop has seen input, an end or an error that was not read yet; no system call.
  bool HasInput() const { return watch_->Readable(); }

  // False when the peer has closed or has sent something unasked for. No system call unless the loop saw something.
  bool IdleAndUsable();

  const SocketAddress& remote() const { return remote_; }
  int fd() const { return fd_; }
  // Of the whole connection.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_written() const { return bytes_written_; }
  void ForgetCounts() { bytes_read_ = bytes_written_ = 0; }

 private:
  // The peer has closed, and nothing is left to read.
  bool AtEnd() const;

  static constexpr int kTurnOperations = 16;

  int fd_ = -1;
  int operations_in_turn_ = 0;
  std::optional<IoWatch> watch_;
  SocketAddress remote_;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_TCP_STREAM_H_

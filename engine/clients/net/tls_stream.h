// TLS (OpenSSL 3) over a TcpStream, looking blocking to the fiber on it; same interface for reading and writing.
//
// OpenSSL calls the socket through a BIO of ours that never waits; waiting is done outside of OpenSSL, on the fiber.
// Threads and deadlines as TcpStream. Does not own the stream below; destroy this first.
#ifndef ENGINE_CLIENTS_NET_TLS_STREAM_H_
#define ENGINE_CLIENTS_NET_TLS_STREAM_H_

#include <openssl/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/tcp_stream.h"
#include "engine/clients/net/tls_context.h"

namespace mockarty {

class TlsStream {
 public:
  // Stack that a handshake is given. Measured with OpenSSL 3.0 at under 9 KiB (a test keeps watch); long chains with
  // constraints on names take more.
  static constexpr size_t kStackNeededBytes = 32 * 1024;

  explicit TlsStream(TcpStream* tcp) : tcp_(tcp) {}
  // Tells the peer (close_notify) when the connection is in order; does not wait.
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  // Client side, with SNI, ALPN (h2 where the context offers it, http/1.1) and verification of the name `host` (a DNS
  // name or an address). `session`: offered when set, and replaced by what the server hands out; outlives the stream.
  NetError Handshake(const TlsContext& context, std::string_view host, TlsSession* session, Nanos deadline);

  IoResult Read(char* buffer, size_t size, Nanos deadline);
  // As TcpStream::Write. Small parts are joined by the caller: each part is a record of its own.
  IoResult Write(std::span<iovec> parts, Nanos deadline, bool stop_when_readable = false);
  // As TcpStream's two: false when it is better written at once. Sizes are those of the record.
  bool PutOff(std::string_view text, Nanos now, PendingSend* send);
  IoResult FinishPutOff(PendingSend* send, Nanos deadline);
  // One attempt without waiting; `would_block` tells "nothing now" from the rest. After an attempt to write that would
  // block, the next begins with the same bytes.
  IoResult TryRead(char* buffer, size_t size, bool* would_block);
  IoResult TryWrite(const char* data, size_t size, bool* would_block);
  // Something has come, or the end, that was not read yet; no system call.
  bool HasInput() const;
  // The peer has chosen HTTP/2 (ALPN).
  bool ChoseHttp2() const;
  // False when the peer has closed or has sent application data unasked for.
  bool IdleAndUsable();
  // "tls1.3", once shaken hands; a static text, as k6 names versions.
  const char* Version() const;
  // The suite by its name in the IANA registry, "TLS_AES_128_GCM_SHA256"; a static text.
  const char* Cipher() const;
  bool SessionReused() const;

 private:
  friend struct TlsBio;

  // Application data has come, or the end. Session tickets and key updates are taken here and are neither.
  bool HasAnswer();
  // One try to send; waits when nothing could be. kClosed: the peer has answered, with `stop_when_readable`.
  IoResult WriteSome(const char* data, size_t size, Nanos deadline, bool stop_when_readable);
  IoResult TryResult(int ssl_result, bool* would_block);
  // Waits for what OpenSSL asked for by the return value of its last call; an error ends the operation.
  IoResult WaitFor(int ssl_result, Nanos deadline);
  NetError HandshakeError(const IoResult& io, std::string_view host) const;

  TcpStream* tcp_;
  SSL* ssl_ = nullptr;
  std::string* captured_ = nullptr;  // takes what OpenSSL writes, when set
  IoResult bio_error_;               // the last failure of the socket, seen from within OpenSSL
  bool broken_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_TLS_STREAM_H_

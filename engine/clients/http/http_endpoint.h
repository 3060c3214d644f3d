// A connection of one virtual user to one server (scheme, host, port), open or closed, and its TLS session.
// Threads and deadlines as TcpStream.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/http/http2_session.h"
#include "engine/clients/http/url.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/tcp_stream.h"
#include "engine/clients/net/tls_context.h"
#include "engine/clients/net/tls_stream.h"

namespace mockarty {

class HttpTransport;
struct HttpProxy;

class HttpEndpoint {
 public:
  struct OpenTimings {
    Nanos looking_up = 0;
    Nanos connecting = 0;
    Nanos tls_handshaking = 0;
  };

  explicit HttpEndpoint(const Url& url) : host_(url.host()), port_(url.port()), https_(url.https()) {}
  ~HttpEndpoint() { Close(); }

  bool Serves(const Url& url) const { return port_ == url.port() && https_ == url.https() && host_ == url.host(); }
  // Dials and shakes hands. The endpoint must be closed. Wakes who waits for it, whatever comes of it.
  NetError Open(const HttpTransport& transport, uint64_t user, Nanos deadline, OpenTimings* timings);
  void Close();
  // The proxy that requests are written for, in full; null when they are not: without a proxy, and through a tunnel.
  const HttpProxy* proxy() const { return https_ ? nullptr : proxy_; }
  bool IsOpen() const { return tcp_.IsOpen() || in_process_ != nullptr; }
  // Open, and the peer has neither closed nor sent anything.
  bool Usable() {
    if (http2_ != nullptr) return http2_->CheckIdle();
    return in_process_ != nullptr || (tcp_.IsOpen() && (tls_ ? tls_->IdleAndUsable() : tcp_.IdleAndUsable()));
  }

  IoResult Read(char* buffer, size_t size, Nanos deadline) {
    if (in_process_ != nullptr) return ReadInProcess(buffer, size);
    return tls_ ? tls_->Read(buffer, size, deadline) : tcp_.Read(buffer, size, deadline);
  }
  // Ends early, without error, when the server answers before everything was taken.
  IoResult Write(std::span<iovec> parts, Nanos deadline) {
    if (in_process_ != nullptr) return WriteInProcess(parts);
    return tls_ ? tls_->Write(parts, deadline, true) : tcp_.Write(parts, deadline, true);
  }

  // As TcpStream's: false when the request is better written at once. Sizes are those of what goes over the wire.
  bool PutOff(std::string_view text, Nanos now, PendingSend* send) {
    if (in_process_ != nullptr) return false;
    if (tls_) return tls_->PutOff(text, now, send);
    if (!tcp_.MayPutOff(text.size(), now)) return false;
    tcp_.PutOff(text, now, send);
    return true;
  }
  IoResult FinishPutOff(PendingSend* send, Nanos deadline) {
    return tls_ ? tls_->FinishPutOff(send, deadline) : tcp_.FinishPutOff(send, deadline, true);
  }

  // Another request may go over it now, beside those under way.
  bool CanShare() const { return http2_ != nullptr && !retired && http2_->CanTake(); }
  // Null as long as it speaks HTTP/1.1.
  Http2Session* http2() { return http2_.get(); }
  // Once open, several requests may turn out to fit on it: over TLS, as long as it is not known to speak HTTP/1.1.
  bool MayShare() const { return https_ && !spoke_http1_; }
  bool opening() const { return opening_; }
  // On a fiber, while `opening()`. False at the deadline, and when interrupted. May be gone afterwards.
  bool WaitUntilOpen(Nanos deadline);

  const SocketAddress& remote() const { return tcp_.remote(); }
  // Adds what went over the wire since the last call: each byte is counted by one request.
  void TakeBytes(uint64_t* sent, uint64_t* received) {
    *sent += tcp_.bytes_written() - counted_written_;
    *received += tcp_.bytes_read() - counted_read_;
    counted_written_ = tcp_.bytes_written();
    counted_read_ = tcp_.bytes_read();
  }
  // Static texts such as "tls1.3" and "TLS_AES_128_GCM_SHA256"; empty without TLS.
  const char* tls_version() const { return tls_ ? tls_->Version() : ""; }
  const char* tls_cipher() const { return tls_ ? tls_->Cipher() : ""; }

  // For the pool.
  uint64_t last_use = 0;
  int users = 0;
  bool retired = false;  // to be closed by the last user

 private:
  NetError Connect(const HttpTransport& transport, uint64_t user, Nanos deadline, OpenTimings* timings);
  NetError OpenTunnel(Nanos deadline);
  IoResult ReadInProcess(char* buffer, size_t size);
  static IoResult WriteInProcess(std::span<iovec> parts);

  std::string host_;
  uint16_t port_;
  bool https_;
  const HttpProxy* proxy_ = nullptr;  // of the transport
  TcpStream tcp_;
  TlsSession session_;
  std::optional<TlsStream> tls_;
  std::unique_ptr<Http2Session> http2_;
  const std::string* in_process_ = nullptr;  // the answer, while open on the in-process transport
  size_t in_process_read_ = 0;
  uint64_t counted_read_ = 0;
  uint64_t counted_written_ = 0;
  std::vector<Event*> waiters_;
  bool opening_ = false;
  bool spoke_http1_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_

// One server (scheme, host, port) as one virtual user sees it: its connection, if open, and its TLS session.
// Threads and deadlines as TcpStream.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_

#include <sys/uio.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "engine/clients/http/url.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/tcp_stream.h"
#include "engine/clients/net/tls_context.h"
#include "engine/clients/net/tls_stream.h"

namespace mockarty {

class HttpTransport;

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
  // Dials and shakes hands. The endpoint must be closed.
  NetError Open(const HttpTransport& transport, Nanos deadline, OpenTimings* timings);
  void Close();
  bool IsOpen() const { return tcp_.IsOpen() || in_process_ != nullptr; }
  // Open, and the peer has neither closed nor sent anything.
  bool Usable() {
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

  const SocketAddress& remote() const { return tcp_.remote(); }
  // Of the present or last connection, on the wire.
  uint64_t bytes_read() const { return tcp_.bytes_read(); }
  uint64_t bytes_written() const { return tcp_.bytes_written(); }

  uint64_t last_use = 0;  // for the pool

 private:
  IoResult ReadInProcess(char* buffer, size_t size);
  static IoResult WriteInProcess(std::span<iovec> parts);

  std::string host_;
  uint16_t port_;
  bool https_;
  TcpStream tcp_;
  TlsSession session_;
  std::optional<TlsStream> tls_;
  const std::string* in_process_ = nullptr;  // the answer, while open on the in-process transport
  size_t in_process_read_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_ENDPOINT_H_

// A kept connection to one HTTP server, for requests one after the other: plain or TLS, direct or by an HTTP proxy.
//
// Errors are of the connection (Unavailable, with what failed), of time (DeadlineExceeded) or Cancelled; whatever the
// server answers is no error here. A connection that the server had closed meanwhile is replaced once, so a request may
// reach the server twice: what is sent must bear it.
// Threads: Post() and Drop() from one thread, which they block; Interrupt() and Cancel() from any.
#ifndef RUNNER_LINK_HTTP_CHANNEL_H_
#define RUNNER_LINK_HTTP_CHANNEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/settings.h"
#include "common/time/clock.h"
#include "runner/link/http_proxy.h"

namespace mockarty {

struct HttpTlsOptions {
  std::string ca_pem;  // empty: the system's
  std::string cert_pem;
  std::string key_pem;
  bool skip_verify = false;
};

// Certificates and keys, parsed; shared by channels.
class HttpTlsContext;
// InvalidArgument names the setting (TLS_CA_CERT, TLS_CERT_FILE, TLS_KEY_FILE) and what is wrong.
absl::StatusOr<std::shared_ptr<HttpTlsContext>> MakeHttpTlsContext(const HttpTlsOptions& options);

struct HttpChannelOptions {
  HostPort server;
  std::shared_ptr<HttpTlsContext> tls;  // nullptr: plain
  std::optional<HttpProxy> proxy;
  std::vector<std::pair<std::string, std::string>> headers;  // of each request
  Nanos connect_timeout = 10 * kNanosPerSecond;              // look-up, connection, proxy and handshake together
  size_t max_answer_bytes = 32u << 20;
};

struct HttpAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

class HttpChannel {
 public:
  explicit HttpChannel(const HttpChannelOptions& options);
  ~HttpChannel();
  HttpChannel(const HttpChannel&) = delete;
  HttpChannel& operator=(const HttpChannel&) = delete;

  // `timeout`: for the whole, with the connection when there is none.
  absl::StatusOr<HttpAnswer> Post(const std::string& path, const std::string& content_type, std::string body,
                                  Nanos timeout);
  void Drop();       // the next request connects anew
  void Interrupt();  // ends the request under way, as a lost connection does; without one it does nothing
  void Cancel();     // ends it, and all later ones

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_HTTP_CHANNEL_H_

// The HTTP/1.1 client of one virtual user: connections, cookies, redirects, decoding. Execute() runs on a fiber and
// looks blocking; nothing is thrown and nothing hangs beyond the request's timeout.
//
// Made for many requests: two system calls each on a warm connection, no lock, no allocation once buffers have grown.
// Threads: one thread, that of the fiber's loop. One Execute() at a time. The transport outlives the client.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/http_error.h"
#include "engine/clients/http/http_message.h"
#include "engine/clients/http/http_parser.h"
#include "engine/clients/http/http_request.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/http/url.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {

class HttpEndpoint;
struct HopRequest;

// Lengths of the phases of one exchange. They do not overlap and add up to its whole length.
struct HttpTimings {
  Nanos blocked = 0;  // before sending, and in none of the following three (a failed try on a dead connection, too)
  Nanos looking_up = 0;
  Nanos connecting = 0;
  Nanos tls_handshaking = 0;
  Nanos sending = 0;
  Nanos waiting = 0;    // until the first byte of the answer
  Nanos receiving = 0;  // from it to the last

  // As k6 counts: what the server had its share in.
  Nanos Duration() const { return sending + waiting + receiving; }
};

// One exchange: a request and its answer, a redirect or the last.
struct HttpHop {
  std::string method;
  std::string url;
  int status = 0;   // 0 when there was no complete answer
  HttpError error;  // of this hop
  HttpTimings timings;
  Nanos end = 0;                // instant
  uint64_t bytes_sent = 0;      // on the wire, TLS and its handshake included
  uint64_t bytes_received = 0;  // likewise
  SocketAddress remote;         // not set when nothing was connected
  bool connection_reused = false;
};

// Valid until the next Execute() or the end of the client. Views point into the client.
struct HttpResponse {
  int status = 0;  // 0: error
  std::string_view reason;
  std::string_view body;    // decoded when `decoded`; empty when discarded
  uint64_t body_bytes = 0;  // received, before decoding
  bool decoded = false;
  bool redirects_exhausted = false;  // the answer is a redirect that was not followed because there were too many
  HttpError error;
  std::string_view protocol;  // "HTTP/1.1" or "HTTP/1.0"; empty on error
  // Never empty after Execute(), unless the request could not be sent at all (bad URL, bad header). The last one is
  // the one answered.
  std::span<const HttpHop> hops;
  const HttpMessage* message = nullptr;  // fields of the answer; null on error

  // The URL that answered, after redirects.
  std::string_view url() const { return hops.empty() ? std::string_view() : std::string_view(hops.back().url); }
};

class HttpClient {
 public:
  explicit HttpClient(const HttpTransport* transport);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Errors are in `response->error`; a message says which host and what happened. Codes: HttpErrorCode.
  void Execute(const HttpRequest& request, HttpResponse* response);

  CookieJar& cookies() { return cookies_; }
  void CloseConnections();

  // The blocks that requests touch beside the client itself, as they lie now.
  void VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const;

 private:
  static constexpr size_t kMaxEndpoints = 16;
  // Buffers above this are given back before the next request.
  static constexpr size_t kKeptBytes = 64 * 1024;

  struct Attempt;

  void Reset();
  bool Prepare(const HttpRequest& request, HopRequest* hop, HttpResponse* response);
  void Run(HopRequest hop, Nanos deadline, HttpResponse* response);
  HttpHop& AddHop();
  void PerformHop(const HopRequest& hop, bool head_request, bool discard_body, Nanos deadline, HttpHop* record);
  NetError SendAndReceive(const HopRequest& hop, Nanos deadline, Attempt* attempt);
  NetError Send(const HopRequest& hop, Nanos deadline, Attempt* attempt);
  NetError Receive(Nanos deadline, Attempt* attempt);
  bool ApplyRedirect(const HopRequest& first, HopRequest* hop, HttpResponse* response, HttpHop* record);
  void Finish(const HopRequest& hop, HttpResponse* response);
  void Decode(HttpResponse* response);
  HttpEndpoint& EndpointFor(const Url& url);
  absl::Status ParseUrl(std::string_view text);

  const HttpTransport* transport_;
  std::string url_text_;  // the text that url_ was parsed from
  Url url_;
  std::unique_ptr<Url> redirect_url_;
  HttpMessage message_;
  HttpParser parser_;
  std::string decoded_;
  std::string encoded_body_;
  CookieJar cookies_;
  std::vector<HttpHop> hops_;
  size_t hop_count_ = 0;
  Nanos hop_start_ = 0;  // of the hop to come, when known
  std::vector<std::unique_ptr<HttpEndpoint>> endpoints_;
  uint64_t uses_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_

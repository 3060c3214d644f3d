// One HTTP request at a time, with all it needs beside the connections: redirects, authentication, cookies, decoding.
// Begin() and Run() on a fiber; looks blocking; nothing is thrown and nothing hangs beyond the request's timeout.
//
// Made for many requests: two system calls each on a warm connection, no lock, no allocation once buffers have grown.
// Threads: one thread, that of the fiber's loop. Several exchanges may share connections and a jar, each on a fiber.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_EXCHANGE_H_
#define ENGINE_CLIENTS_HTTP_HTTP_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/http/http_connections.h"
#include "engine/clients/http/http_message.h"
#include "engine/clients/http/http_parser.h"
#include "engine/clients/http/http_request.h"
#include "engine/clients/http/http_response.h"
#include "engine/clients/http/request_writer.h"
#include "engine/clients/http/url.h"

namespace mockarty {

class CookieJar;
class HttpEndpoint;

class HttpExchange {
 public:
  // Both outlive the exchange.
  HttpExchange(HttpConnections* connections, CookieJar* jar);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // Errors are in `response->error`; a message says which host and what happened. Codes: HttpErrorCode.
  void Execute(const HttpRequest& request, HttpResponse* response) {
    if (Begin(request, response)) Run(response);
  }

  // The two halves of Execute(). Begin() does not wait; false: the request cannot be sent and `response` says why.
  // `request` and what it refers to must live until Run() has returned.
  bool Begin(const HttpRequest& request, HttpResponse* response);
  void Run(HttpResponse* response);
  // Between the two: the request begins now, not where Begin() was called.
  void Postpone();
  // Between the two: other requests are about to begin in this turn of the loop.
  void SetMoreFollow(bool more_follow) { more_follow_ = more_follow; }
  // Between the two: host and port of the first server.
  std::string_view Authority() const { return url_.authority(); }

  // The blocks that requests touch beside this one, as they lie now.
  void VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const;

 private:
  // Buffers above this are given back before the next request.
  static constexpr size_t kKeptBytes = 64 * 1024;

  struct Attempt;

  void Reset();
  bool Prepare(const HttpRequest& request, HttpResponse* response);
  HttpHop& AddHop();
  void PerformHop(const HopRequest& hop, Nanos deadline, HttpHop* record);
  NetError PerformOnce(const HopRequest& hop, bool fresh, Nanos start, Nanos deadline, Attempt* attempt,
                       HttpHop* record);
  NetError PerformHttp2(const HopRequest& hop, Nanos deadline, Attempt* attempt);
  NetError SendAndReceive(const HopRequest& hop, Nanos deadline, Attempt* attempt);
  NetError Send(const HopRequest& hop, Nanos deadline, Attempt* attempt);
  NetError Receive(Nanos deadline, Attempt* attempt);
  void StoreCookies(const HopRequest& hop);
  bool ApplyRedirect(HopRequest* hop, HttpResponse* response, HttpHop* record);
  bool AnswerChallenge(HopRequest* hop);
  void Finish(const HopRequest& hop, HttpResponse* response);
  void Decode(HttpResponse* response);
  absl::Status ParseUrl(std::string_view text);

  HttpConnections* const connections_;
  CookieJar* const jar_;
  std::string url_text_;  // the text that url_ was parsed from
  Url url_;
  std::unique_ptr<Url> redirect_url_;
  HopRequest first_;  // of the request under way
  Nanos timeout_ = 0;
  Nanos deadline_ = 0;
  bool discard_body_ = false;
  bool more_follow_ = false;
  HttpMessage message_;
  HttpParser parser_;
  std::string decoded_;
  std::string encoded_body_;
  std::string authorization_;  // the answer to a challenge
  std::string sent_head_;      // kept only for showing
  std::vector<HttpHop> hops_;
  size_t hop_count_ = 0;
  Nanos hop_start_ = 0;  // of the hop to come, when known
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_EXCHANGE_H_

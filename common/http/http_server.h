// A small HTTP/1.1 server: health, metrics, status pages, and later REST.
//
// Bounded: connections, header and body sizes, and the time a peer may take. What is malformed, too large or too many
// gets an answer (400, 413, 431, 503) and is closed; who is too slow is closed. Answers are whole; they come at once
// (WebHandler) or later (WebAsyncHandler, for long-polling). A route that streams is to get a handler type of its own.
// Threads: one of its own, on which all handlers run; they must be quick. Start() and the destructor from any other;
// WebReply says its own.
#ifndef COMMON_HTTP_HTTP_SERVER_H_
#define COMMON_HTTP_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace mockarty {

// The engine's client has an HttpRequest of its own, and a coordinator holds both.
struct WebRequest {
  std::string method;  // "GET"
  std::string target;  // as it came: "/runs/7?limit=5"
  std::string path;    // of the target, as it came: "/runs/7"
  std::string query;   // behind the '?', without it
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string peer;  // "127.0.0.1:40000"

  // The first header of this name, letter case aside; empty when there is none.
  std::string_view Header(std::string_view name) const;
};

struct WebResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;  // besides Content-Type, Content-Length, Server, Date
  std::string body;
};

using WebHandler = std::function<WebResponse(const WebRequest&)>;

// The answer that is still owed to one request. Copies owe the same one; the first Send() counts. When the last copy
// goes without an answer, the peer gets a 500. It may outlive the server, and does nothing then.
// Threads: any, but for OnPeerGone().
class WebReply {
 public:
  class State;
  explicit WebReply(std::shared_ptr<State> state) : state_(std::move(state)) {}

  void Send(WebResponse response) const;
  // `make` runs on the server's thread, right before the answer is sent; not at all when the peer has gone.
  void Send(std::function<WebResponse()> make) const;
  // Within the handler only: `gone` is called on the server's thread when the peer closes before it has its answer. A
  // peer that only ends its own side counts as gone. One that vanishes without a word is not noticed.
  void OnPeerGone(std::function<void()> gone) const;

 private:
  std::shared_ptr<State> state_;
};

// Answers through `reply`, then or later. No time-out runs until it does: the handler bounds how long it holds.
using WebAsyncHandler = std::function<void(WebRequest request, WebReply reply)>;

struct WebRoute {
  std::string method;  // "GET" answers HEAD too
  std::string path;
  bool prefix = false;  // `path` and all that begins with it; the longest match wins, an exact one first
  WebHandler handler;
  WebAsyncHandler async_handler = nullptr;  // in the place of `handler`
  size_t max_body_bytes = 0;                // 0: the server's
  // Sees the request before its body is read (`body` is empty): what it returns is the answer, and the connection ends.
  std::function<std::optional<WebResponse>(const WebRequest&)> admit = nullptr;
};

struct HttpServerOptions {
  std::string address = "0.0.0.0";  // a numeric one; "" and "::" mean all, IPv6 included
  uint16_t port = 0;                // 0: a free one, see Port()
  size_t max_body_bytes = 5u << 20;
  size_t max_header_bytes = 16u << 10;
  size_t max_connections = 512;  // past them: 503
  // For a request to come whole, for an answer to be taken, and between requests. Bodies of a stated length and answers
  // get a second more for every 4 KiB.
  Nanos timeout = 30 * kNanosPerSecond;
  std::string server_name = "mockarty";
};

class HttpServer {
 public:
  // Listens when it returns. InvalidArgument: no address; Unavailable: the port is taken, or another error of bind().
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                           std::vector<WebRoute> routes);
  // Stops: no more connections, answers under way are finished for at most a second.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t Port() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COMMON_HTTP_HTTP_SERVER_H_

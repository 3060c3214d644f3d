// A small HTTP/1.1 server: health, metrics, status pages, and later REST.
//
// Bounded: connections, header and body sizes, and the time a peer may take. What is malformed, too large or too many
// gets an answer (400, 413, 431, 503) and is closed; who is too slow is closed. Answers are whole; a route that streams
// is to get a handler type of its own beside WebHandler.
// Threads: one of its own, on which all handlers run; they must be quick. Start() and the destructor from any other.
#ifndef COMMON_HTTP_HTTP_SERVER_H_
#define COMMON_HTTP_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

struct WebRoute {
  std::string method;  // "GET" answers HEAD too
  std::string path;
  bool prefix = false;  // `path` and all that begins with it; the longest match wins, an exact one first
  WebHandler handler;
};

struct HttpServerOptions {
  std::string address = "0.0.0.0";  // a numeric one; "" and "::" mean all, IPv6 included
  uint16_t port = 0;                // 0: a free one, see Port()
  size_t max_body_bytes = 5u << 20;
  size_t max_header_bytes = 16u << 10;
  size_t max_connections = 512;          // past them: 503
  Nanos timeout = 30 * kNanosPerSecond;  // for a request to come whole, for an answer to be taken, and between requests
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

// What one virtual user needs for HTTP: its connections, its cookies, and an exchange for one request after another.
// Requests beside one another take exchanges of their own (RunHttpBatch()).
//
// Threads: one thread, that of the loop; Execute() on a fiber. The transport outlives the client.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/http_connections.h"
#include "engine/clients/http/http_exchange.h"
#include "engine/clients/http/http_request.h"
#include "engine/clients/http/http_response.h"
#include "engine/clients/http/http_transport.h"

namespace mockarty {

class HttpClient {
 public:
  explicit HttpClient(const HttpTransport* transport) : connections_(transport), exchange_(&connections_, &cookies_) {}
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // One at a time; see HttpExchange. The response is valid until the next one.
  void Execute(const HttpRequest& request, HttpResponse* response) { exchange_.Execute(request, response); }
  // For a request beside others. The client outlives it.
  std::unique_ptr<HttpExchange> MakeExchange() { return std::make_unique<HttpExchange>(&connections_, &cookies_); }

  CookieJar& cookies() { return cookies_; }
  void CloseConnections() { connections_.Close(); }

  // The blocks that requests touch beside the client itself, as they lie now.
  void VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const {
    exchange_.VisitMemory(visit);
    connections_.VisitMemory(visit);
  }

 private:
  CookieJar cookies_;
  HttpConnections connections_;
  HttpExchange exchange_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_CLIENT_H_

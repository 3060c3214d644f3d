// The connections of one virtual user: open ones are used again; an HTTP/2 one by several requests at once.
//
// Threads: those of one loop; Acquire() on a fiber. The transport outlives it.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_CONNECTIONS_H_
#define ENGINE_CLIENTS_HTTP_HTTP_CONNECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/http/url.h"

namespace mockarty {

class HttpEndpoint;

class HttpConnections {
 public:
  // Idle connections kept, open or closed (a closed one remembers its TLS session).
  static constexpr size_t kMaxKept = 32;

  explicit HttpConnections(const HttpTransport* transport);
  ~HttpConnections();
  HttpConnections(const HttpConnections&) = delete;
  HttpConnections& operator=(const HttpConnections&) = delete;

  const HttpTransport& transport() const { return *transport_; }

  // The number by which a local address is chosen.
  uint64_t user() const { return user_; }

  // A connection for one request: open and usable, or closed and to be opened by the caller. Waits, until `deadline`,
  // while another fiber opens one that may turn out to carry several requests. `fresh`: not an open one.
  HttpEndpoint& Acquire(const Url& url, bool fresh, Nanos deadline);
  // Ends the caller's use. `keep`: what was received says that it may be used again.
  void Release(HttpEndpoint& endpoint, bool keep);
  // All that nobody uses; the others when they are released.
  void Close();

  // The blocks that requests touch beside this one, as they lie now.
  void VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const;

 private:
  HttpEndpoint& Add(const Url& url);
  void MakeRoom();

  const HttpTransport* transport_;
  std::vector<std::unique_ptr<HttpEndpoint>> endpoints_;
  uint64_t uses_ = 0;
  const uint64_t user_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_CONNECTIONS_H_

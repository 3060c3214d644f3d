// Several requests of one virtual user beside one another, each on a fiber of the loop's pool.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_BATCH_H_
#define ENGINE_CLIENTS_HTTP_HTTP_BATCH_H_

#include <cstdint>
#include <span>

#include "engine/clients/http/http_exchange.h"

namespace mockarty {

// All three belong to the caller and outlive the run; the exchange is that of no other request.
struct HttpBatchRequest {
  HttpExchange* exchange = nullptr;
  const HttpRequest* request = nullptr;
  HttpResponse* response = nullptr;
};

struct HttpBatchLimits {
  uint32_t parallel = 20;  // requests at a time
  uint32_t per_host = 6;   // of them to one host and port; 0: no limit of its own
};

// Runs all and returns when all are done; on a fiber. Each request's error is in its response. They begin in order,
// except that one whose host is at its limit lets others pass. When the calling fiber is interrupted, all are.
void RunHttpBatch(std::span<const HttpBatchRequest> requests, const HttpBatchLimits& limits);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_BATCH_H_

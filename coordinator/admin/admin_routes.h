// The HTTP routes of a coordinator's health, metrics and status page.
#ifndef COORDINATOR_ADMIN_ADMIN_ROUTES_H_
#define COORDINATOR_ADMIN_ADMIN_ROUTES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/http/http_server.h"
#include "common/time/clock.h"
#include "coordinator/grpc/grpc_server.h"
#include "coordinator/poll/poll_service.h"
#include "coordinator/run/coordinator.h"

namespace mockarty {

struct AdminSnapshot {
  Coordinator::Stats core;
  v1::ListRunnersResponse runners;
  GrpcServer::Stats grpc;
  PollService::Stats poll;
  size_t core_waiting = 0;   // functions posted to the core's thread
  Nanos core_silent_ns = 0;  // since the core's thread last gave a sign of life
  int64_t wall_clock_ms = 0;
};

struct AdminOptions {
  std::string version;
  std::string node_id;
  std::string grpc_address;  // "0.0.0.0:5773"
  std::string store;         // "SQLite", "PostgreSQL"
};

// `snapshot` is called on the HTTP server's thread for every request; it must be quick.
std::vector<WebRoute> AdminRoutes(const AdminOptions& options, const std::function<AdminSnapshot()>& snapshot);

}  // namespace mockarty

#endif  // COORDINATOR_ADMIN_ADMIN_ROUTES_H_

// RunnerLink over HTTP, on the coordinator's HTTP port: sessions of runners that long-poll
// (proto/mockarty/v1/poll.proto). A thin shell: poll_session.h has the rules of a session, the core all else.
//
// What an unknown peer can cost: its token is looked at before its body is read. What a known one can: sessions,
// bodies, queues and waits are bounded.
//
// Threads: handlers on the HTTP server's; of its own one for deadlines, and one that looks tokens up in the store.
// Shutdown() and the destructor from one other thread.
#ifndef COORDINATOR_POLL_POLL_SERVICE_H_
#define COORDINATOR_POLL_POLL_SERVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/http/http_server.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/poll/poll_session.h"

namespace mockarty {

struct PollServiceOptions {
  PollLimits limits;
  size_t max_sessions = 10'000;
  Nanos log_interval = 60 * kNanosPerSecond;  // between two lines about the same source
};

class PollService {
 public:
  // `core` and `tokens` outlive the service; the core's thread runs nothing more when it is destroyed.
  PollService(const PollServiceOptions& options, TokenVerifier& tokens, CorePort& core);
  ~PollService();
  PollService(const PollService&) = delete;
  PollService& operator=(const PollService&) = delete;

  // For the HTTP server, which ends before the service does.
  std::vector<WebRoute> Routes();

  // No new sessions; runners are told, and have `grace` to fetch what is left.
  void Shutdown(Nanos grace);

  struct Stats {
    size_t sessions = 0;
    uint64_t refused_tokens = 0;
    uint64_t refused_sessions = 0;  // too many, no Hello, malformed
    uint64_t slow_sessions = 0;     // ended because their queue was full
  };
  Stats GetStats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COORDINATOR_POLL_POLL_SERVICE_H_

// The gRPC side of a coordinator: a port with RunnerLink and Control, and connections to runners that listen (reverse
// mode).
//
// What an unknown peer can cost is bounded: sessions, message sizes, queues, the time until Hello, dead connections.
// Threads: gRPC's own. Start(), Shutdown() and the destructor from one other thread.
#ifndef COORDINATOR_GRPC_GRPC_SERVER_H_
#define COORDINATOR_GRPC_GRPC_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "coordinator/grpc/core_port.h"

namespace mockarty {

struct ReverseOptions {
  std::vector<std::string> addresses;  // host:port
  std::string coordinator_id;          // the same after a restart; 1 to 128 bytes when there are addresses
  bool tls = false;
  // PEM texts. No authority: the system's. A certificate makes it mutual.
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  bool tls_skip_verify = false;
  Nanos handshake_timeout = 10 * kNanosPerSecond;  // from the attempt to the end of the handshake
  Nanos min_backoff = kNanosPerSecond / 4;
  Nanos max_backoff = 10 * kNanosPerSecond;
  Nanos min_refused_backoff = 2 * kNanosPerSecond;  // after a wrong token, another version
  Nanos max_refused_backoff = 30 * kNanosPerSecond;
};

struct GrpcServerOptions {
  std::string address = "0.0.0.0";
  uint16_t port = 0;  // 0: a free one
  // PEM texts. No certificate: no TLS. A client CA makes it mutual: clients without a certificate of it are refused.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;

  size_t max_sessions = 10'000;
  size_t max_watches = 1'000;
  size_t max_runner_message_bytes = 8u << 20;
  size_t max_request_bytes = 16u << 20;
  size_t max_send_queue_messages = 4'096;  // a session; past them the runner is too slow and cut off
  size_t max_send_queue_bytes = 64u << 20;
  size_t max_unhandled_messages = 64;          // a session's, for the core; past them its stream is not read
  size_t max_unhandled_bytes = 16u << 20;      // likewise
  size_t max_watch_queue_events = 64;          // past them live figures are left out, then the oldest events
  size_t max_watch_queue_bytes = 8u << 20;     // likewise; one that is larger waits alone
  Nanos hello_timeout = 10 * kNanosPerSecond;  // from the stream's start to Hello
  Nanos close_timeout = 5 * kNanosPerSecond;   // for a session that is being closed to take what is queued
  Nanos keepalive_time = 20 * kNanosPerSecond;
  Nanos keepalive_timeout = 10 * kNanosPerSecond;
  ReverseOptions reverse;
  Nanos log_interval = 60 * kNanosPerSecond;  // between two lines about the same source
};

class GrpcServer {
 public:
  // `core` and `tokens` outlive the server; the core's thread runs nothing more when the server is destroyed, because
  // posted functions refer to it. InvalidArgument: certificate or key cannot be used; Unavailable: the port is
  // taken.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options, TokenVerifier& tokens,
                                                           CorePort& core);
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  uint16_t Port() const;

  // No new calls; what is queued for runners and watchers goes out for at most `grace`, then all streams end. It waits
  // for the answers of calls under way, so the core must still answer, or have been stopped and its functions
  // destroyed.
  void Shutdown(Nanos grace);

  struct Stats {
    size_t sessions = 0;
    size_t reverse_addresses = 0;  // of runners to connect to
    size_t reverse_connected = 0;  // of these
    size_t watches = 0;
    uint64_t refused_tokens = 0;
    uint64_t refused_sessions = 0;  // too many, no Hello, malformed or oversized
    uint64_t slow_sessions = 0;     // cut off because their queue was full
  };
  Stats GetStats() const;

 private:
  class Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_GRPC_SERVER_H_

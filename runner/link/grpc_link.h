// The stream to one coordinator: opened, kept, and opened again for ever.
//
// A thread of the link's own starts streams and writes; what comes is read on gRPC's threads and given to the agent as
// it comes. What waits to be sent is bounded (send_queue.h).
// Threads: Send() and Close() from any, as AgentLink says; the rest from the thread that made it.
#ifndef RUNNER_LINK_GRPC_LINK_H_
#define RUNNER_LINK_GRPC_LINK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/agent.h"
#include "common/time/clock.h"
#include "runner/settings.h"

namespace mockarty {

struct GrpcLinkOptions {
  std::string address;  // host:port
  std::string token;
  bool tls = false;
  std::string ca_pem;  // empty: the system's
  std::string cert_pem;
  std::string key_pem;
  bool skip_verify = false;
  Nanos min_backoff = kNanosPerSecond / 4;
  Nanos max_backoff = 10 * kNanosPerSecond;
  Nanos refused_backoff = 30 * kNanosPerSecond;  // after a peer of another major version
};

// Reads the files. InvalidArgument names setting, file and what is wrong.
absl::StatusOr<GrpcLinkOptions> MakeGrpcLinkOptions(const RunnerSettings& settings, const HostPort& coordinator);

class GrpcLink final : public AgentLink {
 public:
  // `agent` outlives the link. `on_token_refused` is called on the link's thread, once, and the link tries no more.
  GrpcLink(LinkId id, GrpcLinkOptions options, Agent& agent, std::function<void()> on_token_refused);
  // Ends the stream in order, within about a second.
  ~GrpcLink() override;
  GrpcLink(const GrpcLink&) = delete;
  GrpcLink& operator=(const GrpcLink&) = delete;

  bool Send(const v1::RunnerMessage& message) override;
  void Close(const absl::Status& why) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_GRPC_LINK_H_

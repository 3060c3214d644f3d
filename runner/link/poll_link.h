// The link to one coordinator over HTTP, for networks that let nothing else through: sessions by long-polling
// (proto/mockarty/v1/poll.proto), opened, kept over lost connections, and opened again for ever.
//
// Two connections: one waits for what the coordinator says, the other sends, so that neither waits for the other. What
// a connection loses is asked for or sent again within the session; only when that fails for a while, or the
// coordinator does not know the session, the link is down for the agent. Threads: Send() and Close() from any, as
// AgentLink says; the rest from the thread that made it. Two of its own.
#ifndef RUNNER_LINK_POLL_LINK_H_
#define RUNNER_LINK_POLL_LINK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/agent.h"
#include "common/time/clock.h"
#include "runner/link/http_channel.h"
#include "runner/settings.h"

namespace mockarty {

struct PollLinkOptions {
  HttpChannelOptions channel;
  std::string token;
  Nanos min_backoff = kNanosPerSecond / 4;
  Nanos max_backoff = 10 * kNanosPerSecond;
  Nanos refused_backoff = 30 * kNanosPerSecond;  // after a peer of another major version
  Nanos request_timeout = 10 * kNanosPerSecond;  // of what is not held; more for large bodies
  Nanos max_patience = 15 * kNanosPerSecond;     // for a session that cannot be reached; the coordinator's, if less
};

// Reads the files. InvalidArgument names setting, file and what is wrong.
absl::StatusOr<PollLinkOptions> MakePollLinkOptions(const RunnerSettings& settings, const HostPort& coordinator);

class PollLink final : public AgentLink {
 public:
  // `agent` outlives the link. `on_token_refused` is called on the link's thread, once, and the link tries no more.
  PollLink(LinkId id, PollLinkOptions options, Agent& agent, std::function<void()> on_token_refused);
  // Ends the session in order, within about a second.
  ~PollLink() override;
  PollLink(const PollLink&) = delete;
  PollLink& operator=(const PollLink&) = delete;

  bool Send(const v1::RunnerMessage& message) override;
  void Close(const absl::Status& why) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_POLL_LINK_H_

// One connection of a coordinator in reverse mode: the handshake, then a link of the agent's. Internal to runner/link;
// reverse_listener.h makes them.
//
// gRPC's threads and the agent only note what happened and wake the listener's thread, which alone writes, and alone
// ends the stream. One mutex for all links of a listener: there are few.
#ifndef RUNNER_LINK_REVERSE_LINK_H_
#define RUNNER_LINK_REVERSE_LINK_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "agent/agent.h"
#include "common/time/clock.h"
#include "common/wire/reverse_handshake.h"
#include "mockarty/v1/reverse_link.grpc.pb.h"
#include "runner/link/send_queue.h"

namespace mockarty {

// What a listener and its links share.
struct ReverseShared {
  explicit ReverseShared(Agent& a) : agent(a) {}
  void Wake() {  // with the lock
    awake = true;
    changed.notify_all();
  }

  Agent& agent;  // never called with the lock held: it calls Send() with its own
  std::mutex mutex;
  std::condition_variable changed;
  bool awake = false;
};

class ReverseLink final : public grpc::ServerBidiReactor<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage>,
                          public AgentLink {
 public:
  // `token_key`: TokenKey() of the runner's token. The handshake must be over at `deadline`.
  ReverseLink(ReverseShared& shared, grpc::CallbackServerContext* call, std::string token_key, Nanos deadline);

  // The agent's.
  bool Send(const v1::RunnerMessage& message) override;
  void Close(const absl::Status& why) override;

  // gRPC's.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // With the lock: ends the stream; what is queued goes out first when it is `in_order`. The first reason counts.
  void End(const grpc::Status& status, bool in_order);
  bool Ended() const { return end_.has_value(); }
  bool Shaking() const { return state_ == State::kHandshake && !Ended(); }
  bool Proven() const { return state_ == State::kProven && !Ended(); }  // waits for SetUp()
  bool Up() const { return state_ == State::kUp; }                      // the agent was told of it
  bool Done() const { return done_; }                                   // gRPC has let go of it
  const std::string& coordinator_id() const { return handshake_.coordinator_id(); }
  LinkId id() const { return id_; }
  const std::string& peer() const { return peer_; }
  // Why it ended: by this side, or as the coordinator said.
  const grpc::Status& reason() const { return goodbye_.has_value() ? *goodbye_ : *end_; }
  bool said_goodbye() const { return goodbye_.has_value(); }

  // On the listener's thread, without the lock. Does what is to be done now; when to call it again at the latest.
  Nanos Step(Nanos now);
  // The agent takes it: Hello is queued, and messages are read.
  void SetUp(LinkId id);

 private:
  enum class State { kHandshake, kProven, kUp };

  void Shake();
  void OnGoodbye(const v1::ReverseGoodbye& goodbye);

  ReverseShared& shared_;
  grpc::CallbackServerContext* const call_;
  const std::string peer_;  // without its port
  const Nanos deadline_;
  LinkId id_ = 0;  // before anything is read for the agent
  v1::ReverseCoordinatorMessage incoming_;
  v1::ReverseRunnerMessage outgoing_;

  // With the lock.
  RunnerHandshake handshake_;
  State state_ = State::kHandshake;
  bool has_incoming_ = false;  // of the handshake, not yet looked at
  bool read_next_ = false;
  bool writing_ = false;
  bool finished_ = false;  // Finish() was called
  bool cancelled_ = false;
  bool done_ = false;
  std::optional<grpc::Status> end_;
  std::optional<grpc::Status> goodbye_;
  bool in_order_ = false;
  Nanos end_since_ = 0;
  std::deque<v1::ReverseRunnerMessage> answers_;  // of the handshake
  SendQueue queue_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_REVERSE_LINK_H_

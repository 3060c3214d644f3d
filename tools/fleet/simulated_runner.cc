#include "tools/fleet/simulated_runner.h"

#include <utility>

namespace mockarty::fleet {

void SimulatedRunner::Handle(const v1::CoordinatorMessage& message) {
  v1::RunnerMessage answer;
  switch (message.kind_case()) {
    case v1::CoordinatorMessage::kOffer:
      *answer.mutable_offer_answer()->mutable_id() = message.offer().id();
      answer.mutable_offer_answer()->set_accepted(true);
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kLease:
      *answer.mutable_ready()->mutable_id() = message.lease().id();
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kStart: {
      std::lock_guard lock(mutex_);
      id_ = message.start().id();
      started_ = true;
      return;
    }
    case v1::CoordinatorMessage::kWindowAck: {
      std::lock_guard lock(mutex_);
      const auto& taken = message.window_ack().taken();
      for (int i = 0; i + 1 < taken.size(); i += 2) {
        for (auto at = sent_at_.lower_bound(taken.Get(i)); at != sent_at_.end() && at->first <= taken.Get(i + 1);) {
          latencies_.push_back(MonotonicNow() - at->second);
          at = sent_at_.erase(at);
        }
      }
      return;
    }
    default:
      return;
  }
}

// The heartbeat second: over HTTP what comes first goes in a request of its own, and real ones have their own times.
void SimulatedRunner::Step() {
  SendWindow();
  Heartbeat(0);
}

void SimulatedRunner::SendWindow() {
  v1::RunnerMessage message;
  {
    std::lock_guard lock(mutex_);
    if (!started_) return;
    *message.mutable_window()->mutable_id() = id_;
    *message.mutable_window()->mutable_window() = MakeWindow(id_.number(), ++seq_, options_.series);
    sent_at_[seq_] = MonotonicNow();
  }
  Send(std::move(message));
}

void SimulatedRunner::Finish() {
  v1::RunnerMessage message;
  {
    std::lock_guard lock(mutex_);
    *message.mutable_finished()->mutable_id() = id_;
    message.mutable_finished()->set_outcome(v1::Finished::OUTCOME_COMPLETED);
    message.mutable_finished()->set_last_seq(seq_);
  }
  Send(std::move(message));
}

bool SimulatedRunner::Started() const {
  std::lock_guard lock(mutex_);
  return started_;
}

bool SimulatedRunner::Acknowledged() const {
  std::lock_guard lock(mutex_);
  return sent_at_.empty();
}

std::vector<Nanos> SimulatedRunner::TakeLatencies() {
  std::lock_guard lock(mutex_);
  return std::exchange(latencies_, {});
}

}  // namespace mockarty::fleet

#include "tools/fleet/tiny_task_runner.h"

#include <utility>

namespace mockarty::fleet {

void TinyTaskRunner::Handle(const v1::CoordinatorMessage& message) {
  v1::RunnerMessage answer;
  switch (message.kind_case()) {
    case v1::CoordinatorMessage::kOffer:
      *answer.mutable_offer_answer()->mutable_id() = message.offer().id();
      answer.mutable_offer_answer()->set_accepted(true);
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kLease:
      ++active_;
      *answer.mutable_ready()->mutable_id() = message.lease().id();
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kStart:
      return Carry(message.start().id());
    case v1::CoordinatorMessage::kRelease:
      ++released_;
      return;
    default:
      return;
  }
}

// As soon as it is told: the instant of the start is a quarter of a second away, which is none of the dispatch.
void TinyTaskRunner::Carry(const v1::AssignmentId& id) {
  {
    std::lock_guard lock(mutex_);
    starts_.push_back(MonotonicNow());
  }
  v1::RunnerMessage window;
  *window.mutable_window()->mutable_id() = id;
  *window.mutable_window()->mutable_window() = MakeWindow(id.number(), 1, options_.series);
  Send(std::move(window));
  v1::RunnerMessage finished;
  *finished.mutable_finished()->mutable_id() = id;
  finished.mutable_finished()->set_outcome(v1::Finished::OUTCOME_COMPLETED);
  finished.mutable_finished()->set_last_seq(1);
  --active_;
  Send(std::move(finished));
}

std::vector<Nanos> TinyTaskRunner::TakeStarts() {
  std::lock_guard lock(mutex_);
  return std::exchange(starts_, {});
}

}  // namespace mockarty::fleet

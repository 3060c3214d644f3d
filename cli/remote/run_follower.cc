#include "cli/remote/run_follower.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "cli/plan_line.h"
#include "common/base/concat.h"
#include "common/wire/plan_codec.h"

namespace mockarty {

RunFollower::RunFollower(ControlClient* client, StatusTerminal* terminal, std::string run_id, bool quiet)
    : client_(*client), terminal_(*terminal), run_id_(std::move(run_id)), quiet_(quiet) {}

absl::StatusOr<v1::RunEvent> RunFollower::Follow() {
  std::optional<v1::RunEvent> last;
  for (;;) {
    absl::Status status = client_.Watch(run_id_, last_number_, [&](const v1::RunEvent& event) {
      OnEvent(event);
      if (event.final()) last = event;
      return !event.final();
    });
    if (status.ok()) break;
    if (!IsTransient(status)) {
      terminal_.EndProgress();
      return status;
    }
    OnLost();
    std::this_thread::sleep_for(backoff_.Next());
  }
  terminal_.EndProgress();
  return *std::move(last);
}

void RunFollower::OnEvent(const v1::RunEvent& event) {
  backoff_.Reset();
  if (lost_) terminal_.Line("connected to the coordinator again");
  lost_ = false;
  // A coordinator that starts again may count anew: its numbers are taken as they come.
  last_number_ = event.number();
  for (const std::string& warning : event.warnings()) terminal_.Line(Concat("warning: ", warning));
  for (const std::string& line : event.console()) terminal_.Line(line);
  // The final event's cause is shown with its verdict.
  if (!quiet_ && !event.message().empty() && event.message() != last_message_ && event.failure().empty()) {
    terminal_.Line(event.message());
  }
  last_message_ = event.message();
  ShowPlan(event);
  ShowProgress(event);
}

void RunFollower::ShowPlan(const v1::RunEvent& event) {
  if (event.has_plan() && !plan_.has_value()) {
    absl::StatusOr<TestPlan> plan = FromProto(event.plan());
    if (plan.ok()) plan_ = *std::move(plan);  // else of a later version: the figures do not need it
  }
  if (plan_shown_ || quiet_ || !plan_.has_value() || event.state() != v1::RUN_STATE_RUNNING) return;
  plan_shown_ = true;
  terminal_.Line(Concat("running: ", DescribePlan(*plan_)));
}

void RunFollower::ShowProgress(const v1::RunEvent& event) {
  bool on = event.state() == v1::RUN_STATE_RUNNING || event.state() == v1::RUN_STATE_STOPPING;
  if (quiet_ || !on || !event.has_live() || event.final()) return;
  const v1::LiveFigures& live = event.live();
  terminal_.ShowProgress({.elapsed = live.elapsed_ns(),
                          .planned = plan_.has_value() ? PlannedDuration(*plan_).value_or(0) : 0,
                          .fraction = live.fraction(),
                          .vus = live.vus(),
                          .vus_max = live.vus_max(),
                          .rps = live.rps(),
                          .p95_ms = live.p95_ms(),
                          .requests = live.requests(),
                          .failed_requests = live.failed_requests(),
                          .iterations = live.iterations(),
                          .stopping = event.state() == v1::RUN_STATE_STOPPING,
                          .runners = static_cast<int>(std::count_if(
                              event.runners().begin(), event.runners().end(),
                              [](const v1::RunnerFigures& runner) { return runner.state() == "running"; }))});
}

void RunFollower::OnLost() {
  if (lost_) return;
  lost_ = true;
  terminal_.Line("connection to the coordinator lost; reconnecting");
}

}  // namespace mockarty

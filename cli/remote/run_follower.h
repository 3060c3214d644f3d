// Shows a run on the terminal until it ends, whatever becomes of the connection meanwhile.
#ifndef CLI_REMOTE_RUN_FOLLOWER_H_
#define CLI_REMOTE_RUN_FOLLOWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/remote/backoff.h"
#include "cli/remote/control_client.h"
#include "cli/status_terminal.h"
#include "common/plan/test_plan.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

class RunFollower {
 public:
  // Both outlive it. `quiet`: warnings, errors and the script's lines only.
  RunFollower(ControlClient* client, StatusTerminal* terminal, std::string run_id, bool quiet);

  // Until the final event, which it answers. Reconnects for ever; an error is what no attempt could mend: the run or
  // the token is not known, or the request is wrong.
  absl::StatusOr<v1::RunEvent> Follow();

  // Of a functional run: every row of the report is of interest.
  bool Functional() const { return plan_.has_value() && plan_->mode == RunMode::kFunctional; }

 private:
  void OnEvent(const v1::RunEvent& event);
  void ShowPlan(const v1::RunEvent& event);
  void ShowProgress(const v1::RunEvent& event);
  void OnLost();

  ControlClient& client_;
  StatusTerminal& terminal_;
  const std::string run_id_;
  const bool quiet_;
  Backoff backoff_;
  uint64_t last_number_ = 0;
  bool lost_ = false;
  std::optional<TestPlan> plan_;
  bool plan_shown_ = false;
  std::string last_message_;
};

}  // namespace mockarty

#endif  // CLI_REMOTE_RUN_FOLLOWER_H_

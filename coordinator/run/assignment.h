// One runner's part of one run, as the owner of the run sees it. A value of the core's thread.
#ifndef COORDINATOR_RUN_ASSIGNMENT_H_
#define COORDINATOR_RUN_ASSIGNMENT_H_

#include <cstdint>
#include <string>

#include "common/time/clock.h"
#include "coordinator/run/seq_ranges.h"
#include "mockarty/v1/store.pb.h"

namespace mockarty {

enum class AssignmentState {
  kOffered,
  kPreparing,
  kReady,
  kRunning,
  kLost,  // began, and is not heard any more; may come back unless its part was given away
  // From here on nothing more is expected of it.
  kCompleted,
  kFailed,
  kCrashed,
  kReplaced,   // lost for good: its part was given away
  kWithdrawn,  // never began
};

const char* AssignmentStateName(AssignmentState state);

struct Assignment {
  v1::StoredAssignment stored;  // `state` in it is set when the run is stored
  AssignmentState state = AssignmentState::kOffered;
  uint64_t epoch = 0;
  Nanos deadline = 0;    // of the answer, then of being ready
  Nanos last_heard = 0;  // on this assignment
  bool holds_slot = false;
  bool start_sent = false;
  bool stop_sent = false;
  bool stop_now_sent = false;
  bool ended = false;  // its Finished came; complete once all windows up to last_seq are there
  AssignmentState end_state = AssignmentState::kCompleted;
  bool loss_handled = false;  // the policy was applied
  bool given_away = false;    // another took its part over, or nobody is to
  SeqRanges in_store;
  double cpu = 0;
  double loop_lag_ms = 0;

  uint32_t number() const { return stored.number(); }
  bool IsHook() const { return stored.hook() != v1::HOOK_NONE; }
  bool Began() const { return stored.started(); }
  bool Over() const { return state >= AssignmentState::kCompleted; }
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_ASSIGNMENT_H_

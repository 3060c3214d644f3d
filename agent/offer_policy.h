// Whether this runner takes a task. Pure.
#ifndef AGENT_OFFER_POLICY_H_
#define AGENT_OFFER_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

struct RunnerLoad {
  uint32_t active = 0;  // tasks that have a slot
  uint32_t slots = 0;
  size_t finished = 0;  // tasks that no coordinator has released yet
  bool draining = false;
};

inline constexpr size_t kMaxFinishedKept = 64;

// Why the offer is refused, for a person; empty: it is taken.
std::string RefusalOf(const v1::Offer& offer, const v1::Hello& runner, const RunnerLoad& load);

}  // namespace mockarty

#endif  // AGENT_OFFER_POLICY_H_

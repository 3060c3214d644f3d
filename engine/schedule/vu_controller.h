// How many VUs carry a rate of requests: a proportional controller with damping, one step a second.
//
// Pure; any thread.
#ifndef ENGINE_SCHEDULE_VU_CONTROLLER_H_
#define ENGINE_SCHEDULE_VU_CONTROLLER_H_

#include <cstdint>

namespace mockarty {

// What the last second was like.
struct ControlInput {
  uint32_t vus = 1;  // as the controller said last
  uint32_t max_vus = 1;
  uint32_t peak_busy = 0;  // VUs that worked at once, at most
  uint64_t done = 0;       // requests that were begun
  uint64_t behind = 0;     // requests that were due by now and were not
  bool starved = false;    // something due found no free VU
  uint32_t max_step = 1;   // MaxStep()
};

// How much one of a run's `parts` parts of the VUs, the one at `index`, may change them in this second: a fifth of all,
// at least one, of all parts together as far as these have about as many VUs each. What does not divide goes round.
uint32_t MaxStep(uint32_t vus, uint64_t parts, uint64_t index, uint64_t second);

// Short of VUs: towards as many as would have met the rate, were each as fast as those there are. Otherwise: towards a
// quarter more than were busy at once, so that chance leaves none waiting. Half the way each second, and never by more
// than the step.
uint32_t NextVus(const ControlInput& input);

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_VU_CONTROLLER_H_

// What a runner says of its clock and machine, which may be anything. Pure; any thread.
#ifndef COORDINATOR_FLEET_REMOTE_NUMBERS_H_
#define COORDINATOR_FLEET_REMOTE_NUMBERS_H_

#include <cmath>
#include <cstdint>
#include <optional>

namespace mockarty {

// a - b; nothing where no 64 bits hold it.
inline std::optional<int64_t> Difference(int64_t a, int64_t b) {
  int64_t result = 0;
  return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}

// Cores or a share; 0 in the place of what is neither, which a report could not be read back with.
inline double CpuOrZero(double cpu) { return std::isfinite(cpu) && cpu >= 0 && cpu < 1e6 ? cpu : 0; }

}  // namespace mockarty

#endif  // COORDINATOR_FLEET_REMOTE_NUMBERS_H_

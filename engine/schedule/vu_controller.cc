#include "engine/schedule/vu_controller.h"

#include <algorithm>
#include <cmath>

namespace mockarty {
namespace {

constexpr double kDamping = 0.5;
constexpr double kHeadroom = 1.25;
constexpr uint64_t kStepDivisor = 5;  // 20 %

}  // namespace

uint32_t MaxStep(uint32_t vus, uint64_t parts, uint64_t index, uint64_t second) {
  // The others may have a little less, as they decide for themselves.
  const uint64_t all = parts == 1 ? vus : (vus - std::min(vus, 1u)) * parts;
  const uint64_t step = std::max<uint64_t>(1, all / kStepDivisor);
  return static_cast<uint32_t>(step / parts + ((index + second) % parts < step % parts ? 1 : 0));
}

uint32_t NextVus(const ControlInput& input) {
  const double vus = input.vus;
  double wanted = std::ceil(input.peak_busy * kHeadroom) + 1;
  if (input.starved) {
    const auto done = static_cast<double>(std::max<uint64_t>(1, input.done));
    wanted = std::max(vus + 1, vus * (done + static_cast<double>(input.behind)) / done);
  }
  // Growing rounds up, so that it never stops short; shrinking rounds down, so that it does not swing.
  const double step = (wanted - vus) * kDamping;
  const double bounded =
      std::clamp(std::ceil(step), -static_cast<double>(input.max_step), static_cast<double>(input.max_step));
  const double next = std::clamp(vus + bounded, 1.0, std::max(1.0, static_cast<double>(input.max_vus)));
  return static_cast<uint32_t>(next);
}

}  // namespace mockarty

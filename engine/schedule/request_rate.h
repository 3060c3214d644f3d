// Requests at a rate (`rps`, stages of `targetRPS`): the engine finds the VUs for it.
//
// What is paced is requests: request number k of the whole run has an instant (ArrivalSchedule), and an iteration is
// due when the first request is that those before it have not used up. Those that ended used as many as they sent,
// those under way are expected to send as many as iterations sent lately; an iteration without a request counts as one.
// So the requests sent follow the requests due whatever an iteration sends, the difference never growing beyond what
// the iterations under way may be wrong by. Requests within an iteration are not held back: think times stay what they
// are.
//
// What is due waits up to five seconds for a free VU (and its latency counts from when it was due); what waits longer
// is dropped. VUs: vu_controller.h, once a second, each part for itself; the parts of a run take turns in what of a
// fifth of all VUs does not divide among them.
#ifndef ENGINE_SCHEDULE_REQUEST_RATE_H_
#define ENGINE_SCHEDULE_REQUEST_RATE_H_

#include <cstdint>
#include <optional>

#include "common/plan/arrival_schedule.h"
#include "common/plan/test_plan.h"
#include "engine/schedule/arrival_shard.h"
#include "engine/schedule/iteration_pool.h"

namespace mockarty {

class RequestRateShard final : public ArrivalShard {
 public:
  static constexpr Nanos kPatience = 5 * kNanosPerSecond;

  // `before`: knows how many of the iterations another process did; null: none.
  RequestRateShard(const RequestRateConfig& config, Nanos graceful_stop, const ScenarioPart& part,
                   const IterationPool* before);

 private:
  Nanos NextDue() override;
  void OnBegun() override;
  void OnPassedOver() override;
  void OnEnded(uint64_t requests) override;
  void OnStarved(bool dropped) override;
  bool Exhausted() const override { return limit_.has_value() && begun_ >= *limit_; }
  Nanos NextTick() const override { return next_tick_; }
  void Tick() override;

  // Requests of this part that are used up.
  uint64_t Position() const;

  ArrivalSchedule schedule_;
  const std::optional<uint64_t> limit_;  // iterations of this part
  const uint32_t max_vus_;
  uint32_t vus_;
  uint64_t begun_ = 0;  // with those of before
  uint64_t under_way_ = 0;
  uint64_t ended_requests_ = 0;
  uint64_t passed_over_ = 0;
  double mean_ = 1;  // requests an iteration, lately
  uint64_t known_ = 0;
  std::optional<uint64_t> asked_;  // the request whose instant due_ is
  Nanos due_ = 0;
  Nanos next_tick_ = kNanosPerSecond;
  uint64_t position_before_ = 0;  // at the last tick
  bool starved_ = false;          // since then
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_REQUEST_RATE_H_

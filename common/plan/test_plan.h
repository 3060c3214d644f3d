// What a run is to do, validated: the one type that the options of a script and of a command line become.
//
// A plain value without threads or ownership. common/plan/plan_parser.h makes it; whoever has one may trust the limits
// stated here.
#ifndef COMMON_PLAN_TEST_PLAN_H_
#define COMMON_PLAN_TEST_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/time/clock.h"

namespace mockarty {

inline constexpr uint32_t kMaxVus = 1'000'000;
inline constexpr size_t kMaxStages = 1000;
// 2^53 - 1: what a script can count exactly.
inline constexpr uint64_t kMaxIterations = 9'007'199'254'740'991;
// One year; also the most that all stages may last together.
inline constexpr Nanos kMaxRunDuration = Nanos{365} * 24 * 3600 * kNanosPerSecond;
inline constexpr Nanos kDefaultDuration = 30 * kNanosPerSecond;
inline constexpr Nanos kDefaultGrace = 30 * kNanosPerSecond;
inline constexpr size_t kMaxThresholds = 1000;
inline constexpr size_t kMaxAbortCriteria = 100;
inline constexpr size_t kMaxTags = 100;
// Of graceful stops, of the APDEX threshold and of a request's timeout.
inline constexpr Nanos kMaxGrace = Nanos{24} * 3600 * kNanosPerSecond;
inline constexpr size_t kMaxCriterionText = 256;  // bytes of a threshold's or an abort criterion's texts
inline constexpr size_t kMaxTagText = 256;        // bytes of a tag's name (at least 1) and of its value
inline constexpr size_t kMaxUserAgent = 1024;     // bytes, no line ends
inline constexpr uint32_t kMaxRedirects = 1000;

enum class RunMode {
  kFunctional,   // one VU, one iteration, each check shown
  kPerformance,  // a load, aggregated
};

// A fixed number of VUs that iterate until the time is up.
struct ConstantVusConfig {
  uint32_t vus = 1;
  Nanos duration = kDefaultDuration;
};

// A fixed number of iterations that the VUs take from one pool.
struct SharedIterationsConfig {
  uint32_t vus = 1;  // never more than `iterations`
  uint64_t iterations = 1;
  std::optional<Nanos> max_duration;  // unset: until the pool is empty
};

// The number of VUs goes in a straight line from that of the stage before to `target` within `duration`;
// at once when `duration` is 0.
struct Stage {
  Nanos duration = 0;
  uint32_t target = 0;
};

struct RampingVusConfig {
  uint32_t start_vus = 1;  // where the first stage begins
  std::vector<Stage> stages;
};

using ExecutorConfig = std::variant<ConstantVusConfig, SharedIterationsConfig, RampingVusConfig>;

// One expression of one metric. Expressions stay text here: common/report/thresholds.h parses them.
struct ThresholdSpec {
  std::string metric;  // perhaps with a tag selector, http_req_duration{status:200}
  std::string expression;
  bool abort_on_fail = false;
  Nanos delay_abort_eval = 0;  // no abort before this long into the run
  bool allow_no_data = false;  // true: passes when the metric got no sample
};

// Stops a run early when `stat` of `metric` meets `condition` and `value` for `duration` without a break.
// Criteria that a script disables (`enabled: false`) are not in the plan.
struct AbortCriterion {
  std::string name;
  std::string metric;
  std::string stat;       // avg, min, max, med, count, rate or p(N)
  std::string condition;  // <, <=, >, >=, == or !=
  double value = 0;
  Nanos duration = 0;  // 0: at once
};

// What every HTTP request of the run obeys unless it says otherwise itself.
struct HttpOptions {
  std::string user_agent;  // empty: the engine's own
  uint32_t max_redirects = 10;
  Nanos timeout = 60 * kNanosPerSecond;
  bool throw_on_error = false;
  bool insecure_skip_tls_verify = false;
  bool no_connection_reuse = false;
  bool no_cookies_reset = false;  // true: a VU keeps its cookies from one iteration to the next
  bool discard_response_bodies = false;
  bool no_vu_connection_reuse = false;  // true: connections end with the iteration
  uint32_t batch = 20;                  // requests of one http.batch() at a time
  uint32_t batch_per_host = 6;          // of them to one host; 0: as many as `batch` allows
};

struct TestPlan {
  RunMode mode = RunMode::kFunctional;
  ExecutorConfig executor = SharedIterationsConfig{};
  // How long an iteration may go on: after the end of the run, after its VU was ramped down.
  Nanos graceful_stop = kDefaultGrace;
  Nanos graceful_ramp_down = kDefaultGrace;
  std::vector<ThresholdSpec> thresholds;
  std::vector<AbortCriterion> abort_criteria;
  Nanos apdex_threshold = 500 * kNanosPerMilli;
  std::vector<std::pair<std::string, std::string>> tags;  // put on every sample
  HttpOptions http;
};

// How many VUs the run needs at its highest, thus how many to make ready.
uint32_t MaxVus(const TestPlan& plan);

// How long the load is planned to last, graceful stop aside; nullopt when only the iterations end it.
std::optional<Nanos> PlannedDuration(const TestPlan& plan);

}  // namespace mockarty

#endif  // COMMON_PLAN_TEST_PLAN_H_

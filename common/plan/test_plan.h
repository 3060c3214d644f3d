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
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/metrics/system_tags.h"
#include "common/time/clock.h"

namespace mockarty {

inline constexpr uint32_t kMaxVus = 1'000'000;
inline constexpr uint32_t kDefaultMaxVus = 200;  // of a rate of requests
inline constexpr size_t kMaxScenarios = 100;
inline constexpr size_t kMaxScenarioName = 128;  // bytes, also of the name of its function
inline constexpr size_t kMaxScenarioVariables = 1000;
inline constexpr size_t kMaxVariableText = 65'536;  // bytes of an environment variable of a scenario
inline constexpr size_t kMaxStages = 1000;
// Of iterations or requests, of the whole run.
inline constexpr uint64_t kMaxRatePerSecond = 10'000'000;
inline constexpr Nanos kMinTimeUnit = kNanosPerMilli;
inline constexpr Nanos kMaxTimeUnit = Nanos{24} * 3600 * kNanosPerSecond;
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
inline constexpr uint32_t kMaxBatch = 1000;     // requests at a time
inline constexpr size_t kMaxHttpList = 10'000;  // entries of one list of HTTP options
inline constexpr size_t kMaxHttpText = 1024;    // bytes of one entry
inline constexpr size_t kMaxPem = 256 * 1024;   // bytes of a certificate or key
inline constexpr size_t kMaxTlsIdentities = 100;
inline constexpr size_t kMaxSummaryStats = 32;
inline constexpr size_t kMaxSummaryStatText = 16;  // bytes of one, "p(99.99)"

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

// Each VU runs the same number of iterations.
struct PerVuIterationsConfig {
  uint32_t vus = 1;
  uint64_t iterations = 1;            // of one VU
  std::optional<Nanos> max_duration;  // unset: until all have run theirs
};

// How often something is due: a rate that moves in straight lines, in whole numbers a time unit.
// common/plan/rate_profile.h has the arithmetic.
struct RateStage {
  Nanos duration = 0;  // 0: a jump
  uint64_t target = 0;
};
struct RatePlan {
  uint64_t start = 0;  // where the first stage begins
  Nanos time_unit = kNanosPerSecond;
  std::vector<RateStage> stages;  // at least one lasts; a constant rate is one stage that leads to `start`
};

enum class Arrivals {
  kEven,     // one after the other at the distance that the rate says
  kPoisson,  // at random, independent of one another, with the rate as their mean
};

// Iterations begin when they are due, whatever those before them do; what finds no free VU is dropped.
struct ArrivalRateConfig {
  RatePlan rate;
  bool ramping = false;  // which of the two executors a script named
  uint32_t pre_allocated_vus = 1;
  uint32_t max_vus = 1;  // at least pre_allocated_vus: made while the load runs
  Arrivals arrivals = Arrivals::kEven;
  uint64_t seed = 0;  // of Poisson arrivals
};

// Requests are due at a rate; a controller decides how many VUs carry them. What finds no free VU waits for one.
struct RequestRateConfig {
  RatePlan rate;  // of requests
  uint32_t start_vus = 1;
  uint32_t max_vus = kDefaultMaxVus;
  std::optional<uint64_t> iterations;  // ends the load when so many were begun
};

using ExecutorConfig = std::variant<ConstantVusConfig, SharedIterationsConfig, RampingVusConfig, PerVuIterationsConfig,
                                    ArrivalRateConfig, RequestRateConfig>;

// One load of a run: which function, by whom, when. A simple plan is one scenario with the name "default".
//
// The run's VUs are numbered through its scenarios: those of the second begin where the first's end.
struct Scenario {
  std::string name = "default";
  ExecutorConfig executor = SharedIterationsConfig{};
  std::string exec;      // the exported function; empty: the default one
  Nanos start_time = 0;  // from the start of the run
  // How long an iteration may go on: after the end of the scenario, after its VU was ramped down.
  Nanos graceful_stop = kDefaultGrace;
  Nanos graceful_ramp_down = kDefaultGrace;
  std::vector<std::pair<std::string, std::string>> environment;  // wins over that of the run
  std::vector<std::pair<std::string, std::string>> tags;         // win over those of the run
};

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

// A certificate of the client's own for some servers.
struct TlsIdentity {
  std::vector<std::string> domains;  // in lower case, "*.example.com" too; none: all
  std::string certificate;           // PEM
  std::string key;                   // PEM
  std::string password;              // of the key
};

enum class HttpDebug { kOff, kHeaders, kFull };

// How names become addresses. Texts are those of k6's options.
struct DnsOptions {
  Nanos ttl = 5 * 60 * kNanosPerSecond;  // kMaxRunDuration: for ever
  std::string select = "random";         // first, random, roundRobin
  std::string policy = "preferIPv4";     // preferIPv4, preferIPv6, onlyIPv4, onlyIPv6, any
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
  // "name", "name:port" or "*.name" in lower case -> "address" or "address:port".
  std::vector<std::pair<std::string, std::string>> hosts;
  DnsOptions dns;
  std::vector<std::string> local_ips;        // ranges (common/base/ip_range.h) to dial from
  std::vector<std::string> blacklist_ips;    // ranges never to dial
  std::vector<std::string> block_hostnames;  // names never to ask for
  std::string tls_min_version;               // tls1.0 to tls1.3; empty: the engine's own
  std::string tls_max_version;
  std::vector<std::string> tls_cipher_suites;  // IANA's names; none: the engine's own
  std::vector<TlsIdentity> tls_auth;
  HttpDebug debug = HttpDebug::kOff;
};

// What a script exports beside its load. Each is called once in a run; teardown() also after an abort.
struct PlanHooks {
  bool setup = false;  // what it returns goes to all VUs and to teardown()
  bool teardown = false;
  bool handle_summary = false;  // gets the merged report
  Nanos setup_timeout = 60 * kNanosPerSecond;
  Nanos teardown_timeout = 60 * kNanosPerSecond;
  friend bool operator==(const PlanHooks&, const PlanHooks&) = default;
};

// How the summary of the end shows times.
struct SummaryOptions {
  // avg, min, med, max, count or p(N), each once; none: the ones of the summary itself.
  std::vector<std::string> trend_stats;
  std::string time_unit;  // "s", "ms" or "us"; empty: whichever fits each value
  bool none = false;      // no summary, and no handleSummary()
  friend bool operator==(const SummaryOptions&, const SummaryOptions&) = default;
};

struct TestPlan {
  RunMode mode = RunMode::kFunctional;
  std::vector<Scenario> scenarios = {Scenario()};  // never empty, names differ
  bool named_scenarios = false;                    // the script has `scenarios`: samples carry the tag `scenario`
  Nanos min_iteration_duration = 0;                // an iteration that ends earlier waits
  uint32_t max_rps = 0;                            // no more HTTP requests a second than this; 0: no limit
  std::vector<ThresholdSpec> thresholds;
  std::vector<AbortCriterion> abort_criteria;
  Nanos apdex_threshold = 500 * kNanosPerMilli;
  std::vector<std::pair<std::string, std::string>> tags;  // put on every sample
  SystemTags system_tags;
  SummaryOptions summary;
  HttpOptions http;
  PlanHooks hooks;
};

// How many VUs a scenario has at its highest.
uint32_t MaxVus(const ExecutorConfig& executor);
// How many of them are there before it begins.
uint32_t InitialVus(const ExecutorConfig& executor);
// The same of all scenarios together; at most kMaxVus.
uint32_t MaxVus(const TestPlan& plan);

// "constant-vus", "ramping-arrival-rate", ...
std::string_view ExecutorName(const ExecutorConfig& executor);

// How long the load is planned to last, graceful stop aside; nullopt when only the iterations end it.
std::optional<Nanos> PlannedDuration(const ExecutorConfig& executor);
// Of the whole run, from its start to the end of the last scenario.
std::optional<Nanos> PlannedDuration(const TestPlan& plan);
// The longest that iterations may go on after the planned end.
Nanos GracefulStop(const TestPlan& plan);

// The iterations that are to begin in all, where the plan counts them or says their rate.
std::optional<uint64_t> PlannedIterations(const ExecutorConfig& executor);

}  // namespace mockarty

#endif  // COMMON_PLAN_TEST_PLAN_H_

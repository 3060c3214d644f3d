// What native functions reach of the virtual user whose script calls them (JsCall::Host<VuContext>()).
//
// Threads: belongs to the VU's worker; used from inside the VU's fiber only, except settings, which are shared and
// constant during a run.
#ifndef ENGINE_VU_VU_CONTEXT_H_
#define ENGINE_VU_VU_CONTEXT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/metrics/system_tags.h"
#include "common/plan/scenario_part.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/collect/collector.h"
#include "engine/vu/vu.h"
#include "engine/vu/vu_event_loop.h"

namespace mockarty {

class Fiber;
class JsHeap;
class MetricRegistry;
class RequestGate;
struct InstanceCounters;
class ScriptVerdict;
class Secrets;
class Segment;
class SharedArrays;
struct HttpSession;

enum class ConsoleLevel { kDebug, kInfo, kWarn, kError };

// Where console output goes. Any thread. `line` is UTF-8, one call of console.*, and may hold line breaks.
class ConsoleSink {
 public:
  virtual ~ConsoleSink() = default;
  virtual void Write(ConsoleLevel level, uint32_t vu, std::string_view line) = 0;
};

// The same for all virtual users of a run.
struct RunSettings {
  HttpOptions http;
  std::vector<std::pair<std::string, std::string>> environment;  // __ENV
  ConsoleSink* console = nullptr;
  MetricRegistry* registry = nullptr;
  SharedArrays* shared_arrays = nullptr;
  std::optional<std::string> setup_data;                  // JSON; constant from the start of the load on
  ScriptVerdict* verdict = nullptr;                       // null: what the script says of its test is dropped
  const Secrets* secrets = nullptr;                       // null: none
  const Segment* segment = nullptr;                       // this process's part of the run; null: the whole
  std::vector<std::pair<std::string, std::string>> tags;  // put on every sample
  Nanos min_iteration_duration = 0;
  SystemTags system_tags;
  RequestGate* gate = nullptr;                 // null: no cap on the requests
  const InstanceCounters* instance = nullptr;  // null in the init stage that only reads options
};

// One scenario as its virtual users on one worker see it.
struct VuScenario {
  const Scenario* config = nullptr;
  IterationSource* source = nullptr;
  TagSetId tags = kNoTags;    // of the run and of the scenario
  ScenarioPart process_part;  // what of the scenario falls to this process
};

struct VuContext {
  enum class Phase { kInit, kIteration };

  const RunSettings* settings = nullptr;
  Fiber* fiber = nullptr;
  JsHeap* heap = nullptr;
  Collector* collector = nullptr;
  HttpSession* http = nullptr;

  // What goes on after a native has returned: made when first asked for, so that scripts without pay nothing.
  VuEventLoop& Events();
  std::unique_ptr<VuEventLoop> events;
  Nanos last_timer_set = 0;

  uint32_t number = 0;                   // __VU: 1-based; 0 in the init stage that only reads options
  uint64_t iteration = 0;                // __ITER: 0-based
  const VuScenario* scenario = nullptr;  // null in the init stage that only reads options
  Iteration granted;                     // the iteration that runs
  Nanos lag = kNotPaced;                 // how long after it was due that one began
  uint64_t requests = 0;                 // HTTP requests that it sent
  bool uses_k6 = false;                  // the script has required one of k6's modules
  Phase phase = Phase::kInit;

  SampleScope scope;  // the open group of this iteration

  uint64_t random_state = 0;         // of faker and randomSeed(); 0: not seeded yet
  bool making_shared_array = false;  // the function of a SharedArray is running

  // Prototypes of objects made by natives, per heap; held alive by the heap's stash.
  enum Prototype { kHttpResponse, kMetric, kPrototypeCount };
  std::array<const void*, kPrototypeCount> prototypes{};
};

}  // namespace mockarty

#endif  // ENGINE_VU_VU_CONTEXT_H_

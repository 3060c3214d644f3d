#include "engine/run/init_stage.h"

#include <malloc.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "engine/collect/collector.h"
#include "engine/modules/module_table.h"
#include "engine/script/js_heap.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

// On the fiber.
absl::StatusOr<ScriptExports> ReadExports(const Program& program, VuContext& context, Nanos timeout) {
  JsHeapOptions options;
  options.host = &context;
  options.host_call = &CallHost;
  ASSIGN_OR_RETURN(const std::unique_ptr<JsHeap> heap, JsHeap::Create(options));
  context.heap = heap.get();
  heap->SetDeadline(MonotonicNow() + timeout);
  ScriptError error;
  ScriptExports exports;
  if (!program.Instantiate(*heap, ScriptEnvironment(), {}, nullptr, &error) ||
      !program.ReadOptions(*heap, &exports.options_json, &error) ||
      !program.ReadFunctions(*heap, &exports.functions, &error)) {
    const bool whole_file = !error.file.empty() && error.line == 0;
    return whole_file ? absl::InvalidArgumentError(error.ToString()) : absl::AbortedError(error.ToString());
  }
  exports.uses_k6 = context.uses_k6;
  return exports;
}

}  // namespace

absl::StatusOr<ScriptExports> RunInitStage(const Program& program, const RunSettings& settings, Nanos timeout) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Loop> loop, Loop::Create());
  Collector collector(settings.registry, {});  // for checks at the top level; nobody reads it
  VuContext context;
  context.settings = &settings;
  context.collector = &collector;
  absl::StatusOr<ScriptExports> exports = absl::InternalError("the init stage did not run");
  ASSIGN_OR_RETURN(const std::unique_ptr<Fiber> fiber, Fiber::Create(loop.get(), [&] {
                     context.fiber = Fiber::Current();
                     exports = ReadExports(program, context, timeout);
                     loop->Stop();
                   }));
  loop->MakeReady(fiber.get());
  loop->Run();
  // The heap is gone. It may have held all rows of a SharedArray as objects: with 100,000 rows the C library kept 36 of
  // the process's 47 MB for later.
  malloc_trim(0);
  return exports;
}

}  // namespace mockarty

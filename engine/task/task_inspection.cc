#include "engine/task/task_inspection.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "common/wire/plan_codec.h"
#include "common/wire/wire_text.h"
#include "engine/run/hook.h"
#include "engine/run/prepare.h"
#include "engine/script/loader.h"
#include "engine/task/archive_codec.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

absl::StatusOr<PlanOverrides> ReadOverrides(const v1::TaskInspect& request) {
  PlanOverrides overrides;
  if (request.has_vus()) {
    if (request.vus() < 1 || request.vus() > kMaxVus) {
      return WrongField("vus", request.vus(), Concat("1 to ", kMaxVus));
    }
    overrides.vus = request.vus();
  }
  if (request.has_duration_ns()) {
    if (request.duration_ns() < 1 || request.duration_ns() > kMaxRunDuration) {
      return WrongField("duration_ns", request.duration_ns(), Concat("1 to ", kMaxRunDuration));
    }
    overrides.duration = request.duration_ns();
  }
  if (request.has_iterations()) {
    if (request.iterations() < 1 || request.iterations() > kMaxIterations) {
      return WrongField("iterations", request.iterations(), Concat("1 to ", kMaxIterations));
    }
    overrides.iterations = request.iterations();
  }
  if (request.has_rps()) {
    if (request.rps() < 1 || request.rps() > kMaxRatePerSecond) {
      return WrongField("rps", request.rps(), Concat("1 to ", kMaxRatePerSecond));
    }
    overrides.rps = request.rps();
  }
  if (request.has_max_vus()) {
    if (request.max_vus() < 1 || request.max_vus() > kMaxVus) {
      return WrongField("max_vus", request.max_vus(), Concat("1 to ", kMaxVus));
    }
    overrides.max_vus = request.max_vus();
  }
  overrides.options_json = request.options_json();
  overrides.config_json = request.config_json();
  return overrides;
}

absl::Status Inspect(const v1::TaskInspect& request, ConsoleSink* console, v1::TaskInspection* out) {
  MetricRegistry registry;
  PrepareOptions options;
  options.console = console;
  options.registry = &registry;
  if (request.init_timeout_ns() != 0) {
    options.init_timeout = std::clamp<Nanos>(request.init_timeout_ns(), kNanosPerMilli, kInitTimeout);
  }
  ASSIGN_OR_RETURN(options.overrides, ReadOverrides(request));
  ASSIGN_OR_RETURN(options.environment, FromProto(request.environment()));
  const std::string& name = request.script_name().empty() ? "script.js" : request.script_name();
  ASSIGN_OR_RETURN(const ScriptSource source, LoadScriptText(name, request.script(), LoadOptions()));
  ASSIGN_OR_RETURN(const PreparedRun prepared, PrepareRun(source, options));
  ASSIGN_OR_RETURN(*out->mutable_archive(), EncodeArchive(source));
  ToProto(prepared.plan, out->mutable_plan());
  for (const std::string& warning : source.warnings) {
    SetUtf8(warning, out->add_warnings());
  }
  for (const std::string& warning : prepared.warnings) {
    SetUtf8(warning, out->add_warnings());
  }
  return absl::OkStatus();
}

absl::Status Summarize(const v1::TaskInspect& request, ConsoleSink* console, v1::TaskInspection* out) {
  MetricRegistry registry;  // what it sends is no part of the run any more
  ASSIGN_OR_RETURN(const ScriptSource source, DecodeArchive(request.archive()));
  ASSIGN_OR_RETURN(const TestPlan plan, FromProto(request.plan()));
  HookSpec spec;
  ASSIGN_OR_RETURN(spec.environment, FromProto(request.environment()));
  ASSIGN_OR_RETURN(spec.program, Program::Compile(source));
  spec.plan = &plan;
  spec.console = console;
  spec.registry = &registry;
  spec.shared_arrays = std::make_shared<SharedArrays>();
  spec.name = "handleSummary";
  spec.argument = request.summary_data();
  HookOutcome outcome = Hook(std::move(spec)).Run();
  if (outcome.status.ok() && outcome.returned.has_value()) {
    out->set_summary(*std::move(outcome.returned));
  }
  return outcome.status;
}

v1::TaskInspection::Error KindOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return v1::TaskInspection::ERROR_NONE;
    case absl::StatusCode::kAborted:
      return v1::TaskInspection::ERROR_INIT_THREW;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kResourceExhausted:  // a script too large to convert
    case absl::StatusCode::kDeadlineExceeded:   // ... or too slow
      return v1::TaskInspection::ERROR_BAD_INPUT;
    default:
      return v1::TaskInspection::ERROR_INTERNAL;
  }
}

}  // namespace

void InspectScript(const v1::TaskInspect& request, ConsoleSink* console, v1::TaskInspection* out) {
  out->Clear();
  const absl::Status status =
      request.has_summary_data() ? Summarize(request, console, out) : Inspect(request, console, out);
  if (!status.ok()) {
    out->Clear();
    out->set_error(KindOf(status));
    SetUtf8(ToStd(status.message()), out->mutable_message());
  }
}

}  // namespace mockarty

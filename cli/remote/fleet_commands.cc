#include "cli/remote/fleet_commands.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/remote/control_client.h"
#include "cli/remote/run_outcome.h"
#include "cli/report_output.h"
#include "cli/status_terminal.h"
#include "common/base/concat.h"
#include "common/report/json_writer.h"
#include "common/report/text_format.h"

namespace mockarty {
namespace {

constexpr size_t kMaxColumn = 48;

using Row = std::vector<std::string>;

// Texts of remotes are made fit for a terminal. The last column has no padding.
std::string Table(std::vector<Row> rows) {
  std::vector<size_t> widths(rows[0].size());
  for (Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = row[i].empty() ? "-" : SafeLine(row[i], kMaxColumn);
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) text += PadRight(row[i], widths[i] + 2);
    text += row.back() + "\n";
  }
  return text;
}

// RFC 3339 in UTC, "" for 0.
std::string Instant(int64_t ms) {
  if (ms == 0) return "";
  time_t seconds = ms / 1000;
  tm utc = {};
  if (gmtime_r(&seconds, &utc) == nullptr) return "";
  char text[64];
  return {text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string Labels(const v1::RunnerInfo& runner) {
  std::string text;
  for (const v1::Variable& label : runner.labels()) {
    text += Concat(text.empty() ? "" : ",", label.name(), "=", label.value());
  }
  return text;
}

template <typename Ask>
ExitCode AskAndPrint(const CoordinatorArguments& coordinator, Ask ask) {
  StatusTerminal terminal(STDERR_FILENO);
  absl::StatusOr<std::unique_ptr<ControlClient>> client = ControlClient::Create(coordinator);
  absl::StatusOr<std::string> text = client.ok() ? ask(**client) : client.status();
  if (text.ok()) return PrintToStdout(*text, terminal);
  terminal.Line(client.ok() ? Concat("error: the coordinator at ", coordinator.address, ": ", text.status().message())
                            : Concat("error: ", text.status().message()));
  return CodeOfCallError(text.status());
}

void PutInstant(JsonWriter& json, std::string_view key, int64_t ms) {
  json.Key(key);
  if (ms == 0) {
    json.Null();
  } else {
    json.String(Instant(ms));
  }
}

}  // namespace

const char* RunStateName(v1::RunState state) {
  switch (state) {
    case v1::RUN_STATE_QUEUED:
      return "queued";
    case v1::RUN_STATE_PREPARING:
      return "preparing";
    case v1::RUN_STATE_RUNNING:
      return "running";
    case v1::RUN_STATE_STOPPING:
      return "stopping";
    case v1::RUN_STATE_COMPLETED:
      return "completed";
    case v1::RUN_STATE_FAILED:
      return "failed";
    case v1::RUN_STATE_STOPPED:
      return "stopped";
    default:
      return "unknown";
  }
}

std::string RunnersTable(const v1::ListRunnersResponse& response) {
  std::vector<Row> rows = {
      {"NAME", "STATE", "TASKS", "CORES", "CPU", "CLOCK", "RTT", "NAMESPACE", "LABELS", "VERSION", "INSTANCE"}};
  for (const v1::RunnerInfo& runner : response.runners()) {
    rows.push_back({runner.name(), runner.state(), Concat(runner.active(), "/", runner.slots()), Concat(runner.cores()),
                    absl::StrFormat("%.0f%%", runner.cpu() * 100), absl::StrFormat("%+.1fms", runner.clock_offset_ms()),
                    absl::StrFormat("%.1fms", runner.round_trip_ms()),
                    runner.namespace_().empty() ? "(shared)" : runner.namespace_(), Labels(runner), runner.version(),
                    runner.instance_id()});
  }
  return Table(std::move(rows));
}

std::string RunnersJson(const v1::ListRunnersResponse& response) {
  JsonWriter json(/*pretty=*/true);
  json.BeginArray();
  for (const v1::RunnerInfo& runner : response.runners()) {
    json.BeginObject();
    json.Key("name").String(runner.name());
    json.Key("instanceId").String(runner.instance_id());
    json.Key("state").String(runner.state());
    json.Key("labels").BeginObject();
    for (const v1::Variable& label : runner.labels()) json.Key(label.name()).String(label.value());
    json.EndObject();
    json.Key("capabilities").BeginArray();
    for (const std::string& capability : runner.capabilities()) json.String(capability);
    json.EndArray();
    json.Key("slots").Number(runner.slots());
    json.Key("activeTasks").Number(runner.active());
    json.Key("cores").Number(runner.cores());
    json.Key("cpu").Number(runner.cpu());
    json.Key("clockOffsetMs").Number(runner.clock_offset_ms());
    json.Key("roundTripMs").Number(runner.round_trip_ms());
    json.Key("namespace").String(runner.namespace_());
    json.Key("version").String(runner.version());
    PutInstant(json, "lastHeartbeat", runner.last_heartbeat_ms());
    json.EndObject();
  }
  json.EndArray();
  return json.Take() + "\n";
}

std::string RunsTable(const v1::ListRunsResponse& response) {
  std::vector<Row> rows = {{"RUN", "STATE", "RUNNERS", "CREATED", "STARTED", "FINISHED", "NAMESPACE", "NAME"}};
  for (const v1::RunSummary& run : response.runs()) {
    rows.push_back({run.run_id(), RunStateName(run.state()), Concat(run.runners()), Instant(run.created_at_ms()),
                    Instant(run.started_at_ms()), Instant(run.finished_at_ms()), run.namespace_(), run.name()});
  }
  return Table(std::move(rows));
}

std::string RunsJson(const v1::ListRunsResponse& response) {
  JsonWriter json(/*pretty=*/true);
  json.BeginArray();
  for (const v1::RunSummary& run : response.runs()) {
    json.BeginObject();
    json.Key("id").String(run.run_id());
    json.Key("name").String(run.name());
    json.Key("namespace").String(run.namespace_());
    json.Key("status").String(RunStateName(run.state()));
    json.Key("runners").Number(run.runners());
    PutInstant(json, "createdAt", run.created_at_ms());
    PutInstant(json, "startedAt", run.started_at_ms());
    PutInstant(json, "finishedAt", run.finished_at_ms());
    json.Key("failure").String(run.failure());
    json.EndObject();
  }
  json.EndArray();
  return json.Take() + "\n";
}

ExitCode ShowRunners(const RunnersArguments& arguments) {
  return AskAndPrint(arguments.coordinator, [&](ControlClient& client) -> absl::StatusOr<std::string> {
    absl::StatusOr<v1::ListRunnersResponse> response = client.ListRunners();
    if (!response.ok()) return response.status();
    return arguments.json ? RunnersJson(*response) : RunnersTable(*response);
  });
}

ExitCode ShowRuns(const PerfListArguments& arguments) {
  return AskAndPrint(arguments.coordinator, [&](ControlClient& client) -> absl::StatusOr<std::string> {
    v1::ListRunsRequest request;
    request.set_limit(arguments.limit);
    request.set_namespace_(arguments.name_space);
    absl::StatusOr<v1::ListRunsResponse> response = client.ListRuns(request);
    if (!response.ok()) return response.status();
    return arguments.json ? RunsJson(*response) : RunsTable(*response);
  });
}

ExitCode StopRun(const PerfStopArguments& arguments) {
  return AskAndPrint(arguments.coordinator, [&](ControlClient& client) -> absl::StatusOr<std::string> {
    absl::Status status = client.Stop(arguments.run_id, arguments.now);
    if (!status.ok()) return status;
    if (!arguments.json) return Concat("run ", SafeLine(arguments.run_id, 200), " is being stopped\n");
    JsonWriter json(/*pretty=*/true);
    json.BeginObject().Key("id").String(arguments.run_id).Key("stopRequested").Bool(true);
    json.Key("now").Bool(arguments.now).EndObject();
    return json.Take() + "\n";
  });
}

}  // namespace mockarty

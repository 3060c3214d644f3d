#include "cli/remote/remote_run.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "cli/config_file.h"
#include "cli/remote/backoff.h"
#include "cli/remote/control_client.h"
#include "cli/remote/remote_stop.h"
#include "cli/remote/run_follower.h"
#include "cli/remote/run_outcome.h"
#include "cli/report_output.h"
#include "cli/signal_watcher.h"
#include "cli/status_terminal.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/wire/report_codec.h"
#include "engine/run/pack.h"
#include "engine/script/source_text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxScriptBytes = 10 << 20;
// For a coordinator that is just being started again; a mistyped address should not hold a pipeline up for long.
constexpr auto kSubmitPatience = std::chrono::seconds(15);
// For one that is there and cannot store the run: its store may only have lost its connection for a moment.
constexpr auto kStorePatience = std::chrono::seconds(3);

absl::StatusOr<std::string> NewRequestId() {
  std::array<char, 16> bytes;
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return absl::InternalError(Concat("cannot get random bytes: ", strerror(errno)));
  }
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

v1::LossPolicy PolicyOf(RunnerLossChoice choice) {
  switch (choice) {
    case RunnerLossChoice::kDegrade:
      return v1::LOSS_POLICY_DEGRADE;
    case RunnerLossChoice::kFail:
      return v1::LOSS_POLICY_FAIL;
    case RunnerLossChoice::kRebalance:
      return v1::LOSS_POLICY_REBALANCE;
  }
  return v1::LOSS_POLICY_DEGRADE;
}

absl::StatusOr<v1::SubmitRequest> MakeRequest(const PerfRunArguments& arguments) {
  v1::SubmitRequest request;
  const std::string& path = arguments.script_path;
  request.set_script_name(path.substr(path.rfind('/') + 1));
  ASSIGN_OR_RETURN(*request.mutable_script(), ReadSourceFile(path, kMaxScriptBytes));
  if (NeedsPacking(request.script()) || arguments.postman.Any()) {
    PackOptions pack;
    pack.environment = arguments.environment;
    pack.allow_outside_files = arguments.allow_outside_files;
    pack.postman = arguments.postman;
    ASSIGN_OR_RETURN(*request.mutable_script(), PackTest(path, pack));
    if (request.script().size() > kMaxScriptBytes) {
      return absl::InvalidArgumentError(Concat("the test with its files has ", request.script().size(),
                                               " bytes; a coordinator takes at most ", kMaxScriptBytes));
    }
  }
  for (const auto& [name, value] : arguments.environment) {
    v1::Variable* variable = request.add_environment();
    variable->set_name(name);
    variable->set_value(value);
  }
  ASSIGN_OR_RETURN(const PlanOverrides overrides, ReadOverrides(arguments));
  if (overrides.vus.has_value()) request.set_vus(*overrides.vus);
  if (overrides.duration.has_value()) request.set_duration_ns(*overrides.duration);
  if (overrides.iterations.has_value()) request.set_iterations(*overrides.iterations);
  if (overrides.rps.has_value()) request.set_rps(*overrides.rps);
  if (overrides.max_vus.has_value()) request.set_max_vus(*overrides.max_vus);
  request.set_options_json(overrides.options_json);
  request.set_config_json(overrides.config_json);
  const FleetArguments& fleet = *arguments.fleet;
  request.set_runners(fleet.runners);
  for (const std::string& label : fleet.labels) request.add_required_labels(label);
  request.set_namespace_(fleet.name_space);
  request.set_loss_policy(PolicyOf(fleet.on_loss));
  ASSIGN_OR_RETURN(*request.mutable_request_id(), NewRequestId());
  return request;
}

// The same request again while there is no answer: its id makes all of them one run.
absl::StatusOr<std::string> Submit(ControlClient& client, const v1::SubmitRequest& request, StatusTerminal& terminal) {
  const auto begin = std::chrono::steady_clock::now();
  Backoff backoff;
  std::string said;
  for (;;) {
    absl::StatusOr<std::string> run_id = client.Submit(request);
    if (run_id.ok()) return run_id;
    const bool answered = run_id.status().code() == absl::StatusCode::kFailedPrecondition;
    auto pause = backoff.Next();
    bool give_up = !IsTransient(run_id.status()) || run_id.status().code() == absl::StatusCode::kResourceExhausted ||
                   std::chrono::steady_clock::now() + pause > begin + (answered ? kStorePatience : kSubmitPatience);
    if (give_up) {
      return absl::Status(run_id.status().code(), Concat("the coordinator at ", client.address(),
                                                         " did not take the run: ", run_id.status().message()));
    }
    std::string line = answered ? Concat("the coordinator at ", client.address(),
                                         " does not take the run now: ", run_id.status().message(), "; trying again")
                                : Concat("no answer from the coordinator at ", client.address(), "; trying again");
    if (line != said) terminal.Line(line);
    said = std::move(line);
    std::this_thread::sleep_for(pause);
  }
}

ExitCode Fail(StatusTerminal& terminal, const absl::Status& status, ExitCode code) {
  terminal.Line(Concat("error: ", status.message()));
  return code;
}

struct EndForm {
  SummaryForm summary = SummaryForm::kText;
  bool fail_on_generator_limited = false;
  SummaryPlaces places = SummaryPlaces::kStreamsOnly;
};

// The verdict, the summary and the files.
ExitCode PutOutcome(const v1::RunEvent& event, const EndForm& form, const ReportFiles& files,
                    StatusTerminal& terminal) {
  ExitCode code = CodeOfFinalEvent(event);
  if (!event.failure().empty()) terminal.Line(Concat("error: ", event.failure()));
  // The load never began: there is nothing to report.
  if (!event.has_report()) return code;
  absl::StatusOr<RunReport> report = FromProto(event.report());
  if (!report.ok()) {
    terminal.Line(Concat("error: the coordinator's report cannot be read: ", report.status().message()));
    return code == kExitPassed ? kExitFailure : code;
  }
  if (code == kExitPassed && form.fail_on_generator_limited && !RateKept(*report)) code = kExitRateNotKept;
  if (!event.summary_failure().empty()) terminal.Line(Concat("warning: ", event.summary_failure()));
  std::optional<std::vector<SummaryOutput>> summary;
  if (event.has_summary()) {
    summary.emplace();
    for (const v1::SummaryOutput& output : event.summary()) summary->push_back({output.name(), output.text()});
  }
  ExitCode put = PutReport(*report, form.summary, files, summary, form.places, terminal);
  return code == kExitPassed ? put : code;
}

ExitCode FollowToEnd(ControlClient& client, StatusTerminal& terminal, RemoteStop& stop, const std::string& run_id,
                     EndForm form, const ReportFiles& files) {
  RunFollower follower(&client, &terminal, run_id, form.summary == SummaryForm::kQuiet);
  absl::StatusOr<v1::RunEvent> event = follower.Follow();
  stop.RunEnded();
  if (!event.ok()) {
    return Fail(terminal,
                absl::Status(event.status().code(), Concat("run ", run_id, " cannot be watched at ", client.address(),
                                                           ": ", event.status().message())),
                CodeOfCallError(event.status()));
  }
  if (form.summary == SummaryForm::kText && follower.Functional()) form.summary = SummaryForm::kAllRows;
  return PutOutcome(*event, form, files, terminal);
}

// What both commands need before they can ask the coordinator.
struct Session {
  explicit Session(int fd) : terminal(fd) {}

  absl::Status Open(const CoordinatorArguments& coordinator, const std::vector<std::string>& json_paths,
                    const std::string& summary_export_path, bool watching) {
    ASSIGN_OR_RETURN(files, OpenReports(json_paths, summary_export_path));
    ASSIGN_OR_RETURN(client, ControlClient::Create(coordinator));
    stop = std::make_unique<RemoteStop>(client.get(), &terminal, watching);
    absl::StatusOr<std::unique_ptr<SignalWatcher>> made =
        SignalWatcher::Create([this](int count) { stop->OnSignal(count); });
    if (!made.ok()) return absl::InternalError(made.status().message());
    watcher = *std::move(made);
    return absl::OkStatus();
  }

  StatusTerminal terminal;
  ReportFiles files;
  std::unique_ptr<ControlClient> client;
  std::unique_ptr<RemoteStop> stop;
  std::unique_ptr<SignalWatcher> watcher;
};

}  // namespace

ExitCode RemotePerfRun(const PerfRunArguments& arguments) {
  Session session(STDERR_FILENO);
  StatusTerminal& terminal = session.terminal;
  // Before anything else, as in a local run: a script that is not there is the user's mistake.
  absl::StatusOr<v1::SubmitRequest> request = MakeRequest(arguments);
  if (!request.ok()) {
    bool internal = request.status().code() == absl::StatusCode::kInternal;
    return Fail(terminal, request.status(), internal ? kExitFailure : kExitBadInput);
  }
  absl::Status opened = session.Open(arguments.fleet->coordinator, arguments.json_paths, arguments.summary_export_path,
                                     /*watching=*/false);
  if (!opened.ok()) return Fail(terminal, opened, CodeOfCallError(opened));
  absl::StatusOr<std::string> run_id = Submit(*session.client, *request, terminal);
  if (!run_id.ok()) return Fail(terminal, run_id.status(), CodeOfCallError(run_id.status()));
  request->clear_script();
  session.stop->RunBegins(*run_id);
  if (!arguments.quiet) terminal.Line(Concat("run ", *run_id, " at ", session.client->address()));
  return FollowToEnd(*session.client, terminal, *session.stop, *run_id,
                     {.summary = arguments.quiet ? SummaryForm::kQuiet : SummaryForm::kText,
                      .fail_on_generator_limited = arguments.fail_on_generator_limited,
                      .places = SummaryPlaces::kWorkingFolder},
                     session.files);
}

ExitCode RemotePerfWatch(const PerfWatchArguments& arguments) {
  Session session(STDERR_FILENO);
  absl::Status opened = session.Open(arguments.coordinator, arguments.json_paths, "", /*watching=*/true);
  if (!opened.ok()) return Fail(session.terminal, opened, CodeOfCallError(opened));
  session.stop->RunBegins(arguments.run_id);
  SummaryForm form = arguments.json ? SummaryForm::kJson : arguments.quiet ? SummaryForm::kQuiet : SummaryForm::kText;
  return FollowToEnd(*session.client, session.terminal, *session.stop, arguments.run_id, {.summary = form},
                     session.files);
}

}  // namespace mockarty

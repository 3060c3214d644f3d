#include "coordinator/run/run.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/sha256.h"
#include "common/log/log.h"
#include "common/wire/plan_codec.h"
#include "common/wire/wire_text.h"

namespace mockarty {
namespace {

constexpr uint32_t kMaxAttempts = 5;
constexpr Nanos kReadySlack = kNanosPerSecond;
constexpr Nanos kExclusion = 30 * kNanosPerSecond;
constexpr size_t kChunkBytes = size_t{256} << 10;

}  // namespace

const char* AssignmentStateName(AssignmentState state) {
  switch (state) {
    case AssignmentState::kOffered:
      return "offered";
    case AssignmentState::kPreparing:
      return "preparing";
    case AssignmentState::kReady:
      return "ready";
    case AssignmentState::kRunning:
      return "running";
    case AssignmentState::kLost:
    case AssignmentState::kReplaced:
      return "lost";
    case AssignmentState::kCompleted:
      return "completed";
    case AssignmentState::kFailed:
      return "failed";
    case AssignmentState::kCrashed:
      return "crashed";
    case AssignmentState::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

Run::Run(RunHost* host, v1::StoredRun record, Owner owner)
    : host_(*host),
      record_(std::move(record)),
      owner_(std::move(owner)),
      events_(record_.run_id(), owner_.epoch << 32) {
  record_.set_epoch(owner_.epoch);
}

void Run::Begin() {
  const bool began = std::any_of(record_.assignments().begin(), record_.assignments().end(),
                                 [](const v1::StoredAssignment& a) { return a.started(); });
  if (began) {
    Recover();
    return;
  }
  // Nothing ran yet: whatever was promised to runners before is taken back when they say that they hold it.
  record_.clear_assignments();
  SetState(v1::RUN_STATE_QUEUED);
  if (record_.stop_requested()) {
    Stop(true);
    return;
  }
  Inspect();
}

void Run::Inspect() {
  const v1::SubmitRequest& request = record_.request();
  v1::TaskInspect inspect;
  inspect.set_script_name(request.script_name());
  inspect.set_script(request.script());
  *inspect.mutable_environment() = request.environment();
  if (request.has_vus()) {
    inspect.set_vus(request.vus());
  }
  if (request.has_duration_ns()) {
    inspect.set_duration_ns(request.duration_ns());
  }
  if (request.has_iterations()) {
    inspect.set_iterations(request.iterations());
  }
  if (request.has_rps()) {
    inspect.set_rps(request.rps());
  }
  if (request.has_max_vus()) {
    inspect.set_max_vus(request.max_vus());
  }
  inspect.set_options_json(request.options_json());
  inspect.set_config_json(request.config_json());
  host_.Inspector().Inspect(inspect, [self = weak_from_this()](const v1::TaskInspection& inspection) {
    if (const auto run = self.lock()) {
      run->OnInspected(inspection);
    }
  });
}

void Run::OnInspected(const v1::TaskInspection& inspection) {
  if (stage_ != Stage::kInspecting) {
    return;
  }
  switch (inspection.error()) {
    case v1::TaskInspection::ERROR_NONE:
      break;
    case v1::TaskInspection::ERROR_BAD_INPUT:
      return Fail(v1::FAILURE_KIND_BAD_INPUT, inspection.message());
    case v1::TaskInspection::ERROR_INIT_THREW:
      return Fail(v1::FAILURE_KIND_INIT_THREW, inspection.message());
    default:
      return Fail(v1::FAILURE_KIND_INTERNAL, inspection.message());
  }
  absl::StatusOr<TestPlan> plan = FromProto(inspection.plan());
  absl::StatusOr<std::unique_ptr<RunMeasurements>> measured =
      plan.ok() ? RunMeasurements::Create(*plan) : absl::StatusOr<std::unique_ptr<RunMeasurements>>(plan.status());
  if (!measured.ok()) {
    return Fail(v1::FAILURE_KIND_BAD_INPUT, std::string(ToStd(measured.status().message())));
  }
  plan_ = *std::move(plan);
  measured_ = *std::move(measured);
  archive_ = inspection.archive();
  record_.set_archive_hash(Sha256Hex(archive_));
  *record_.mutable_plan() = inspection.plan();
  *record_.mutable_warnings() = inspection.warnings();
  stage_ = Stage::kWaiting;
  v1::RunEvent event = LiveEvent();
  *event.mutable_plan() = record_.plan();
  *event.mutable_warnings() = record_.warnings();
  events_.Publish(std::move(event));
  // A restart before the start inspects again, so only a run that begins needs its archive in the store.
  TryPlace();
}

PlannerRequest Run::MakeRequest() const {
  const v1::SubmitRequest& request = record_.request();
  PlannerRequest planner;
  planner.name_space = request.namespace_();
  planner.required_labels.assign(request.required_labels().begin(), request.required_labels().end());
  planner.runners = request.runners();
  planner.allow_local = host_.LocalAllowed();
  planner.vus_per_core = host_.Options().capacity_vus_per_core;
  for (const auto& [instance, until] : excluded_) {
    if (until > host_.Now()) {
      planner.excluded.insert(instance);
    }
  }
  return planner;
}

void Run::OnRunnersChanged() {
  if (stage_ == Stage::kWaiting) {
    TryPlace();
  }
}

void Run::TryPlace() {
  seen_changes_ = host_.Runners().Changes();
  next_try_ = host_.Now() + kNanosPerSecond;
  absl::StatusOr<std::vector<Placement>> placements =
      PlanRun(*plan_, MakeRequest(), host_.Runners().Candidates(host_.Now() - HeartbeatTimeout()));
  if (!placements.ok()) {
    std::string reason(ToStd(placements.status().message()));
    if (reason != waiting_for_) {
      waiting_for_ = reason;
      Say(Concat("waiting for runners: ", reason));
    }
    return;
  }
  if (++attempts_ > kMaxAttempts) {
    return Fail(v1::FAILURE_KIND_NO_RUNNER,
                Concat("no runner took the run in ", kMaxAttempts, " attempts; the last: ", waiting_for_));
  }
  if (SetupIsMissing()) {
    return BeginSetup(placements->front());
  }
  stage_ = Stage::kPlacing;
  SetState(v1::RUN_STATE_PREPARING);
  std::erase_if(assignments_, [](const auto& entry) { return !entry.second.IsHook(); });
  record_.clear_assignments();
  for (const Placement& placement : *placements) {
    Assignment& assignment = assignments_[++numbers_];
    assignment.stored.set_number(numbers_);
    assignment.stored.set_instance_id(placement.instance);
    assignment.stored.set_runner(placement.name);
    assignment.stored.set_vus(placement.vus);
    assignment.stored.set_share(placement.share);
    assignment.stored.set_iterations(placement.iterations);
    ToProto(placement.segment, assignment.stored.mutable_segment());
  }
  Say(Concat("preparing on ", placements->size(), placements->size() == 1 ? " runner" : " runners"));
  for (auto& [key, assignment] : assignments_) {
    if (!assignment.IsHook()) {
      SendOffer(assignment);
    }
  }
}

void Run::SendOffer(Assignment& assignment) {
  assignment.state = AssignmentState::kOffered;
  assignment.epoch = NextEpoch();
  assignment.deadline = host_.Now() + host_.Options().offer_timeout;
  assignment.last_heard = host_.Now();
  assignment.stored.clear_token_id();
  if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
    assignment.holds_slot = true;
    ++runner->assigned;
    assignment.stored.set_token_id(runner->token_id);
  }
  v1::CoordinatorMessage message;
  v1::Offer* offer = message.mutable_offer();
  FillId(assignment, offer->mutable_id());
  offer->set_namespace_(record_.request().namespace_());
  offer->set_archive_hash(record_.archive_hash());
  offer->set_archive_bytes(archive_.size());
  *offer->mutable_plan() = record_.plan();
  *offer->mutable_segment() = assignment.stored.segment();
  *offer->mutable_environment() = record_.request().environment();
  offer->set_iterations(assignment.stored.iterations());
  *offer->mutable_done() = assignment.stored.done();
  offer->set_hook(assignment.stored.hook());
  offer->set_ready_within_ms(host_.Options().ready_timeout / kNanosPerMilli);
  Send(assignment, std::move(message));
}

void Run::OnMessage(Runner& runner, const v1::RunnerMessage& message) {
  if (Ending()) {
    return;
  }
  const auto with = [this, &runner](const v1::AssignmentId& id) -> Assignment* {
    Assignment* assignment = Find(id.number());
    if (assignment == nullptr || assignment->epoch != id.epoch() ||
        assignment->stored.instance_id() != runner.instance()) {
      ++host_.Figures().stale_messages;
      return nullptr;
    }
    assignment->last_heard = host_.Now();
    return assignment;
  };
  Assignment* assignment = nullptr;
  switch (message.kind_case()) {
    case v1::RunnerMessage::kOfferAnswer:
      if ((assignment = with(message.offer_answer().id())) != nullptr) {
        OnOfferAnswer(runner, *assignment, message.offer_answer());
      }
      break;
    case v1::RunnerMessage::kArchiveRequest:
      if (with(message.archive_request().id()) != nullptr) {
        SendArchive(runner, message.archive_request());
      }
      break;
    case v1::RunnerMessage::kReady:
      if ((assignment = with(message.ready().id())) != nullptr) {
        OnReady(*assignment, message.ready());
      }
      break;
    case v1::RunnerMessage::kStarted:
      if ((assignment = with(message.started().id())) != nullptr) {
        OnStarted(*assignment, message.started());
      }
      break;
    case v1::RunnerMessage::kWindow:
      if ((assignment = with(message.window().id())) != nullptr) {
        OnWindow(*assignment, message.window());
      }
      break;
    case v1::RunnerMessage::kFinished:
      if ((assignment = with(message.finished().id())) != nullptr) {
        OnFinished(*assignment, message.finished());
      }
      break;
    case v1::RunnerMessage::kConsole:
      if (with(message.console().id()) != nullptr) {
        OnConsole(runner, message.console());
      }
      break;
    default:
      break;
  }
}

void Run::OnOfferAnswer(Runner& runner, Assignment& assignment, const v1::OfferAnswer& answer) {
  if (assignment.state != AssignmentState::kOffered) {
    return;
  }
  if (!answer.accepted()) {
    return PlaceElsewhere(assignment, Concat(runner.Name(), " refused the offer: ", Quoted(answer.reason(), 200)));
  }
  assignment.state = AssignmentState::kPreparing;
  assignment.deadline = host_.Now() + host_.Options().ready_timeout;
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_lease()->mutable_id());
  Send(assignment, std::move(message));
}

void Run::SendArchive(Runner& runner, const v1::ArchiveRequest& request) {
  if (request.hash() != record_.archive_hash() || archive_.empty()) {
    return;
  }
  for (size_t offset = 0; offset < archive_.size(); offset += kChunkBytes) {
    v1::CoordinatorMessage message;
    v1::ArchiveChunk* chunk = message.mutable_archive_chunk();
    chunk->set_hash(request.hash());
    chunk->set_offset(offset);
    chunk->set_total(archive_.size());
    chunk->set_data(archive_.substr(offset, kChunkBytes));
    runner.link->Send(std::move(message));
  }
}

void Run::OnReady(Assignment& assignment, const v1::Ready& ready) {
  if (assignment.state == AssignmentState::kRunning && ready.failure().empty() && !record_.stop_requested()) {
    // It was still preparing when this coordinator took the run over: the Start of then came too early.
    return SendStart(assignment);
  }
  if (assignment.state != AssignmentState::kPreparing) {
    return;
  }
  if (!ready.failure().empty()) {
    assignment.stored.set_failure(Utf8Head(ready.failure(), kMaxFailureText));
    // The same script fails alike on every runner.
    if (ready.failed_in_script() && assignment.stored.replaces() == 0 &&
        assignment.stored.hook() != v1::HOOK_TEARDOWN) {
      return Fail(v1::FAILURE_KIND_INIT_THREW, assignment.stored.failure());
    }
    // The runner counts the same time as this side, and either may be the first to say so.
    if (assignment.stored.replaces() == 0 && !assignment.IsHook() && host_.Now() + kReadySlack >= assignment.deadline) {
      return FailNotReady(assignment);
    }
    return PlaceElsewhere(assignment,
                          Concat(assignment.stored.runner(), " could not prepare: ", Quoted(ready.failure(), 400)));
  }
  if (assignment.IsHook()) {
    return BeginHook(assignment);
  }
  assignment.state = AssignmentState::kReady;
  if (record_.state() == v1::RUN_STATE_RUNNING || record_.state() == v1::RUN_STATE_STOPPING) {
    SendStart(assignment);  // it takes over the part of a lost one
    return;
  }
  StartIfReady();
}

// Nothing ran yet: another runner takes this part, or the whole attempt is given up.
void Run::PlaceElsewhere(Assignment& assignment, const std::string& why) {
  Log(LogLevel::kWarn, "part of a run is placed elsewhere",
      {{"run", id()}, {"assignment", assignment.number()}, {"why", why}});
  Say(why);
  waiting_for_ = why;
  std::erase_if(excluded_, [this](const auto& entry) { return entry.second <= host_.Now(); });
  excluded_[assignment.stored.instance_id()] = host_.Now() + kExclusion;
  ReleaseSlot(assignment);
  if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
    v1::AssignmentId old_id;
    FillId(assignment, &old_id);
    SendRelease(*runner, old_id, "placed elsewhere");
  }
  if (assignment.IsHook()) {
    return PlaceHookElsewhere(assignment, why);
  }
  if (assignment.stored.replaces() != 0) {  // of a run that is on
    return TakeBack(assignment);
  }
  PlannerRequest request = MakeRequest();
  for (const auto& [number, other] : assignments_) {
    if (!other.Over()) {
      request.excluded.insert(other.stored.instance_id());
    }
  }
  const PlannerRunners candidates = host_.Runners().Candidates(host_.Now() - HeartbeatTimeout());
  const PlannerRunner* replacement = FindReplacement(request, candidates);
  if (replacement == nullptr) {
    WithdrawAll(why);
    return;
  }
  assignment.stored.set_instance_id(replacement->instance);
  assignment.stored.set_runner(replacement->name);
  SendOffer(assignment);
}

void Run::WithdrawAll(const std::string& why) {
  for (auto& [number, assignment] : assignments_) {
    if (assignment.Over()) {
      continue;
    }
    ReleaseSlot(assignment);
    if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
      v1::AssignmentId old_id;
      FillId(assignment, &old_id);
      SendRelease(*runner, old_id, why);
    }
    assignment.state = AssignmentState::kWithdrawn;
  }
  stage_ = Stage::kWaiting;
  SetState(v1::RUN_STATE_QUEUED);
}

void Run::TickPlacing(Nanos now) {
  for (auto& [number, assignment] : assignments_) {
    if (assignment.Over()) {
      continue;
    }
    const Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
    const std::string& name = assignment.stored.runner();
    if (runner == nullptr || now - runner->last_heard > HeartbeatTimeout()) {
      PlaceElsewhere(assignment, Concat(name, " was lost before it began"));
    } else if (assignment.state == AssignmentState::kOffered && now >= assignment.deadline) {
      PlaceElsewhere(assignment, Concat(name, " did not answer the offer within ",
                                        host_.Options().offer_timeout / kNanosPerSecond, " s"));
    } else if (assignment.state == AssignmentState::kPreparing && now >= assignment.deadline) {
      FailNotReady(assignment);
    }
    if (stage_ != Stage::kPlacing) {
      return;
    }
  }
}

void Run::FailNotReady(const Assignment& assignment) {
  Fail(v1::FAILURE_KIND_NO_RUNNER, Concat(assignment.stored.runner(), " accepted the run and was not ready within ",
                                          host_.Options().ready_timeout / kNanosPerSecond, " s"));
}

void Run::StartIfReady() {
  if (stage_ != Stage::kPlacing || !std::all_of(assignments_.begin(), assignments_.end(), [](const auto& entry) {
        return entry.second.IsHook() || entry.second.state == AssignmentState::kReady;
      })) {
    return;
  }
  stage_ = Stage::kStarting;
  SetState(v1::RUN_STATE_RUNNING);
  record_.set_started_at_ms(WallClockMillis());
  SetStarted(true);
  StoreBegin([this](const absl::Status& status) {
    if (stage_ != Stage::kStarting) {
      return;
    }
    if (!status.ok()) {
      SetStarted(false);
      return Fail(v1::FAILURE_KIND_INTERNAL,
                  Concat("that the run begins could not be stored: ", ToStd(status.message())));
    }
    stage_ = Stage::kRunning;
    start_ = host_.Now() + host_.Options().start_delay;
    record_.set_started_at_ms(WallClockMillis() + host_.Options().start_delay / kNanosPerMilli);
    record_.set_started_unix_ns(WallClockMillis() * kNanosPerMilli + host_.Options().start_delay);
    next_second_ = start_ + kNanosPerSecond + 100 * kNanosPerMilli;
    next_snapshot_ = start_ + kSnapshotInterval;
    size_t parts = 0;
    for (auto& [number, assignment] : assignments_) {
      if (!assignment.IsHook()) {
        ++parts;
        SendStart(assignment);
      }
    }
    StoreRecord([](const absl::Status&) {});  // with the instant, for whoever takes over
    Say(Concat("running on ", parts, parts == 1 ? " runner" : " runners"));
    if (record_.stop_requested()) {
      StopRunners(record_.stop_now(), "stopped by user");
    }
  });
}

void Run::SetStarted(bool started) {
  for (auto& [number, assignment] : assignments_) {
    if (!assignment.IsHook()) {
      assignment.stored.set_started(started);
    }
  }
}

void Run::SendStart(Assignment& assignment) {
  const Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
  assignment.state = AssignmentState::kRunning;
  // Without its clock there is no instant to name; TickRunning() comes back to it.
  assignment.start_sent = runner != nullptr && runner->clock.Known();
  if (!assignment.start_sent) {
    return;
  }
  if (assignment.stored.clock_uncertainty_ms() == 0) {
    assignment.stored.set_clock_uncertainty_ms(static_cast<double>(runner->clock.Uncertainty()) * 1e-6);
  }
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_start()->mutable_id());
  const Nanos start = assignment.IsHook() ? host_.Now() : start_;
  message.mutable_start()->set_start_at_ns(start + runner->clock.Offset());
  if (record_.has_setup_data()) {
    message.mutable_start()->set_setup_data(record_.setup_data());
  }
  Send(assignment, std::move(message));
}

void Run::Stop(bool now) {
  record_.set_stop_requested(true);
  record_.set_stop_now(record_.stop_now() || now);
  switch (stage_) {
    case Stage::kInspecting:
    case Stage::kWaiting:
    case Stage::kPlacing:
      WithdrawAll("stopped");
      EndInterrupted();
      break;
    case Stage::kSettingUp:
      // What setup() was doing when it is interrupted is known to its script only.
      if (Assignment* hook = Find(hook_); hook != nullptr && hook->Began()) {
        SendStops(*hook);
        StoreRecord([](const absl::Status&) {});
      } else {
        WithdrawAll("stopped");
        EndInterrupted();
      }
      break;
    case Stage::kTearingDown:
      if (Assignment* hook = Find(hook_); hook != nullptr && now) {
        SendStops(*hook);
      }
      break;
    case Stage::kRunning:
      StopRunners(now, "stopped by user");
      StoreRecord([](const absl::Status&) {});
      break;
    default:  // starting and recovering look at the record when they are through
      break;
  }
}

void Run::Tick(Nanos now) {
  if (now >= retry_begin_at_) {
    TryStoreBegin();
  }
  switch (stage_) {
    case Stage::kWaiting:
      if (host_.Runners().Changes() != seen_changes_ || now >= next_try_) {
        TryPlace();
      }
      break;
    case Stage::kPlacing:
      TickPlacing(now);
      break;
    case Stage::kRecovering:
      if (now >= next_try_) {
        LoadStored();
      }
      break;
    case Stage::kRunning:
      TickRunning(now);
      break;
    case Stage::kSettingUp:
    case Stage::kTearingDown:
      TickHook(now);
      break;
    case Stage::kFinishing:
      if (!end_in_flight_ && now >= retry_end_at_) {
        StoreEnd(std::nullopt);
      }
      break;
    default:
      break;
  }
}

}  // namespace mockarty

#include "coordinator/run/coordinator.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "coordinator/fleet/fleet.h"
#include "coordinator/run/run.h"
#include "coordinator/run/run_host.h"
#include "coordinator/run/run_query.h"
#include "coordinator/run/submission.h"

namespace mockarty {
namespace {

constexpr uint32_t kProtocolMajor = 1;
constexpr uint32_t kProtocolMinor = 0;
// Runs that wait for runners in memory; the others wait in the store.
constexpr size_t kMaxWaiting = 256;
constexpr Nanos kTick = 100 * kNanosPerMilli;
constexpr Nanos kProbeInterval = 2 * kNanosPerSecond;
constexpr Nanos kFirstProbes = 100 * kNanosPerMilli;  // the first eight, until a clock is known well
constexpr Nanos kLocalPatience = 3 * kNanosPerSecond;

}  // namespace

class Coordinator::Impl final : public RunHost {
 public:
  Impl(const CoordinatorOptions& options, const Clock& clock, StoreQueue& store, ScriptInspector& inspector,
       std::function<void(std::function<void()>)> post)
      : options_(options), clock_(clock), store_(store), inspector_(inspector), post_(std::move(post)) {
    born_ = clock_.Now();
    // Runs of this node from before a restart.
    InStore([node = options_.node_id](Store& s) { return s.ReleaseLeases(node); },
            [this](const absl::Status&) { Claim(); });
  }

  // RunHost.
  Nanos Now() const override { return clock_.Now(); }
  const CoordinatorOptions& Options() const override { return options_; }
  Fleet& Runners() override { return fleet_; }
  ScriptInspector& Inspector() override { return inspector_; }
  Coordinator::Stats& Figures() override { return stats_; }
  bool LocalAllowed() const override { return Now() - born_ >= kLocalPatience && fleet_.RemoteRunners() == 0; }
  void InStore(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done) override {
    store_.Run([this, alive = std::weak_ptr<int>(alive_), post = post_, work = std::move(work),
                done = std::move(done)](Store& store) {
      absl::Status status = work(store);
      post([this, alive, done, status = std::move(status)] {
        if (alive.expired()) {
          return;
        }
        const bool failed = absl::IsUnavailable(status) || absl::IsDataLoss(status);
        stats_.store_ok = !failed;
        stats_.store_error = failed ? std::string(ToStd(status.message())) : "";
        done(status);
      });
    });
  }

  void Connected(SessionId session, std::shared_ptr<RunnerSession> link, std::string token, std::string name_space,
                 bool local) {
    Runner& runner = fleet_.Connect(session, std::move(link));
    runner.token_id = std::move(token);
    runner.token_namespace = std::move(name_space);
    runner.local = local;
    runner.last_heard = Now();
  }

  void Message(SessionId session, const v1::RunnerMessage& message) {
    Runner* runner = fleet_.Find(session);
    if (runner == nullptr) {
      ++stats_.stale_messages;
      return;
    }
    runner->last_heard = Now();
    runner->last_heard_ms = WallClockMillis();
    if (message.kind_case() == v1::RunnerMessage::kHello) {
      return OnHello(*runner, message.hello());
    }
    if (!runner->greeted) {
      return Cut(*runner, absl::InvalidArgumentError("the first message of a runner must be Hello"));
    }
    switch (message.kind_case()) {
      case v1::RunnerMessage::kHeartbeat:
        runner->heartbeat = message.heartbeat();
        runner->wall_offset_ms = message.heartbeat().wall_clock_ms() - runner->last_heard_ms;
        break;
      case v1::RunnerMessage::kTimeReply:
        runner->clock.Add(message.time_reply().probe_sent_ns(), message.time_reply().received_ns(),
                          message.time_reply().sent_ns(), Now());
        break;
      default:
        ForRun(*runner, message);
        break;
    }
  }

  void Gone(SessionId session) {
    if (const Runner* runner = fleet_.Find(session); runner != nullptr && runner->greeted && !runner->local) {
      Log(LogLevel::kInfo, "runner disconnected", {{"runner", runner->Name()}});
    }
    fleet_.Remove(session);
  }

  void DropToken(const std::string& token) {
    std::vector<SessionId> dropped;
    for (const auto& [session, runner] : fleet_.sessions()) {
      if (runner.token_id == token && !runner.local) {
        dropped.push_back(session);
      }
    }
    for (const SessionId session : dropped) {
      Cut(*fleet_.Find(session), absl::UnauthenticatedError("the token was revoked"));
    }
  }

  void Submit(v1::SubmitRequest request, const Caller& caller, std::function<void(absl::StatusOr<std::string>)> done) {
    if (request.namespace_().empty()) {
      request.set_namespace_(caller.name_space.empty() ? "default" : caller.name_space);
    }
    if (const absl::Status status = CheckSubmission(request, caller); !status.ok()) {
      return done(status);
    }
    v1::StoredRun record;
    record.set_run_id(NewRunId());
    record.set_state(v1::RUN_STATE_QUEUED);
    record.set_created_at_ms(WallClockMillis());
    RunRecord row;
    row.run_id = record.run_id();
    row.name_space = request.namespace_();
    row.request_id = request.request_id();
    row.created_at_ms = record.created_at_ms();
    *record.mutable_request() = std::move(request);
    row.data = record.SerializeAsString();
    auto known = std::make_shared<std::string>(row.run_id);
    InStore(
        [row, known](Store& store) -> absl::Status {
          const absl::Status created = store.CreateRun(row);
          if (!absl::IsAlreadyExists(created)) {
            return created;
          }
          auto found = store.FindRequest(row.request_id);
          if (!found.ok() || !found->has_value()) {
            return found.ok() ? created : found.status();
          }
          *known = **found;
          return absl::OkStatus();
        },
        [this, known, done = std::move(done)](const absl::Status& status) {
          if (!status.ok()) {
            return done(status);
          }
          more_to_claim_ = true;
          Claim();
          done(*known);
        });
  }

  absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller) {
    const auto at = runs_.find(run_id);
    if (at == runs_.end() || !MaySee(caller, at->second->record())) {
      return absl::NotFoundError(
          Concat("run ", Quoted(run_id, 80), " is not running here: it is over, still queued, or unknown"));
    }
    at->second->Stop(now);
    return absl::OkStatus();
  }

  WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done) {
    const WatchId watch = ++watches_;
    if (const auto at = runs_.find(run_id); at != runs_.end()) {
      if (!MaySee(caller, at->second->record())) {
        done(absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown")));
        return watch;
      }
      at->second->Watch(watch, after, std::move(on_event));
      return watch;
    }
    waiting_watches_[watch] = {run_id, after, caller, std::move(on_event), std::move(done)};
    LookUpWatch(watch);
    return watch;
  }

  void Unwatch(WatchId watch) {
    waiting_watches_.erase(watch);
    for (const auto& [id, run] : runs_) {
      if (run->Unwatch(watch)) {
        return;
      }
    }
  }

  void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) {
    const std::string name_space = caller.name_space.empty() ? request.namespace_() : caller.name_space;
    const uint32_t limit = request.limit() == 0 ? 50 : std::min(request.limit(), 1000u);
    auto response = std::make_shared<v1::ListRunsResponse>();
    InStore([name_space, limit, response](Store& store) { return QueryRuns(store, name_space, limit, *response); },
            [this, response, done = std::move(done)](const absl::Status& status) {
              if (!status.ok()) {
                return done(status);
              }
              for (v1::RunSummary& summary : *response->mutable_runs()) {
                if (const auto at = runs_.find(summary.run_id()); at != runs_.end()) {
                  summary = SummaryOf(at->second->record());
                }
              }
              done(*response);
            });
  }

  void GetRun(const std::string& run_id, const Caller& caller,
              std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) {
    auto response = std::make_shared<v1::GetRunResponse>();
    InStore([run_id, name_space = caller.name_space,
             response](Store& store) { return QueryRun(store, run_id, name_space, *response); },
            [response, done = std::move(done)](const absl::Status& status) {
              status.ok() ? done(*response) : done(status);
            });
  }

  v1::ListRunnersResponse ListRunners(const Caller& caller) const {
    v1::ListRunnersResponse response;
    fleet_.List(caller.name_space, Now() - options_.heartbeat_timeout, &response);
    return response;
  }

  Nanos Tick() {
    const Nanos now = Now();
    TickSessions(now);
    // A run may end within its tick: not while the map is walked.
    std::vector<std::shared_ptr<Run>> runs;
    runs.reserve(runs_.size());
    for (const auto& [id, run] : runs_) {
      runs.push_back(run);
    }
    for (const auto& run : runs) {
      run->Tick(now);
      if (run->Over()) {
        runs_.erase(run->id());
      }
    }
    if (now >= next_second_) {
      next_second_ = now + kNanosPerSecond;
      more_to_claim_ = true;
      RenewLeases();
      for (auto& [watch, waiting] : std::map<WatchId, WaitingWatch>(waiting_watches_)) {
        LookUpWatch(watch);
      }
    }
    Claim();
    return now + kTick;
  }

  void Shutdown() {
    for (auto& [session, runner] : fleet_.sessions()) {
      runner.link->Close(absl::UnavailableError("the coordinator shuts down"));
    }
    InStore([node = options_.node_id](Store& store) { return store.ReleaseLeases(node); }, [](const absl::Status&) {});
    runs_.clear();
  }

  Stats GetStats() const {
    Stats stats = stats_;
    stats.runners = fleet_.RemoteRunners();
    for (const auto& [id, run] : runs_) {
      ++(run->Waiting() ? stats.queued_runs : stats.active_runs);
    }
    return stats;
  }

 private:
  struct WaitingWatch {
    std::string run_id;
    uint64_t after = 0;
    Caller caller;
    std::function<void(const v1::RunEvent&)> on_event;
    std::function<void(absl::Status)> done;
  };

  static bool MaySee(const Caller& caller, const v1::StoredRun& record) {
    return caller.name_space.empty() || caller.name_space == record.request().namespace_();
  }

  void Cut(Runner& runner, const absl::Status& why) {
    Log(LogLevel::kWarn, "runner cut off", {{"runner", runner.Name()}, {"why", why}});
    const std::shared_ptr<RunnerSession> link = runner.link;
    fleet_.Remove(runner.session);
    link->Close(why);
  }

  void OnHello(Runner& runner, const v1::Hello& hello) {
    if (hello.protocol().major() != kProtocolMajor) {
      return Cut(runner, absl::FailedPreconditionError(Concat("the runner speaks protocol ", hello.protocol().major(),
                                                              ".", hello.protocol().minor(), ", this coordinator ",
                                                              kProtocolMajor, ".", kProtocolMinor)));
    }
    if (hello.instance_id().empty() || hello.instance_id().size() > 128 || hello.name().size() > 256 ||
        hello.held_size() > 10'000 || hello.labels_size() > 100 || hello.capabilities_size() > 100) {
      return Cut(runner, absl::InvalidArgumentError(
                             "Hello: expected an instance_id of 1 to 128 bytes, a name of at most 256 and at most 100 "
                             "labels"));
    }
    if (!hello.shared() && !runner.token_namespace.empty() && hello.namespace_() != runner.token_namespace) {
      return Cut(runner,
                 absl::PermissionDeniedError(Concat("NAMESPACE: the token is of ", Quoted(runner.token_namespace),
                                                    ", the runner says ", Quoted(hello.namespace_(), 80))));
    }
    const SessionId session = runner.session;
    const SessionId replaced = fleet_.Greet(runner, hello);
    if (Runner* old = fleet_.Find(replaced); replaced != 0 && old != nullptr) {
      Cut(*old, absl::AbortedError("the runner connected anew"));
    }
    Runner& fresh = *fleet_.Find(session);
    v1::CoordinatorMessage message;
    v1::Welcome* welcome = message.mutable_welcome();
    welcome->mutable_protocol()->set_major(kProtocolMajor);
    welcome->mutable_protocol()->set_minor(kProtocolMinor);
    welcome->set_version(options_.version);
    welcome->set_coordinator_id(options_.node_id);
    welcome->set_heartbeat_timeout_ms(static_cast<uint32_t>(options_.heartbeat_timeout / kNanosPerMilli));
    welcome->set_heartbeat_interval_ms(static_cast<uint32_t>(
        std::clamp<Nanos>(options_.heartbeat_timeout / 4, 200 * kNanosPerMilli, 5 * kNanosPerSecond) / kNanosPerMilli));
    fresh.link->Send(std::move(message));
    SendProbe(fresh);
    if (!fresh.local) {
      Log(LogLevel::kInfo, "runner connected",
          {{"runner", fresh.Name()},
           {"instance", fresh.instance()},
           {"slots", hello.slots()},
           {"version", hello.version()}});
    }
    for (const v1::HeldAssignment& held : hello.held()) {
      OnHeld(session, held);
    }
    for (const auto& [id, run] : runs_) {
      run->OnConnected(*fleet_.Find(session));
      run->OnRunnersChanged();
    }
  }

  void OnHeld(SessionId session, const v1::HeldAssignment& held) {
    const auto at = runs_.find(held.id().run_id());
    if (at != runs_.end() && !at->second->Over()) {
      at->second->OnHeld(*fleet_.Find(session), held);
      return;
    }
    auto response = std::make_shared<v1::GetRunResponse>();
    InStore([run_id = held.id().run_id(), response](Store& store) { return QueryRun(store, run_id, "", *response); },
            [this, session, held, response](const absl::Status& status) {
              Runner* runner = fleet_.Find(session);
              const bool over = absl::IsNotFound(status) || (status.ok() && response->summary().finished_at_ms() != 0);
              if (runner == nullptr || !over) {
                return;
              }
              v1::CoordinatorMessage message;
              *message.mutable_release()->mutable_id() = held.id();
              message.mutable_release()->set_reason("the run is over or unknown");
              runner->link->Send(std::move(message));
            });
  }

  static const std::string& RunIdOf(const v1::RunnerMessage& message) {
    static const std::string kNone;
    switch (message.kind_case()) {
      case v1::RunnerMessage::kOfferAnswer:
        return message.offer_answer().id().run_id();
      case v1::RunnerMessage::kArchiveRequest:
        return message.archive_request().id().run_id();
      case v1::RunnerMessage::kReady:
        return message.ready().id().run_id();
      case v1::RunnerMessage::kStarted:
        return message.started().id().run_id();
      case v1::RunnerMessage::kWindow:
        return message.window().id().run_id();
      case v1::RunnerMessage::kFinished:
        return message.finished().id().run_id();
      case v1::RunnerMessage::kConsole:
        return message.console().id().run_id();
      default:
        return kNone;
    }
  }

  void ForRun(Runner& runner, const v1::RunnerMessage& message) {
    const auto at = runs_.find(RunIdOf(message));
    if (at == runs_.end()) {
      ++stats_.stale_messages;
      return;
    }
    // What it does may end it: it stays until here.
    const std::shared_ptr<Run> run = at->second;
    run->OnMessage(runner, message);
  }

  void SendProbe(Runner& runner) {
    v1::CoordinatorMessage message;
    message.mutable_time_probe()->set_number(runner.next_probe++);
    message.mutable_time_probe()->set_sent_ns(Now());
    runner.link->Send(std::move(message));
    next_probe_[runner.session] = Now() + (runner.next_probe <= 8 ? kFirstProbes : kProbeInterval);
  }

  void TickSessions(Nanos now) {
    std::vector<SessionId> mute;
    for (auto& [session, runner] : fleet_.sessions()) {
      if (!runner.greeted) {
        continue;  // the adapter gives it ten seconds
      }
      if (now >= next_probe_[session]) {
        SendProbe(runner);
      }
      // A half-open connection: the runner, if it lives, connects anew.
      if (!runner.local && now - runner.last_heard > 2 * options_.heartbeat_timeout) {
        mute.push_back(session);
      }
    }
    for (const SessionId session : mute) {
      Cut(*fleet_.Find(session), absl::DeadlineExceededError("not heard for twice the heartbeat timeout"));
    }
    if (next_probe_.size() > 2 * fleet_.sessions().size() + 16) {
      std::erase_if(next_probe_, [this](const auto& entry) { return fleet_.Find(entry.first) == nullptr; });
    }
  }

  void Claim() {
    const auto waiting = static_cast<size_t>(
        std::count_if(runs_.begin(), runs_.end(), [](const auto& entry) { return entry.second->Waiting(); }));
    if (claiming_ || !more_to_claim_ || waiting >= kMaxWaiting) {
      return;
    }
    claiming_ = true;
    const auto limit = static_cast<uint32_t>(kMaxWaiting - waiting);
    auto claimed = std::make_shared<std::vector<std::pair<RunRecord, Owner>>>();
    InStore(
        [node = options_.node_id, lease = options_.owner_lease, limit, claimed](Store& store) -> absl::Status {
          auto found = store.ClaimRuns(node, lease / kNanosPerMilli, limit);
          if (found.ok()) {
            *claimed = *std::move(found);
          }
          return found.status();
        },
        [this, claimed, limit](const absl::Status& status) {
          claiming_ = false;
          more_to_claim_ = status.ok() && claimed->size() == limit;
          for (auto& [row, owner] : *claimed) {
            Own(row, owner);
          }
        });
  }

  void Own(const RunRecord& row, const Owner& owner) {
    v1::StoredRun record;
    if (!record.ParseFromString(row.data)) {
      Log(LogLevel::kError, "a stored run cannot be read", {{"run", row.run_id}});
      return;
    }
    if (const auto at = runs_.find(row.run_id); at != runs_.end()) {
      at->second->Disown();
    }
    const auto run = std::make_shared<Run>(this, std::move(record), owner);
    runs_[row.run_id] = run;
    run->Begin();
    for (auto at = waiting_watches_.begin(); at != waiting_watches_.end();) {
      if (at->second.run_id == row.run_id) {
        run->Watch(at->first, at->second.after, std::move(at->second.on_event));
        at = waiting_watches_.erase(at);
      } else {
        ++at;
      }
    }
  }

  void RenewLeases() {
    if (runs_.empty() || Now() < next_renewal_) {
      return;
    }
    next_renewal_ = Now() + options_.owner_lease / 4;
    auto owned = std::make_shared<std::vector<std::string>>();
    auto asked = std::make_shared<std::vector<std::shared_ptr<Run>>>();
    for (const auto& [id, run] : runs_) {
      asked->push_back(run);
    }
    InStore(
        [node = options_.node_id, lease = options_.owner_lease, owned](Store& store) -> absl::Status {
          auto renewed = store.RenewLeases(node, lease / kNanosPerMilli);
          if (renewed.ok()) {
            *owned = *std::move(renewed);
            std::sort(owned->begin(), owned->end());
          }
          return renewed.status();
        },
        [this, owned, asked](const absl::Status& status) {
          if (!status.ok()) {
            return;
          }
          for (const auto& run : *asked) {
            const auto at = runs_.find(run->id());
            if (at != runs_.end() && at->second == run && !run->Over() && run->record().finished_at_ms() == 0 &&
                !std::binary_search(owned->begin(), owned->end(), run->id())) {
              run->Disown();
            }
          }
        });
  }

  // A watcher of a run that is not in memory: over, or waiting in the store for its turn or its owner.
  void LookUpWatch(WatchId watch) {
    const auto at = waiting_watches_.find(watch);
    if (at == waiting_watches_.end()) {
      return;
    }
    auto response = std::make_shared<v1::GetRunResponse>();
    auto record = std::make_shared<v1::StoredRun>();
    InStore([run_id = at->second.run_id, name_space = at->second.caller.name_space, response,
             record](Store& store) { return QueryRun(store, run_id, name_space, *response, record.get()); },
            [this, watch, response, record](const absl::Status& status) {
              const auto found = waiting_watches_.find(watch);
              if (found == waiting_watches_.end()) {
                return;
              }
              if (absl::IsNotFound(status)) {
                const auto done = std::move(found->second.done);
                waiting_watches_.erase(found);
                return done(status);
              }
              if (!status.ok() || response->summary().finished_at_ms() == 0) {
                return;  // asked again in a second
              }
              const auto on_event = std::move(found->second.on_event);
              waiting_watches_.erase(found);
              on_event(FinalEvent(*record, response->has_report() ? &response->report() : nullptr));
            });
  }

  const CoordinatorOptions options_;
  const Clock& clock_;
  StoreQueue& store_;
  ScriptInspector& inspector_;
  const std::function<void(std::function<void()>)> post_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  Nanos born_ = 0;
  Fleet fleet_;
  std::map<SessionId, Nanos> next_probe_;
  std::map<std::string, std::shared_ptr<Run>> runs_;
  std::map<WatchId, WaitingWatch> waiting_watches_;
  WatchId watches_ = 0;
  bool claiming_ = false;
  bool more_to_claim_ = true;
  Nanos next_second_ = 0;
  Nanos next_renewal_ = 0;
  Stats stats_;
};

Coordinator::Coordinator(const CoordinatorOptions& options, const Clock& clock, StoreQueue& store,
                         ScriptInspector& inspector, std::function<void(std::function<void()>)> post)
    : impl_(std::make_unique<Impl>(options, clock, store, inspector, std::move(post))) {}
Coordinator::~Coordinator() = default;

void Coordinator::OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string token_id,
                                    std::string name_space, bool local) {
  impl_->Connected(session, std::move(runner), std::move(token_id), std::move(name_space), local);
}
void Coordinator::OnRunnerMessage(SessionId session, const v1::RunnerMessage& message) {
  impl_->Message(session, message);
}
void Coordinator::OnRunnerGone(SessionId session) { impl_->Gone(session); }
void Coordinator::DropToken(const std::string& token_id) { impl_->DropToken(token_id); }
void Coordinator::Submit(v1::SubmitRequest request, const Caller& caller,
                         std::function<void(absl::StatusOr<std::string>)> done) {
  impl_->Submit(std::move(request), caller, std::move(done));
}
absl::Status Coordinator::StopRun(const std::string& run_id, bool now, const Caller& caller) {
  return impl_->StopRun(run_id, now, caller);
}
WatchId Coordinator::Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                           std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done) {
  return impl_->Watch(run_id, after, caller, std::move(on_event), std::move(done));
}
void Coordinator::Unwatch(WatchId watch) { impl_->Unwatch(watch); }
void Coordinator::ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                           std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) {
  impl_->ListRuns(request, caller, std::move(done));
}
void Coordinator::GetRun(const std::string& run_id, const Caller& caller,
                         std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) {
  impl_->GetRun(run_id, caller, std::move(done));
}
v1::ListRunnersResponse Coordinator::ListRunners(const Caller& caller) const { return impl_->ListRunners(caller); }
Nanos Coordinator::Tick() { return impl_->Tick(); }
void Coordinator::Shutdown() { impl_->Shutdown(); }
Coordinator::Stats Coordinator::GetStats() const { return impl_->GetStats(); }

}  // namespace mockarty

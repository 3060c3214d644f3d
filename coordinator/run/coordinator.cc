#include "coordinator/run/coordinator.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "coordinator/run/coordinator_impl.h"
#include "coordinator/run/run_query.h"
#include "coordinator/run/submission.h"

namespace mockarty {

Coordinator::Impl::Impl(const CoordinatorOptions& options, const Clock& clock, StoreQueue& store,
                        ScriptInspector& inspector, std::function<void(std::function<void()>)> post)
    : options_(options), clock_(clock), store_(store), inspector_(inspector), post_(std::move(post)) {
  born_ = clock_.Now();
  *renewed_at_ = born_;
  ReleaseOwn();
}

void Coordinator::Impl::InStore(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done,
                                size_t bytes) {
  auto answer = [this, alive = std::weak_ptr<int>(alive_), post = post_,
                 done = std::move(done)](const absl::Status& status) {
    post([this, alive, done, status] {
      if (alive.expired()) {
        return;
      }
      // What only reads succeeds on a disk that cannot be written: CheckStore() finds out when all is well again.
      if (absl::IsUnavailable(status) || absl::IsDataLoss(status)) {
        stats_.store_ok = false;
        stats_.store_error = ToStd(status.message());
      }
      done(status);
    });
  };
  store_.Run(std::move(work), std::move(answer), bytes);
}

void Coordinator::Impl::Submit(v1::SubmitRequest request, const Caller& caller,
                               std::function<void(absl::StatusOr<std::string>)> done) {
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
  const size_t bytes = row.data.size();
  InStore(
      [row, known](Store& store) -> absl::Status {
        absl::Status created = store.CreateRun(row);
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
        if (absl::IsUnavailable(status) || absl::IsDataLoss(status)) {
          return done(absl::FailedPreconditionError(Concat("the run cannot be stored: ", ToStd(status.message()))));
        }
        if (!status.ok()) {
          return done(status);
        }
        more_to_claim_ = true;
        Claim();
        done(*known);
      },
      bytes);
}

absl::Status Coordinator::Impl::StopRun(const std::string& run_id, bool now, const Caller& caller) {
  const auto at = runs_.find(run_id);
  if (at == runs_.end() || !MaySee(caller, at->second->record())) {
    return absl::NotFoundError(
        Concat("run ", Quoted(run_id, 80), " is not running here: it is over, still queued, or unknown"));
  }
  at->second->Stop(now);
  return absl::OkStatus();
}

WatchId Coordinator::Impl::Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                                 std::function<void(const v1::RunEvent&)> on_event,
                                 std::function<void(absl::Status)> done) {
  const WatchId watch = ++watches_;
  if (const auto at = runs_.find(run_id); at != runs_.end()) {
    if (!MaySee(caller, at->second->record())) {
      done(absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown")));
      return watch;
    }
    at->second->Watch(watch, after, std::move(on_event), std::move(done));
    return watch;
  }
  waiting_watches_[watch] = {run_id, after, caller, std::move(on_event), std::move(done)};
  LookUpWatch(watch);
  return watch;
}

void Coordinator::Impl::Unwatch(WatchId watch) {
  waiting_watches_.erase(watch);
  for (const auto& [id, run] : runs_) {
    if (run->Unwatch(watch)) {
      return;
    }
  }
}

void Coordinator::Impl::ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
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

void Coordinator::Impl::GetRun(const std::string& run_id, const Caller& caller,
                               std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) {
  auto response = std::make_shared<v1::GetRunResponse>();
  InStore(
      [run_id, name_space = caller.name_space, response](Store& store) {
        return QueryRun(store, run_id, name_space, *response);
      },
      [response, done = std::move(done)](const absl::Status& status) { status.ok() ? done(*response) : done(status); });
}

v1::ListRunnersResponse Coordinator::Impl::ListRunners(const Caller& caller) const {
  v1::ListRunnersResponse response;
  fleet_.List(caller.name_space, Now() - options_.heartbeat_timeout, &response);
  return response;
}

Coordinator::Stats Coordinator::Impl::GetStats() const {
  Stats stats = stats_;
  stats.runners = fleet_.RemoteRunners();
  for (const auto& [id, run] : runs_) {
    ++(run->Waiting() ? stats.queued_runs : stats.active_runs);
  }
  return stats;
}

bool Coordinator::Impl::MaySee(const Caller& caller, const v1::StoredRun& record) {
  return caller.name_space.empty() || caller.name_space == record.request().namespace_();
}

void Coordinator::Impl::LookUpWatch(WatchId watch) {
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

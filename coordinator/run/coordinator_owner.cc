#include <algorithm>
#include <utility>

#include "common/log/log.h"
#include "coordinator/run/coordinator_impl.h"

namespace mockarty {
namespace {

// Runs that wait for runners in memory; the others wait in the store.
constexpr size_t kMaxWaiting = 256;
constexpr Nanos kTick = 100 * kNanosPerMilli;

}  // namespace

// Runs of this node from before a restart have no owner. Before that is stored nothing is claimed: done later, it would
// give up what was claimed since.
void Coordinator::Impl::ReleaseOwn() {
  releasing_ = true;
  InStore([node = options_.node_id](Store& store) { return store.ReleaseLeases(node); },
          [this](const absl::Status& status) {
            releasing_ = false;
            released_ = status.ok();
            if (!status.ok()) {
              if (!std::exchange(release_failing_, true)) {
                Log(LogLevel::kWarn, "runs of before the restart are not taken up yet", {{"why", status}});
              }
              return;
            }
            Claim();
          });
}

Nanos Coordinator::Impl::Tick() {
  const Nanos now = Now();
  if (ended_) {
    return now + kTick;
  }
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
    if (!released_ && !releasing_) {
      ReleaseOwn();
    }
    RenewLeases();
    CheckStore();
    for (auto& [watch, waiting] : std::map<WatchId, WaitingWatch>(waiting_watches_)) {
      LookUpWatch(watch);
    }
  }
  Claim();
  return now + kTick;
}

// After a failure, once a second.
void Coordinator::Impl::CheckStore() {
  if (stats_.store_ok || std::exchange(checking_store_, true)) {
    return;
  }
  InStore([](Store& store) { return store.CheckWritable(); },
          [this](const absl::Status& status) {
            checking_store_ = false;
            if (status.ok()) {
              stats_.store_ok = true;
              stats_.store_error.clear();
            }
          });
}

void Coordinator::Impl::Shutdown() {
  ended_ = true;
  const absl::Status why = absl::UnavailableError("the coordinator shuts down");
  for (const auto& [id, run] : std::exchange(runs_, {})) {
    run->Disown(why);
  }
  for (const auto& [watch, waiting] : std::exchange(waiting_watches_, {})) {
    waiting.done(why);
  }
  for (auto& [session, runner] : fleet_.sessions()) {
    runner.link->Close(why);
  }
  InStore([node = options_.node_id](Store& store) { return store.ReleaseLeases(node); }, [](const absl::Status&) {});
}

void Coordinator::Impl::Claim() {
  const auto waiting = static_cast<size_t>(
      std::count_if(runs_.begin(), runs_.end(), [](const auto& entry) { return entry.second->Waiting(); }));
  if (ended_ || !released_ || claiming_ || !more_to_claim_ || waiting >= kMaxWaiting) {
    return;
  }
  claiming_ = true;
  const auto limit = static_cast<uint32_t>(kMaxWaiting - waiting);
  auto claimed = std::make_shared<std::vector<std::pair<RunRecord, Owner>>>();
  auto prolonged = std::make_shared<Nanos>(0);
  std::vector<std::string> own;
  own.reserve(runs_.size());
  for (const auto& [id, run] : runs_) {
    own.push_back(id);
  }
  InStore(
      [node = options_.node_id, lease = options_.owner_lease, limit, claimed, prolonged, own = std::move(own),
       &clock = clock_, renewed_at = renewed_at_](Store& store) -> absl::Status {
        // After a store that stalled the own leases may be over too: runs that are on must not be claimed anew.
        if (clock.Now() - *renewed_at > lease / 2) {
          *prolonged = clock.Now();
          if (const auto renewed = store.RenewLeases(node, own, lease / kNanosPerMilli); !renewed.ok()) {
            return renewed.status();
          }
        }
        auto found = store.ClaimRuns(node, lease / kNanosPerMilli, limit);
        if (!found.ok()) {
          return found.status();
        }
        *claimed = *std::move(found);
        return absl::OkStatus();
      },
      [this, claimed, prolonged, limit](const absl::Status& status) {
        claiming_ = false;
        more_to_claim_ = status.ok() && claimed->size() == limit;
        if (!status.ok()) {
          return;  // nothing of it was stored
        }
        *renewed_at_ = std::max<Nanos>(*renewed_at_, *prolonged);
        for (auto& [row, owner] : *claimed) {
          Own(row, owner);
        }
      });
}

void Coordinator::Impl::Own(const RunRecord& row, const Owner& owner) {
  v1::StoredRun record;
  if (!record.ParseFromString(row.data)) {
    Log(LogLevel::kError, "a stored run cannot be read", {{"run", row.run_id}});
    return;
  }
  if (const auto at = runs_.find(row.run_id); at != runs_.end()) {
    at->second->Disown(absl::UnavailableError("the run was claimed anew"));
  }
  CutImpostors(record);
  const auto run = std::make_shared<Run>(this, std::move(record), owner);
  runs_[row.run_id] = run;
  run->Begin();
  for (auto at = waiting_watches_.begin(); at != waiting_watches_.end();) {
    if (at->second.run_id == row.run_id) {
      run->Watch(at->first, at->second.after, std::move(at->second.on_event), std::move(at->second.done));
      at = waiting_watches_.erase(at);
    } else {
      ++at;
    }
  }
}

void Coordinator::Impl::RenewLeases() {
  if (runs_.empty() || Now() < next_renewal_) {
    return;
  }
  next_renewal_ = Now() + options_.owner_lease / 4;
  auto owned = std::make_shared<std::vector<std::string>>();
  auto asked = std::make_shared<std::vector<std::shared_ptr<Run>>>();
  auto prolonged = std::make_shared<Nanos>(0);
  std::vector<std::string> own;
  own.reserve(runs_.size());
  for (const auto& [id, run] : runs_) {
    asked->push_back(run);
    own.push_back(id);
  }
  InStore(
      [node = options_.node_id, lease = options_.owner_lease, owned, prolonged, own = std::move(own),
       &clock = clock_](Store& store) -> absl::Status {
        *prolonged = clock.Now();
        auto renewed = store.RenewLeases(node, own, lease / kNanosPerMilli);
        if (!renewed.ok()) {
          return renewed.status();
        }
        *owned = *std::move(renewed);
        std::sort(owned->begin(), owned->end());
        return absl::OkStatus();
      },
      [this, owned, asked, prolonged](const absl::Status& status) {
        if (!status.ok()) {
          return;
        }
        *renewed_at_ = std::max<Nanos>(*renewed_at_, *prolonged);
        for (const auto& run : *asked) {
          const auto at = runs_.find(run->id());
          if (at != runs_.end() && at->second == run && !run->Over() && run->record().finished_at_ms() == 0 &&
              !std::binary_search(owned->begin(), owned->end(), run->id())) {
            run->Disown(Run::NotOurs());
          }
        }
      });
}

}  // namespace mockarty

// What was measured, until it is stored: the journal, snapshots, and what runners are told of both.
#include <set>
#include <utility>

#include "common/base/concat.h"
#include "common/log/log.h"
#include "coordinator/run/fill_ranges.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

constexpr uint64_t kSnapshotWindows = 64;

}  // namespace

void Run::Acknowledge(Assignment& assignment) {
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_window_ack()->mutable_id());
  FillTaken(assignment.in_store.ranges(), message.mutable_window_ack());
  if (journal_failing_) {
    FillMerged(measured_->Taken(assignment.number()), message.mutable_window_ack());
  }
  Send(assignment, std::move(message));
}

// One transaction at a time: what arrives meanwhile waits for the next.
void Run::FlushJournal() {
  if (journal_.empty() || journal_in_flight_ || (journal_failing_ && host_.Now() < next_second_ - kNanosPerSecond)) {
    return;
  }
  journal_in_flight_ = true;
  auto batch = std::make_shared<std::vector<WindowRecord>>(std::move(journal_));
  journal_.clear();
  host_.InStore([batch, owner = owner_](Store& store) { return store.AppendWindows(*batch, owner); },
                [self = weak_from_this(), batch](const absl::Status& status) {
                  const auto run = self.lock();
                  if (run == nullptr) {
                    return;
                  }
                  run->journal_in_flight_ = false;
                  if (absl::IsAborted(status)) {
                    if (run->stage_ != Stage::kFinishing) {
                      run->Disown(NotOurs());
                    }
                    return;
                  }
                  if (!status.ok()) {
                    if (!run->journal_failing_) {
                      run->Say(Concat("the store does not take measurements now; the run goes on and they are kept: ",
                                      ToStd(status.message())));
                      Log(LogLevel::kError, "journal not written", {{"run", run->id()}, {"why", status}});
                    }
                    run->journal_failing_ = true;
                    batch->insert(batch->end(), std::make_move_iterator(run->journal_.begin()),
                                  std::make_move_iterator(run->journal_.end()));
                    run->journal_ = std::move(*batch);
                    return;
                  }
                  if (run->journal_failing_) {
                    run->journal_failing_ = false;
                    run->Say("the store takes measurements again");
                  }
                  run->journaled_ += batch->size();
                  std::set<uint32_t> touched;
                  for (const WindowRecord& record : *batch) {
                    run->journal_bytes_ -= record.data.size();
                    if (Assignment* assignment = run->Find(record.assignment); assignment != nullptr) {
                      assignment->in_store.Add(record.first_seq, record.last_seq);
                      touched.insert(record.assignment);
                    }
                  }
                  for (const uint32_t number : touched) {
                    run->Acknowledge(*run->Find(number));
                  }
                  if (std::exchange(run->passed_over_, false)) {
                    run->ResumeAll();
                  }
                  run->FlushJournal();
                });
}

void Run::SaveSnapshot(Nanos now) {
  next_snapshot_ = now + kNanosPerSecond;
  // It covers what is merged, so all of that must be journaled or acknowledged by it: nothing may wait.
  if (journaled_ < kSnapshotWindows || journal_in_flight_ || !journal_.empty()) {
    return;
  }
  next_snapshot_ = now + kSnapshotInterval;
  v1::StoredSnapshot snapshot;
  measured_->Save(&snapshot);
  journaled_ = 0;
  host_.InStore(
      [run_id = id(), data = snapshot.SerializeAsString(), owner = owner_](Store& store) {
        return store.PutSnapshot(run_id, data, owner);
      },
      [self = weak_from_this()](const absl::Status& status) {
        const auto run = self.lock();
        if (run != nullptr && !status.ok()) {
          Log(LogLevel::kWarn, "snapshot not stored; the journal keeps all", {{"run", run->id()}, {"why", status}});
        }
      });
}

}  // namespace mockarty

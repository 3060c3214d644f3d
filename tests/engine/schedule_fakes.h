// A world of fake VUs for the tests of the scheduler: time moves from event to event, nothing sleeps.
#ifndef TESTS_ENGINE_SCHEDULE_FAKES_H_
#define TESTS_ENGINE_SCHEDULE_FAKES_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "common/plan/segment.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/schedule/executor_factory.h"
#include "engine/schedule/vu_shard.h"
#include "engine/vu/vu.h"
#include "gtest/gtest.h"

namespace mockarty {

inline constexpr Nanos kSec = kNanosPerSecond;

class ScheduleWorld;

// The shard of a plan whose executor says how many VUs run.
inline std::unique_ptr<VuShard> MakeShard(const TestPlan& plan, const Segment& segment) {
  const ScenarioPart part(segment, MaxVus(plan));
  auto shard = MakeExecutorShard(plan.scenarios.front(), part, nullptr);
  return std::unique_ptr<VuShard>(dynamic_cast<VuShard*>(shard.release()));
}

class FakeVu final : public Vu {
 public:
  FakeVu(ScheduleWorld* world, uint32_t index) : world_(world), index_(index) {}

  void Start() override {
    EXPECT_FALSE(running_) << "VU " << index_ << " started twice";
    running_ = true;
    told_ = false;
    asks_ = true;
    ++starts;
  }
  void RequestStop() override {
    EXPECT_TRUE(running_);
    told_ = true;
    ++stop_requests;
  }
  void Interrupt() override;
  bool Running() const override { return running_; }

  bool RunningUnasked() const { return running_ && !told_; }
  // One step at `now`: asks for an iteration, or ends the one that is over. False when there was nothing to do.
  bool Step(Nanos now);
  Nanos NextInstant() const { return running_ && !asks_ ? iteration_end_ : kNever; }

  std::vector<Iteration> granted;
  uint64_t requests = 1;  // of an iteration
  int starts = 0;
  int stop_requests = 0;
  int iterations = 0;
  std::vector<Nanos> interrupted_at;
  Nanos last_iteration_start = -1;
  bool dies = false;        // becomes idle of its own accord at the end of its iteration
  bool obeys_stop = false;  // does not even ask once it was told to stop

 private:
  void BecomeIdle();

  ScheduleWorld* world_;
  uint32_t index_;
  bool running_ = false;
  bool told_ = false;
  bool asks_ = false;
  Nanos iteration_end_ = kNever;
};

class ScheduleWorld {
 public:
  using IterationLength = std::function<Nanos(uint32_t vu)>;

  ScheduleWorld(const TestPlan& plan, uint32_t workers, IterationLength length, Nanos start = 0)
      : ScheduleWorld(plan, EqualParts(workers), std::move(length), start, start) {}

  // Shards of any parts that are the whole together; the run started at `start`, and it is `now`.
  // `done`: iterations that were run before, by other processes.
  ScheduleWorld(const TestPlan& plan, const std::vector<Segment>& parts, IterationLength length, Nanos start, Nanos now,
                uint64_t done = 0)
      : length_(std::move(length)), now_(now) {
    const Scenario& scenario = plan.scenarios.front();
    pool_ = MakeIterationPool(scenario, ScenarioPart(Segment(), MaxVus(plan)), done);
    for (uint32_t i = 0; i < MaxVus(plan); ++i) vus_.push_back(std::make_unique<FakeVu>(this, i));
    homes_.resize(vus_.size());
    for (const Segment& segment : parts) {
      const ScenarioPart part(segment, MaxVus(plan));
      shards_.push_back(MakeExecutorShard(scenario, part, pool_.get()));
      attached_.push_back(0);
      for (uint32_t place = 0; place < part.own(); ++place) {
        const uint64_t index = part.Index(place);
        EXPECT_EQ(homes_[index].shard, nullptr) << "VU " << index << " is in two parts";
        homes_[index] = {shards_.back().get(), place};
      }
    }
    AttachWanted();
    for (auto& shard : shards_) shard->Begin(start, now > start ? now : 0);
  }

  static std::vector<Segment> EqualParts(uint32_t count) {
    std::vector<Segment> parts;
    for (uint32_t i = 0; i < count; ++i) parts.push_back(Segment().Divide(count, i));
    return parts;
  }

  // Lets all happen that happens up to and at `until`.
  void RunUntil(Nanos until) {
    for (;;) {
      Settle();
      Nanos next = NextInstant();
      if (next > until) break;
      ASSERT_GT(next, now_) << "time stands still";
      now_ = next;
    }
    now_ = until;
    Settle();
  }

  // Until every shard is done; the instant at which that was.
  Nanos RunToEnd() {
    for (int step = 0; step < 10'000'000; ++step) {
      Settle();
      if (Done()) return now_;
      Nanos next = NextInstant();
      if (next == kNever) break;
      now_ = next;
    }
    ADD_FAILURE() << "the run does not end";
    return now_;
  }

  bool Done() const {
    return std::all_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->Done(); });
  }
  uint32_t Wanted() const {
    uint32_t sum = 0;
    for (const auto& shard : shards_) sum += dynamic_cast<const VuShard&>(*shard).WantedVus();
    return sum;
  }
  uint32_t Active() const {
    uint32_t sum = 0;
    for (const auto& shard : shards_) sum += shard->ActiveVus();
    return sum;
  }
  uint32_t RunningUnasked() const {
    return static_cast<uint32_t>(
        std::count_if(vus_.begin(), vus_.end(), [](const auto& vu) { return vu->RunningUnasked(); }));
  }
  uint64_t Dropped() const { return dropped_; }
  uint32_t Attached() const { return std::accumulate(attached_.begin(), attached_.end(), 0u); }
  // When iterations began and were due, in the order of their beginning.
  std::vector<Nanos> Dues() const {
    std::vector<Nanos> dues;
    for (const auto& vu : vus_) {
      for (const Iteration& iteration : vu->granted) dues.push_back(iteration.due);
    }
    std::sort(dues.begin(), dues.end());
    return dues;
  }
  std::vector<uint64_t> NumbersInTest() const {
    std::vector<uint64_t> numbers;
    for (size_t i = 0; i < vus_.size(); ++i) {
      for (const Iteration& iteration : vus_[i]->granted) {
        numbers.push_back(homes_[i].shard->IterationInTest(iteration.own));
      }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }
  int Iterations() const {
    int sum = 0;
    for (const auto& vu : vus_) sum += vu->iterations;
    return sum;
  }
  void StopAll() {
    for (auto& shard : shards_) shard->Stop(now_);
  }
  void StopAllNow() {
    for (auto& shard : shards_) shard->StopNow();
  }

  FakeVu& vu(size_t index) { return *vus_[index]; }
  size_t size() const { return vus_.size(); }
  ExecutorShard& shard(uint32_t vu_index) { return *homes_[vu_index].shard; }
  uint32_t place(uint32_t vu_index) const { return homes_[vu_index].place; }
  Nanos now() const { return now_; }
  Nanos Length(uint32_t vu_index) const { return length_(vu_index); }

 private:
  // Repeats until nothing more happens at this instant.
  void Settle() {
    for (int round = 0; round < 1000; ++round) {
      bool busy = false;
      for (auto& shard : shards_) {
        if (shard->NextEvent() <= now_) busy = true;
        shard->Advance(now_);
        dropped_ += shard->TakeDropped();
      }
      busy = AttachWanted() || busy;
      for (auto& vu : vus_) busy = vu->Step(now_) || busy;
      if (!busy) return;
    }
    FAIL() << "the schedule does not settle at " << now_;
  }
  // The VUs that a rate wants more while it runs are there at once.
  bool AttachWanted() {
    bool any = false;
    for (size_t i = 0; i < shards_.size(); ++i) {
      while (attached_[i] < shards_[i]->VusToMake()) {
        shards_[i]->Attach(attached_[i], vus_[shards_[i]->part().Index(attached_[i])].get());
        ++attached_[i];
        any = true;
      }
    }
    return any;
  }
  Nanos NextInstant() const {
    Nanos next = kNever;
    for (const auto& shard : shards_) next = std::min(next, shard->NextEvent());
    for (const auto& vu : vus_) next = std::min(next, vu->NextInstant());
    return next;
  }

  struct Home {
    ExecutorShard* shard = nullptr;
    uint32_t place = 0;
  };

  std::vector<Home> homes_;         // by index in the run
  std::vector<uint32_t> attached_;  // VUs of each shard
  uint64_t dropped_ = 0;
  IterationLength length_;
  std::unique_ptr<IterationPool> pool_;
  std::vector<std::unique_ptr<FakeVu>> vus_;
  std::vector<std::unique_ptr<ExecutorShard>> shards_;
  Nanos now_;
};

inline void FakeVu::Interrupt() {
  EXPECT_TRUE(running_);
  interrupted_at.push_back(world_->now());
  told_ = true;
  iteration_end_ = world_->now();
}

inline void FakeVu::BecomeIdle() {
  running_ = false;
  asks_ = false;
  world_->shard(index_).OnVuIdle(world_->place(index_));
}

inline bool FakeVu::Step(Nanos now) {
  if (!running_) return false;
  if (asks_) {
    asks_ = false;
    Iteration iteration;
    if (!world_->shard(index_).TakeIteration(world_->place(index_), now, &iteration)) {
      BecomeIdle();
      return true;
    }
    told_ = false;  // granted after all
    granted.push_back(iteration);
    ++iterations;
    last_iteration_start = now;
    iteration_end_ = now + world_->Length(index_);
    return true;
  }
  if (iteration_end_ > now) return false;
  world_->shard(index_).OnIterationEnd(world_->place(index_), requests);
  if (dies || (obeys_stop && told_)) {
    BecomeIdle();
  } else {
    asks_ = true;
  }
  return true;
}

}  // namespace mockarty

#endif  // TESTS_ENGINE_SCHEDULE_FAKES_H_

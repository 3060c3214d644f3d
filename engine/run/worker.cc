#include "engine/run/worker.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "engine/vu/execution.h"

namespace mockarty {
namespace {

constexpr Nanos kWindow = kNanosPerSecond;
// From here on the virtual users' memory (some 25 KiB each) does not stay in a core's own caches between turns.
constexpr uint32_t kFetchAheadVus = 100;
// So many init stages of a worker may wait (for timers, by a top-level `await`) at once: what they compute afterwards
// shares one core, and each has 60 s.
constexpr size_t kMaxMaking = 32;

// The first end of a window after `now` when one lies at `due`: all workers of a run end theirs at its whole seconds.
Nanos NextWindow(Nanos due, Nanos now) { return due + ((now - due) / kWindow + 1) * kWindow; }

}  // namespace

absl::StatusOr<std::unique_ptr<Worker>> Worker::Create(const WorkerOptions& options,
                                                       std::vector<WorkerScenario> scenarios, WorkerEvents events) {
  auto loop = Loop::Create();
  if (!loop.ok()) {
    return loop.status();
  }
  return std::unique_ptr<Worker>(new Worker(options, std::move(scenarios), std::move(events), std::move(*loop)));
}

Worker::Worker(const WorkerOptions& options, std::vector<WorkerScenario> scenarios, WorkerEvents events,
               std::unique_ptr<Loop> loop)
    : options_(options),
      events_(std::move(events)),
      loop_(std::move(loop)),
      // Firing is all it is for: the turn hook does the rest.
      executor_timer_(
          loop_.get(), [](Timer&, void*) {}, nullptr),
      flush_timer_(loop_.get(), &Worker::OnFlushTimer, this) {
  for (WorkerScenario& scenario : scenarios) {
    Lane& lane = lanes_.emplace_back();
    lane.config = scenario.config;
    lane.shard = std::move(scenario.shard);
    lane.scenario.process_part = std::move(scenario.process_part);
  }
}

Worker::~Worker() {
  Abandon();
  Join();
}

void Worker::Launch() {
  thread_ = std::thread([this] { Run(); });
}

void Worker::Join() {
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Worker::Begin(Nanos start, Nanos joined) {
  loop_->Post([this, start, joined] {
    if (quitting_) {
      return;
    }
    begun_ = true;
    start_ = start;
    const Nanos now = std::max(start, MonotonicNow());
    collector_->Restart(now);  // what the init stage counted is none of the run's
    for (Lane& lane : lanes_) {
      lane.shard->Begin(start + lane.config->start_time, joined);
    }
    flush_timer_.Arm(NextWindow(start, now));
  });
}

void Worker::Stop() {
  loop_->Post([this] {
    if (begun_) {
      for (Lane& lane : lanes_) {
        lane.shard->Stop(MonotonicNow());
      }
    } else {
      QuitVus();
    }
  });
}

void Worker::StopNow() {
  loop_->Post([this] {
    if (begun_) {
      for (Lane& lane : lanes_) {
        lane.shard->StopNow();
      }
    } else {
      QuitVus();
    }
  });
}

void Worker::Abandon() {
  loop_->Post([this] {
    if (!begun_ || done_) {
      QuitVus();
    } else {
      for (Lane& lane : lanes_) {
        lane.shard->StopNow();  // OnTurn quits when all are idle
      }
    }
  });
}

void Worker::Run() {
  collector_ = std::make_unique<Collector>(options_.settings->registry, options_.collector);
  shared_.loop = loop_.get();
  shared_.program = options_.program;
  shared_.environment = options_.environment;
  shared_.settings = options_.settings;
  shared_.collector = collector_.get();
  shared_.http_transport = options_.http_transport;
  shared_.counters = options_.counters;
  shared_.on_script_error = events_.on_script_error;
  loop_->SetTurnHook([this] { OnTurn(); });
  uint32_t vus = 0;
  for (Lane& lane : lanes_) {
    lane.scenario.config = lane.config;
    lane.scenario.source = lane.shard.get();
    lane.scenario.tags = TagsOf(*lane.config);
    lane.vus.reserve(lane.shard->part().own());
    vus += lane.shard->VusToMake();
  }
  shared_.fetch_ahead = vus >= kFetchAheadVus;
  loop_->Post([this] { PrepareNext(); });
  loop_->Run();
  flush_timer_.Cancel();
  executor_timer_.Cancel();
  for (Lane& lane : lanes_) {
    lane.vus.clear();
  }
}

TagSetId Worker::TagsOf(const Scenario& scenario) {
  std::map<std::string_view, std::string_view> merged;
  for (const auto* tags : {&options_.settings->tags, &scenario.tags}) {
    for (const auto& [key, value] : *tags) {
      merged[key] = value;
    }
  }
  if (options_.tag_scenarios) {
    merged["scenario"] = scenario.name;
  }
  std::vector<TagView> tags;
  tags.reserve(merged.size());
  for (const auto& [key, value] : merged) {
    tags.push_back({key, value});
  }
  return collector_->Tags(tags);
}

Worker::Lane* Worker::NextToMake() {
  for (Lane& lane : lanes_) {
    if (lane.vus.size() < lane.shard->VusToMake() && lane.end == SIZE_MAX) {
      return &lane;
    }
  }
  return nullptr;
}

// Whether no init stage that is under way computes: then the next one may begin beside them.
bool Worker::AllWaiting() const {
  return making_.size() < kMaxMaking &&
         std::all_of(making_.begin(), making_.end(), [](const ScriptVu* vu) { return vu->Waiting(); });
}

void Worker::PrepareNext() {
  if (quitting_ || !AllWaiting()) {
    return;
  }
  Lane* lane = NextToMake();
  if (lane == nullptr) {
    if (making_.empty() && !failed_ && !std::exchange(ready_, true)) {
      events_.on_ready(absl::OkStatus());
    }
    return;
  }
  const size_t place = lane->vus.size();
  const auto index = static_cast<uint32_t>(lane->shard->part().RunIndex(static_cast<uint32_t>(place)));
  auto vu = ScriptVu::Create(shared_, lane->scenario, static_cast<uint32_t>(place), index);
  if (!vu.ok()) {
    OnFailed(*lane, place, vu.status());
    return;
  }
  lane->vus.push_back(std::move(*vu));
  making_.push_back(lane->vus.back().get());
  lane->vus.back()->Prepare([this, lane, place](const absl::Status& status) { OnPrepared(*lane, place, status); });
}

void Worker::OnPrepared(Lane& lane, size_t place, const absl::Status& status) {
  // Runs on the VU's fiber; the next VU is made from the loop's own stack.
  making_.erase(std::find(making_.begin(), making_.end(), lane.vus[place].get()));
  if (!status.ok()) {
    OnFailed(lane, place, status);
    return;
  }
  loop_->Post([this] {
    if (!quitting_) {
      std::for_each(lanes_.begin(), lanes_.end(), [this](Lane& each) { AttachPrepared(each); });
    }
    PrepareNext();
  });
}

// In the order of their places, whichever is ready first.
void Worker::AttachPrepared(Lane& lane) {
  for (; lane.attached < std::min(lane.vus.size(), lane.end) && lane.vus[lane.attached]->Prepared(); ++lane.attached) {
    lane.shard->Attach(static_cast<uint32_t>(lane.attached), lane.vus[lane.attached].get());
    WorkerCounters::Add<uint32_t>(options_.counters->made, 1);
  }
}

void Worker::OnFailed(Lane& lane, size_t place, const absl::Status& status) {
  const bool first = lane.end == SIZE_MAX;
  lane.end = std::min(lane.end, place);
  if (quitting_ || !first) {
    return;  // one error tells it
  }
  if (ready_) {
    const auto index = static_cast<uint32_t>(lane.shard->part().RunIndex(static_cast<uint32_t>(place)));
    events_.on_vu_failed(index + 1, status);
  } else if (!std::exchange(failed_, true)) {
    events_.on_ready(status);
  }
}

Nanos Worker::Advance(Nanos now) {
  Nanos next = kNever;
  for (Lane& lane : lanes_) {
    next = std::min(next, lane.shard->Advance(now));
  }
  return next;
}

bool Worker::Done() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.shard->Done(); });
}

bool Worker::AllFinished() const {
  for (const Lane& lane : lanes_) {
    for (const auto& vu : lane.vus) {
      if (!vu->Finished()) {
        return false;
      }
    }
  }
  return true;
}

void Worker::OnTurn() {
  if (quitting_) {
    if (AllFinished()) {
      loop_->Stop();
    }
    return;
  }
  if (!begun_ && !making_.empty()) {
    PrepareNext();  // beside those that wait
  }
  if (!begun_ || done_) {
    return;
  }
  const Nanos now = MonotonicNow();
  ArmExecutorTimer(Advance(now));
  if (NextToMake() != nullptr) {
    PrepareNext();
  }
  if (!started_ && now >= start_) {
    started_ = true;
    events_.on_started(now);
  }
  int64_t active = 0;
  for (const Lane& lane : lanes_) {
    active += lane.shard->ActiveVus();
  }
  if (shown_vus_ != active) {
    shown_vus_ = active;
    options_.counters->active.store(static_cast<uint32_t>(active), std::memory_order_relaxed);
    collector_->SetVus(shown_vus_, MonotonicNow());
  }
  if (Done()) {
    done_ = true;
    flush_timer_.Cancel();
    Flush(MonotonicNow(), 0);
    events_.on_done();
    QuitVus();
  }
}

void Worker::ArmExecutorTimer(Nanos due) {
  if (due == kNever) {
    executor_timer_.Cancel();
  } else if (!executor_timer_.Armed() || executor_timer_.due() != due) {
    executor_timer_.Arm(due);
  }
}

void Worker::Flush(Nanos now, Nanos loop_lag) {
  for (Lane& lane : lanes_) {
    collector_->AddDroppedIterations(lane.shard->TakeDropped(), lane.scenario.tags);
  }
  events_.on_window(collector_->Flush(now), loop_lag);
}

void Worker::OnFlushTimer(Timer& timer, void* self) {
  auto* worker = static_cast<Worker*>(self);
  const Nanos now = MonotonicNow();
  worker->Flush(now, now - timer.due());
  timer.Arm(NextWindow(timer.due(), now));
}

void Worker::QuitVus() {
  if (quitting_) {
    return;
  }
  quitting_ = true;
  for (const Lane& lane : lanes_) {
    for (const auto& vu : lane.vus) {
      if (!vu->Finished()) {
        vu->Quit();
      }
    }
  }
  // A turn more, so that a worker without VUs notices.
  loop_->Post([] {});
}

}  // namespace mockarty

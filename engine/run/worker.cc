#include "engine/run/worker.h"

#include <algorithm>
#include <utility>

namespace mockarty {
namespace {

constexpr Nanos kWindow = kNanosPerSecond;
// From here on the virtual users' memory (some 25 KiB each) does not stay in a core's own caches between turns.
constexpr uint32_t kFetchAheadVus = 100;

// The first end of a window after `now` when one lies at `due`: all workers of a run end theirs at its whole seconds.
Nanos NextWindow(Nanos due, Nanos now) { return due + ((now - due) / kWindow + 1) * kWindow; }

}  // namespace

absl::StatusOr<std::unique_ptr<Worker>> Worker::Create(const WorkerOptions& options,
                                                       std::unique_ptr<ExecutorShard> shard, WorkerEvents events) {
  auto loop = Loop::Create();
  if (!loop.ok()) {
    return loop.status();
  }
  return std::unique_ptr<Worker>(new Worker(options, std::move(shard), std::move(events), std::move(*loop)));
}

Worker::Worker(const WorkerOptions& options, std::unique_ptr<ExecutorShard> shard, WorkerEvents events,
               std::unique_ptr<Loop> loop)
    : options_(options),
      shard_(std::move(shard)),
      events_(std::move(events)),
      loop_(std::move(loop)),
      // Firing is all it is for: the turn hook does the rest.
      executor_timer_(
          loop_.get(), [](Timer&, void*) {}, nullptr),
      flush_timer_(loop_.get(), &Worker::OnFlushTimer, this) {}

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

void Worker::Begin(Nanos start) {
  loop_->Post([this, start] {
    if (quitting_) {
      return;
    }
    begun_ = true;
    start_ = start;
    const Nanos now = std::max(start, MonotonicNow());
    collector_->Restart(now);  // what the init stage counted is none of the run's
    shard_->Begin(start);
    flush_timer_.Arm(NextWindow(start, now));
  });
}

void Worker::Stop() {
  loop_->Post([this] {
    if (begun_) {
      shard_->Stop(MonotonicNow());
    } else {
      QuitVus();
    }
  });
}

void Worker::StopNow() {
  loop_->Post([this] {
    if (begun_) {
      shard_->StopNow();
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
      shard_->StopNow();  // OnTurn quits when all are idle
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
  shared_.source = shard_.get();
  shared_.http_transport = options_.http_transport;
  shared_.on_script_error = events_.on_script_error;
  loop_->SetTurnHook([this] { OnTurn(); });
  to_prepare_ = options_.place.Share(options_.place.vus);
  shared_.fetch_ahead = to_prepare_ >= kFetchAheadVus;
  vus_.reserve(to_prepare_);
  loop_->Post([this] { PrepareNext(); });
  loop_->Run();
  flush_timer_.Cancel();
  executor_timer_.Cancel();
  vus_.clear();
}

void Worker::PrepareNext() {
  if (quitting_) {
    return;
  }
  const auto place = static_cast<uint32_t>(vus_.size());
  if (place == to_prepare_) {
    events_.on_ready(absl::OkStatus());
    return;
  }
  const auto index = static_cast<uint32_t>(options_.place.GlobalIndex(place));
  auto vu = ScriptVu::Create(shared_, place, index);
  if (!vu.ok()) {
    events_.on_ready(vu.status());
    return;
  }
  vus_.push_back(std::move(*vu));
  shard_->Attach(place, vus_.back().get());
  vus_.back()->Prepare([this](const absl::Status& status) { OnPrepared(status); });
}

void Worker::OnPrepared(const absl::Status& status) {
  // Runs on the VU's fiber; the next VU is made from the loop's own stack.
  if (status.ok()) {
    loop_->Post([this] { PrepareNext(); });
  } else if (!quitting_) {
    events_.on_ready(status);
  }
}

void Worker::OnTurn() {
  if (quitting_) {
    for (const auto& vu : vus_) {
      if (!vu->Finished()) {
        return;
      }
    }
    loop_->Stop();
    return;
  }
  if (!begun_ || done_) {
    return;
  }
  const Nanos now = MonotonicNow();
  ArmExecutorTimer(shard_->Advance(now));
  if (!started_ && now >= start_) {
    started_ = true;
    events_.on_started(now);
  }
  if (shown_vus_ != shard_->ActiveVus()) {
    shown_vus_ = shard_->ActiveVus();
    collector_->SetVus(shown_vus_, MonotonicNow());
  }
  if (shard_->Done()) {
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

void Worker::Flush(Nanos now, Nanos loop_lag) { events_.on_window(collector_->Flush(now), loop_lag); }

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
  for (const auto& vu : vus_) {
    if (!vu->Finished()) {
      vu->Quit();
    }
  }
  // A turn more, so that a worker without VUs notices.
  loop_->Post([] {});
}

}  // namespace mockarty

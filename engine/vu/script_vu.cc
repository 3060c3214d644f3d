#include "engine/vu/script_vu.h"

#include <utility>

#include "engine/collect/collector.h"
#include "engine/modules/http_session.h"
#include "engine/modules/module_table.h"
#include "engine/vu/execution.h"

namespace mockarty {

absl::StatusOr<std::unique_ptr<ScriptVu>> ScriptVu::Create(const VuShared& shared, const VuScenario& scenario,
                                                           uint32_t place, uint32_t index) {
  std::unique_ptr<ScriptVu> vu(new ScriptVu(shared, scenario, place, index));
  auto fiber = Fiber::Create(shared.loop, [self = vu.get()] { self->Body(); });
  if (!fiber.ok()) {
    return fiber.status();
  }
  vu->fiber_ = std::move(*fiber);
  return vu;
}

ScriptVu::ScriptVu(const VuShared& shared, const VuScenario& scenario, uint32_t place, uint32_t index)
    : shared_(shared), scenario_(scenario), place_(place) {
  context_.scenario = &scenario_;
  context_.scope.tags = scenario.tags;
  context_.settings = shared.settings;
  context_.collector = shared.collector;
  context_.number = index + 1;
}

ScriptVu::~ScriptVu() = default;

void ScriptVu::Prepare(std::function<void(const absl::Status&)> ready) {
  ready_ = std::move(ready);
  shared_.loop->MakeReady(fiber_.get());
}

void ScriptVu::Start() {
  running_ = true;
  wake_.SetDeferred();
}

void ScriptVu::RequestStop() {}  // the IterationSource refuses the next iteration; nothing pauses between iterations

void ScriptVu::Interrupt() {
  if (running_) {
    fiber_->Interrupt();
  }
}

void ScriptVu::Quit() {
  quit_ = true;
  if (!prepared_) {
    fiber_->Interrupt();  // its top level may wait for timers
  }
  wake_.SetDeferred();
}

void ScriptVu::Body() {
  initializing_ = true;
  const absl::Status made = MakeHeap();
  initializing_ = false;
  prepared_ = true;
  std::exchange(ready_, nullptr)(made);
  while (!quit_) {
    fiber_->WaitEvent(wake_, kNever);
    wake_.Reset();
    if (!quit_ && running_) {
      RunIterations();
    }
  }
  // On the fiber: closing connections may want to wait, and finalizers need its stack limit.
  fiber_->ClearInterrupt();
  context_.events.reset();
  heap_.reset();
  http_.reset();
}

absl::Status ScriptVu::MakeHeap() {
  JsHeapOptions options;
  options.memory_limit_bytes = shared_.heap_limit_bytes;
  options.interrupt_check = &ScriptVu::CheckInterrupt;
  options.interrupt_context = this;
  options.host = &context_;
  options.host_call = &CallHost;
  options.track_blocks = shared_.fetch_ahead;
  auto heap = JsHeap::Create(options);
  if (!heap.ok()) {
    return heap.status();
  }
  heap_ = std::move(*heap);
  http_ = std::make_unique<HttpSession>(shared_.http_transport);
  context_.fiber = fiber_.get();
  context_.heap = heap_.get();
  context_.http = http_.get();
  context_.phase = VuContext::Phase::kInit;
  heap_->SetDeadline(MonotonicNow() + shared_.init_timeout);
  ScriptError error;
  const std::string& name = scenario_.config->exec;
  if (!shared_.program->Instantiate(*heap_, shared_.environment, name, &function_, &error)) {
    return absl::AbortedError(error.ToString());
  }
  heap_->SetDeadline(kNever);
  heap_->Collect();
  context_.phase = VuContext::Phase::kIteration;
  return absl::OkStatus();
}

// With the first iteration: it is there from the start of the load on.
void ScriptVu::ReadSetupData() {
  if (has_setup_data_ || !context_.settings->setup_data.has_value()) {
    return;
  }
  has_setup_data_ = true;
  ScriptError error;
  if (!Program::KeepSetupData(*heap_, *context_.settings->setup_data, &error) && shared_.on_script_error) {
    shared_.on_script_error(context_.number, error);  // no memory for it
  }
}

void ScriptVu::RunIterations() {
  ReadSetupData();
  Nanos start = MonotonicNow();
  while (!quit_ && !fiber_->Interrupted()) {
    if (!scenario_.source->TakeIteration(place_, start, &context_.granted)) {
      break;
    }
    context_.lag = context_.granted.due == kNever ? kNotPaced : start - context_.granted.due;
    context_.requests = 0;
    const uint64_t suspensions = fiber_->Suspensions();
    start = RunIteration(start);
    scenario_.source->OnIterationEnd(place_, context_.requests);
    if (fiber_->Suspensions() == suspensions) {
      fiber_->Yield();  // an iteration that waits for nothing must not keep the loop from the others
      start = MonotonicNow();
    }
  }
  running_ = false;
  fiber_->ClearInterrupt();
  scenario_.source->OnVuIdle(place_);
}

// Returns the instant of its end, where the next one may begin.
Nanos ScriptVu::RunIteration(Nanos start) {
  ScriptError error;
  const bool returned = Program::CallDefault(*heap_, function_, has_setup_data_, &DrainVuEvents, &error);
  ClearVuEvents(context_);
  context_.scope.group = kRootGroup;
  ++context_.iteration;
  Nanos end = start;
  // What the end of the run cut short is no iteration, and its error is not the script's.
  if (!fiber_->Interrupted()) {
    end = MonotonicNow();
    CountIteration(end - start, returned, error);
  } else if (shared_.counters != nullptr) {
    WorkerCounters::Add<uint64_t>(shared_.counters->interrupted, 1);
  }
  http_->EndIteration(context_);
  heap_->CollectIfGrown();
  if (shared_.fetch_ahead && fiber_->hot_memory().Empty()) {
    LearnHotMemory();
  }
  const Nanos earliest = start + context_.settings->min_iteration_duration;
  if (end < earliest && !fiber_->Interrupted()) {
    fiber_->SleepUntil(earliest);
    end = MonotonicNow();
  }
  return end;
}

void ScriptVu::CountIteration(Nanos length, bool returned, ScriptError& error) {
  shared_.collector->AddIteration(length, context_.lag, scenario_.tags);
  if (shared_.counters != nullptr) {
    WorkerCounters::Add<uint64_t>(shared_.counters->iterations, 1);
  }
  if (!returned) {
    shared_.collector->AddError(error.ToString(), scenario_.tags);
    if (shared_.on_script_error) {
      shared_.on_script_error(context_.number, error);
    }
  }
}

// After the first iteration, when everything that stays has been made.
void ScriptVu::LearnHotMemory() {
  HotMemory& memory = fiber_->hot_memory();
  memory.Add(this, sizeof *this);
  memory.Add(http_.get(), sizeof *http_);
  http_->client.VisitMemory([&](const void* begin, size_t size) { memory.Add(begin, size); });
  heap_->TakeBlocks([&](const void* begin, size_t size) { memory.Add(begin, size); });
  memory.Add(heap_.get(), sizeof *heap_);
  memory.Seal();
}

bool ScriptVu::CheckInterrupt(void* self) {
  auto* vu = static_cast<ScriptVu*>(self);
  if (!vu->fiber_->Interrupted()) {
    vu->yielding_ = true;
    vu->fiber_->Yield();  // a script that computes shares its core
    vu->yielding_ = false;
  }
  return vu->fiber_->Interrupted();
}

}  // namespace mockarty

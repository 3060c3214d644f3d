#include "engine/run/hook.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/status_macros.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/collect/collector.h"
#include "engine/modules/http_session.h"
#include "engine/modules/module_table.h"
#include "engine/run/http_options.h"
#include "engine/run/prepare.h"
#include "engine/script/export_call.h"
#include "engine/script/js_heap.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"
#include "engine/vu/vu_event_loop.h"

namespace mockarty {

// All that one call needs, on the caller's thread.
class Hook::Call {
 public:
  explicit Call(const HookSpec& spec) : spec_(spec) {}

  absl::Status Prepare() {
    ASSIGN_OR_RETURN(loop_, Loop::Create());
    settings_.console = spec_.console != nullptr ? spec_.console : NoConsole();
    resolver_ = std::make_unique<DnsResolver>(ResolverOptions(spec_.plan->http.dns));
    ASSIGN_OR_RETURN(HttpClientOptions client, ClientOptions(spec_.plan->http, settings_.console));
    client.in_process_answer = spec_.in_process_answer;
    ASSIGN_OR_RETURN(transport_, HttpTransport::Create(std::move(client), resolver_.get()));
    settings_.http = spec_.plan->http;
    settings_.environment = spec_.environment;
    settings_.tags = spec_.plan->tags;
    settings_.system_tags = spec_.plan->system_tags;
    settings_.registry = spec_.registry;
    settings_.shared_arrays = spec_.shared_arrays.get();
    settings_.secrets = spec_.secrets;
    settings_.verdict = spec_.verdict;
    CollectorOptions options;
    options.source = spec_.source;
    options.start = MonotonicNow();
    options.apdex_threshold = spec_.plan->apdex_threshold;
    options.system_tags = spec_.plan->system_tags;
    collector_ = std::make_unique<Collector>(spec_.registry, options);
    ASSIGN_OR_RETURN(fiber_, Fiber::Create(loop_.get(), [this] {
                       Body();
                       loop_->Stop();
                     }));
    timer_ = std::make_unique<Timer>(
        loop_.get(), [](Timer&, void* self) { static_cast<Call*>(self)->OnTimeout(); }, this);
    return absl::OkStatus();
  }

  void Run(HookOutcome& outcome) {
    loop_->MakeReady(fiber_.get());
    loop_->Run();
    timer_->Cancel();
    outcome.status = status_;
    outcome.returned = std::move(call_.returned);
    outcome.window = collector_->Flush(MonotonicNow());
  }

  // Any thread.
  void Interrupt() {
    loop_->Post([this] {
      stopped_ = true;
      fiber_->Interrupt();
    });
  }

 private:
  void OnTimeout() {
    timed_out_ = true;
    fiber_->Interrupt();
  }

  void Body() {
    status_ = Execute();
    // On the fiber: closing connections may want to wait, and finalizers need its stack limit.
    fiber_->ClearInterrupt();
    context_.events.reset();
    heap_.reset();
    http_.reset();
  }

  absl::Status Execute() {
    JsHeapOptions options;
    options.host = &context_;
    options.host_call = &CallHost;
    options.interrupt_check = &Call::CheckInterrupt;
    options.interrupt_context = this;
    ASSIGN_OR_RETURN(heap_, JsHeap::Create(options));
    http_ = std::make_unique<HttpSession>(transport_.get());
    context_.settings = &settings_;
    context_.collector = collector_.get();
    context_.fiber = fiber_.get();
    context_.heap = heap_.get();
    context_.http = http_.get();
    heap_->SetDeadline(MonotonicNow() + kInitTimeout);
    ScriptError error;
    if (!spec_.program->Instantiate(*heap_, ScriptEnvironment(), {}, nullptr, &error)) {
      return stopped_ ? absl::CancelledError(Concat(spec_.name, "() was interrupted before it began"))
                      : absl::AbortedError(error.ToString());
    }
    collector_->Restart(MonotonicNow());  // what the top level counted is none of the run's
    context_.phase = VuContext::Phase::kIteration;
    context_.scope.tags = RunTags();
    if (!spec_.group.empty()) {
      context_.scope.group = collector_->ChildGroup(kRootGroup, spec_.group);
    }
    heap_->SetDeadline(kNever);
    timer_->Arm(MonotonicNow() + spec_.timeout);
    call_.name = spec_.name;
    call_.argument = spec_.argument.has_value() ? &*spec_.argument : nullptr;
    call_.afterwards = &DrainVuEvents;
    call_.max_bytes = spec_.name == std::string_view("teardown") ? 0 : kMaxHookResult;
    const bool returned = CallExport(*heap_, &call_, &error);
    ClearVuEvents(context_);
    http_->calls.ReleaseAll();
    if (timed_out_) {
      return absl::DeadlineExceededError(
          Concat(spec_.name, "() did not return within ", FormatDuration(spec_.timeout)));
    }
    if (stopped_) {
      return absl::CancelledError(Concat(spec_.name, "() was interrupted"));
    }
    if (!returned) {
      return absl::AbortedError(error.ToString());
    }
    if (call_.too_large) {
      return absl::FailedPreconditionError(Concat(spec_.name, "() returned more than ", kMaxHookResult >> 20,
                                                  " MiB as JSON: expected less, it goes to every virtual user"));
    }
    return absl::OkStatus();
  }

  TagSetId RunTags() {
    std::map<std::string_view, std::string_view> sorted(spec_.plan->tags.begin(), spec_.plan->tags.end());
    std::vector<TagView> tags;
    tags.reserve(sorted.size());
    for (const auto& [key, value] : sorted) {
      tags.push_back({key, value});
    }
    return collector_->Tags(tags);
  }

  static bool CheckInterrupt(void* self) {
    Fiber* fiber = static_cast<Call*>(self)->fiber_.get();
    if (!fiber->Interrupted()) {
      fiber->Yield();  // so that the timer comes
    }
    return fiber->Interrupted();
  }

  const HookSpec& spec_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<DnsResolver> resolver_;
  std::unique_ptr<HttpTransport> transport_;
  RunSettings settings_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<Fiber> fiber_;
  std::unique_ptr<Timer> timer_;
  std::unique_ptr<JsHeap> heap_;
  std::unique_ptr<HttpSession> http_;
  VuContext context_;
  ExportCall call_;
  absl::Status status_;
  bool timed_out_ = false;
  bool stopped_ = false;
};

Hook::Hook(HookSpec spec) : spec_(std::move(spec)) {}
Hook::~Hook() = default;

HookOutcome Hook::Run() {
  HookOutcome outcome;
  Call call(spec_);
  outcome.status = call.Prepare();
  if (!outcome.status.ok()) {
    return outcome;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    call_ = &call;
    if (interrupted_) {
      call.Interrupt();
    }
  }
  call.Run(outcome);
  std::lock_guard<std::mutex> lock(mutex_);
  call_ = nullptr;
  return outcome;
}

void Hook::Interrupt() {
  std::lock_guard<std::mutex> lock(mutex_);
  interrupted_ = true;
  if (call_ != nullptr) {
    call_->Interrupt();
  }
}

}  // namespace mockarty

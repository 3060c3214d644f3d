#include "engine/clients/http/http_batch.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vu/fiber.h"
#include "engine/vu/fiber_pool.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

constexpr size_t kNone = SIZE_MAX;

class Batch {
 public:
  Batch(std::span<const HttpBatchRequest> requests, const HttpBatchLimits& limits)
      : requests_(requests), limits_(limits), next_of_host_(requests.size(), kNone) {
    lanes_.resize(std::min<size_t>(limits.parallel, requests.size()));
  }

  void Run();

 private:
  // Requests to one host, waiting in order as a list through next_of_host_.
  struct Host {
    std::string_view authority;
    size_t first = kNone;
    size_t last = kNone;
    uint32_t running = 0;
  };
  // A fiber that takes one request after another.
  struct Lane {
    Batch* batch = nullptr;
    Fiber* fiber = nullptr;
    bool running = false;
  };

  void Sort();
  Host* NextHost();
  bool StartLanes();
  static void Work(void* lane);
  void Serve(Lane& lane);

  const std::span<const HttpBatchRequest> requests_;
  const HttpBatchLimits limits_;
  std::vector<Host> hosts_;
  std::vector<size_t> next_of_host_;
  std::vector<Lane> lanes_;
  size_t lanes_running_ = 0;
  size_t lanes_to_begin_ = 0;  // of those
  bool interrupted_ = false;
  Event changed_;
};

// Those that can be sent are appended to the lists of their hosts; the others have their errors already.
void Batch::Sort() {
  for (size_t i = 0; i < requests_.size(); ++i) {
    const HttpBatchRequest& one = requests_[i];
    if (!one.exchange->Begin(*one.request, one.response)) continue;
    const std::string_view authority = one.exchange->Authority();
    auto host = std::find_if(hosts_.begin(), hosts_.end(), [&](const Host& h) { return h.authority == authority; });
    if (host == hosts_.end()) host = hosts_.insert(hosts_.end(), Host{authority, kNone, kNone, 0});
    if (host->first == kNone) {
      host->first = i;
    } else {
      next_of_host_[host->last] = i;
    }
    host->last = i;
  }
}

// The one whose first waiting request comes first in the batch, among those that may run one more.
Batch::Host* Batch::NextHost() {
  Host* best = nullptr;
  for (Host& host : hosts_) {
    const bool may = host.first != kNone && (limits_.per_host == 0 || host.running < limits_.per_host);
    if (may && (best == nullptr || host.first < best->first)) best = &host;
  }
  return best;
}

void Batch::Work(void* argument) {
  auto& lane = *static_cast<Lane*>(argument);
  lane.batch->Serve(lane);
}

void Batch::Serve(Lane& lane) {
  --lanes_to_begin_;
  while (!interrupted_) {
    Host* host = NextHost();
    if (host == nullptr) break;
    const size_t index = host->first;
    host->first = next_of_host_[index];
    ++host->running;
    requests_[index].exchange->Postpone();
    requests_[index].exchange->SetMoreFollow(lanes_to_begin_ > 0);
    requests_[index].exchange->Run(requests_[index].response);
    --host->running;
  }
  lane.running = false;
  if (--lanes_running_ == 0) {
    changed_.SetDeferred();
  }
}

// As many lanes as there is work for. False when not one runs, for want of stacks.
bool Batch::StartLanes() {
  size_t wanted = 0;
  for (const Host& host : hosts_) {
    size_t of_host = 0;
    const size_t most = limits_.per_host == 0 ? lanes_.size() : limits_.per_host - host.running;
    for (size_t i = host.first; i != kNone && of_host < most; i = next_of_host_[i]) ++of_host;
    wanted += of_host;
  }
  FiberPool& pool = Fiber::Current()->loop()->Fibers();
  for (Lane& lane : lanes_) {
    if (lane.running || wanted == 0) continue;
    lane.batch = this;
    auto fiber = pool.Start(&Batch::Work, &lane);
    if (!fiber.ok()) break;
    lane.fiber = *fiber;
    lane.running = true;
    ++lanes_running_;
    ++lanes_to_begin_;
    --wanted;
  }
  return lanes_running_ > 0 || wanted == 0;
}

void Batch::Run() {
  Sort();
  Fiber* self = Fiber::Current();
  if (hosts_.empty()) return;
  if (requests_.size() == 1 || !StartLanes()) {
    // Alone, or without helpers: one after another on this fiber.
    Lane alone{this, self, true};
    ++lanes_running_;
    ++lanes_to_begin_;
    Serve(alone);
    return;
  }
  while (lanes_running_ > 0) {
    changed_.Reset();
    if (self->WaitEvent(changed_, kNever) == WaitResult::kInterrupted && !interrupted_) {
      interrupted_ = true;
      for (const Lane& lane : lanes_) {
        if (lane.running) lane.fiber->Interrupt();
      }
    }
    if (interrupted_ && lanes_running_ > 0) self->Yield();
  }
}

}  // namespace

void RunHttpBatch(std::span<const HttpBatchRequest> requests, const HttpBatchLimits& limits) {
  Batch(requests, {std::max(limits.parallel, 1u), limits.per_host}).Run();
}

}  // namespace mockarty

#include "coordinator/local/local_runner.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "common/log/log.h"

namespace mockarty {
namespace {

constexpr LinkId kLink = 1;
constexpr SessionId kFirstLocalSession = SessionId{1} << 63;  // apart from those of gRPC
constexpr Nanos kReconnectDelay = kNanosPerSecond;
constexpr uint32_t kLocalSlots = 3;

}  // namespace

class LocalRunner::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(const AgentOptions& options, const Clock& clock, Core core) : core_(std::move(core)), agent_(options, clock) {}

  void Start() {
    loop_.Start([this] { return Tick(); });
    loop_.Post([this] { Connect(); });
  }

  void Stop() {
    loop_.Stop();
    if (link_ != nullptr) {
      agent_.OnLinkDown(kLink);
      link_.reset();
    }
    agent_.StopAll(true);
  }

  Agent::Stats GetStats() const { return agent_.GetStats(); }

 private:
  // The core's side. Outlives its session; what is late goes nowhere.
  class Session final : public RunnerSession {
   public:
    Session(std::weak_ptr<Impl> runner, SessionId id) : runner_(std::move(runner)), id_(id) {}

    void Send(v1::CoordinatorMessage message) override {
      std::shared_ptr<Impl> runner = runner_.lock();
      if (runner == nullptr) return;
      runner->loop_.Post(
          [impl = runner.get(), id = id_, held = std::make_shared<v1::CoordinatorMessage>(std::move(message))] {
            if (impl->session_ == id) impl->agent_.OnMessage(kLink, *held);
          });
    }
    void Close(const absl::Status& why) override {
      std::shared_ptr<Impl> runner = runner_.lock();
      if (runner == nullptr) return;
      Log(LogLevel::kInfo, "local runner disconnected", {{"reason", why}});
      runner->loop_.Post([impl = runner.get(), id = id_] {
        if (impl->session_ == id) impl->Disconnect();
      });
    }

   private:
    const std::weak_ptr<Impl> runner_;
    const SessionId id_;
  };

  // The agent's side.
  class Link final : public AgentLink {
   public:
    Link(Impl& runner, SessionId id) : runner_(runner), id_(id) {}
    bool Send(const v1::RunnerMessage& message) override {
      const Core& core = runner_.core_;
      core.post([receive = core.message, id = id_, message] { receive(id, message); });
      return true;
    }
    void Close(const absl::Status& why) override {
      Log(LogLevel::kWarn, "local runner disconnects", {{"reason", why}});
      runner_.loop_.Post([impl = &runner_, id = id_] {
        if (impl->session_ == id) impl->Disconnect();
      });
    }

   private:
    Impl& runner_;
    const SessionId id_;
  };

  void Connect() {
    session_ = next_session_++;
    core_.post([connected = core_.connected, id = session_,
                session = std::make_shared<Session>(weak_from_this(), session_)] { connected(id, session); });
    link_ = std::make_unique<Link>(*this, session_);
    agent_.OnLinkUp(kLink, link_.get());
  }

  void Disconnect() {
    agent_.OnLinkDown(kLink);
    link_.reset();
    core_.post([gone = core_.gone, id = session_] { gone(id); });
    session_ = 0;
    reconnect_at_ = MonotonicNow() + kReconnectDelay;
  }

  Nanos Tick() {
    if (reconnect_at_ == kNever || MonotonicNow() < reconnect_at_) return reconnect_at_;
    reconnect_at_ = kNever;
    Connect();
    return kNever;
  }

  const Core core_;
  SessionId next_session_ = kFirstLocalSession;
  SessionId session_ = 0;  // of the link that is up; on the loop's thread, as what follows
  Nanos reconnect_at_ = kNever;
  std::unique_ptr<Link> link_;
  Agent agent_;
  CoreLoop loop_;
};

LocalRunner::LocalRunner(const AgentOptions& options, const Clock& clock, Core core)
    : impl_(std::make_shared<Impl>(options, clock, std::move(core))) {}

LocalRunner::~LocalRunner() { Stop(); }

void LocalRunner::Start() { impl_->Start(); }

void LocalRunner::Stop() {
  if (impl_ == nullptr) return;
  impl_->Stop();
}

Agent::Stats LocalRunner::GetStats() const { return impl_->GetStats(); }

AgentOptions LocalAgentOptions(const std::string& version, const std::string& instance_id) {
  AgentOptions options;
  v1::Hello& hello = options.hello;
  hello.set_instance_id(instance_id);
  hello.set_name("coordinator");
  hello.set_version(version);
  hello.add_capabilities("performance");
  hello.set_shared(true);
  hello.set_perf_enabled(true);
  hello.set_cores(std::max(1u, std::thread::hardware_concurrency()));
  options.slots = kLocalSlots;
  return options;
}

}  // namespace mockarty

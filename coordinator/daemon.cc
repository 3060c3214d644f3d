#include "coordinator/daemon.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <utility>

#include "common/base/status_macros.h"
#include "common/http/http_server.h"
#include "common/log/log.h"
#include "coordinator/admin/admin_routes.h"
#include "coordinator/core_loop.h"
#include "coordinator/fleet/runner_rights.h"
#include "coordinator/grpc/grpc_server.h"
#include "coordinator/local/local_runner.h"
#include "coordinator/local/process_inspector.h"
#include "coordinator/poll/poll_service.h"
#include "coordinator/run/coordinator.h"

namespace mockarty {
namespace {

constexpr Nanos kGoodbyeTime = 2 * kNanosPerSecond;
constexpr size_t kMaxHttpConnections = 8'192;  // a runner that polls has two
constexpr Nanos kSnapshotInterval = 500 * kNanosPerMilli;
constexpr std::chrono::seconds kStoreFlushTime{10};

// The services' view of the core.
class CoordinatorPort final : public CorePort {
 public:
  CoordinatorPort(CoreLoop& loop, Coordinator& core) : loop_(loop), core_(core) {}

  void Post(std::function<void()> function) override { loop_.Post(std::move(function)); }
  void OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string token_id,
                         std::string name_space) override {
    core_.OnRunnerConnected(session, std::move(runner), std::move(token_id), std::move(name_space), false);
  }
  void OnRunnerMessage(SessionId session, const v1::RunnerMessage& message) override {
    core_.OnRunnerMessage(session, message);
  }
  void OnRunnerGone(SessionId session) override { core_.OnRunnerGone(session); }
  void Submit(v1::SubmitRequest request, const Caller& caller,
              std::function<void(absl::StatusOr<std::string>)> done) override {
    core_.Submit(std::move(request), caller, std::move(done));
  }
  absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller) override {
    return core_.StopRun(run_id, now, caller);
  }
  WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done) override {
    return core_.Watch(run_id, after, caller, std::move(on_event), std::move(done));
  }
  void Unwatch(WatchId watch) override { core_.Unwatch(watch); }
  void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) override {
    core_.ListRuns(request, caller, std::move(done));
  }
  void GetRun(const std::string& run_id, const Caller& caller,
              std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) override {
    core_.GetRun(run_id, caller, std::move(done));
  }
  v1::ListRunnersResponse ListRunners(const Caller& caller) override { return core_.ListRunners(caller); }

 private:
  CoreLoop& loop_;
  Coordinator& core_;
};

CoordinatorOptions CoreOptions(const DaemonOptions& options) {
  CoordinatorOptions core;
  core.node_id = options.node_id;
  core.version = options.version;
  core.heartbeat_timeout = options.settings.heartbeat_timeout;
  core.ready_timeout = options.settings.task_timeout;
  return core;
}

GrpcServerOptions GrpcOptions(const CoordinatorSettings& settings, const std::string& node_id) {
  GrpcServerOptions options;
  options.address = settings.grpc_address;
  options.port = settings.grpc_port;
  options.tls_certificate = settings.grpc_certificate;
  options.tls_key = settings.grpc_key;
  options.tls_client_ca = settings.grpc_client_ca;
  const ReverseSettings& reverse = settings.reverse;
  for (const HostPort& address : reverse.addresses) options.reverse.addresses.push_back(address.ToString());
  options.reverse.coordinator_id = node_id;
  options.reverse.tls = reverse.tls;
  options.reverse.tls_ca = reverse.ca;
  options.reverse.tls_certificate = reverse.certificate;
  options.reverse.tls_key = reverse.key;
  options.reverse.tls_skip_verify = reverse.skip_verify;
  return options;
}

PollServiceOptions PollOptions(const CoordinatorSettings& settings) {
  PollServiceOptions options;
  options.limits.silence_timeout = settings.heartbeat_timeout;
  return options;
}

}  // namespace

class CoordinatorDaemon::Impl {
 public:
  Impl(const DaemonOptions& options, StoreQueue& store, TokenVerifier& tokens)
      : options_(options),
        store_(store),
        tokens_(tokens),
        inspector_(std::make_unique<ProcessInspector>(ProcessInspectorOptions{.executable = options.task_executable},
                                                      Poster())),
        core_(std::make_unique<Coordinator>(CoreOptions(options), clock_, store, *inspector_, Poster())),
        port_(*loop_, *core_) {}
  ~Impl() { Stop(); }

  absl::Status Start() {
    const CoordinatorSettings& settings = options_.settings;
    ASSIGN_OR_RETURN(grpc_, GrpcServer::Start(GrpcOptions(settings, options_.node_id), tokens_, port_));
    AdminOptions admin{.version = options_.version,
                       .node_id = options_.node_id,
                       .grpc_address = GrpcAddress(),
                       .store = settings.postgres ? "PostgreSQL" : "SQLite"};
    poll_ = std::make_unique<PollService>(PollOptions(settings), tokens_, port_);
    std::vector<WebRoute> routes = AdminRoutes(admin, [this] { return Snapshot(); });
    for (WebRoute& route : poll_->Routes()) routes.push_back(std::move(route));
    HttpServerOptions http{.address = settings.http_address, .port = settings.http_port};
    http.max_connections = kMaxHttpConnections;
    ASSIGN_OR_RETURN(http_, HttpServer::Start(http, std::move(routes)));
    loop_->Start([this] { return Tick(); });
    started_ = true;
    StartLocalRunner();
    return absl::OkStatus();
  }

  void Stop() {
    if (std::exchange(stopped_, true)) return;
    loop_->Post([this] { core_->Shutdown(); });
    // What Shutdown() asked of the store is done before the process ends; a store that hangs does not hold it up.
    auto flushed = std::make_shared<std::promise<void>>();
    loop_->Post([this, flushed] {
      store_.Run([](Store&) { return absl::OkStatus(); }, [flushed](const absl::Status&) { flushed->set_value(); });
    });
    if (started_ && flushed->get_future().wait_for(kStoreFlushTime) != std::future_status::ready) {
      Log(LogLevel::kError, "the store does not answer; ending without it");
    }
    loop_->Stop();
    if (local_ != nullptr) local_->Stop();
    core_.reset();
    if (poll_ != nullptr) poll_->Shutdown(kGoodbyeTime);
    http_.reset();
    poll_.reset();
    if (grpc_ != nullptr) grpc_->Shutdown(kGoodbyeTime);
    grpc_.reset();
    inspector_.reset();
  }

  void DropToken(const std::string& token_id) {
    loop_->Post([this, token_id] { core_->DropToken(token_id); });
  }

  std::string GrpcAddress() const {
    return HostPort{.host = options_.settings.grpc_address, .port = grpc_->Port()}.ToString();
  }
  std::string HttpAddress() const {
    return HostPort{.host = options_.settings.http_address, .port = http_->Port()}.ToString();
  }

 private:
  std::function<void(std::function<void()>)> Poster() {
    // A store that hangs may answer after this object is gone.
    return [loop = loop_](std::function<void()> function) { loop->Post(std::move(function)); };
  }

  void StartLocalRunner() {
    AgentOptions options = LocalAgentOptions(options_.version, std::string(kLocalInstancePrefix) + options_.node_id);
    options.task_executable = options_.task_executable;
    LocalRunner::Core core;
    core.post = Poster();
    core.connected = [this](SessionId session, std::shared_ptr<RunnerSession> runner) {
      core_->OnRunnerConnected(session, std::move(runner), "", "", true);
    };
    core.message = [this](SessionId session, const v1::RunnerMessage& message) {
      core_->OnRunnerMessage(session, message);
    };
    core.gone = [this](SessionId session) { core_->OnRunnerGone(session); };
    local_ = std::make_unique<LocalRunner>(options, clock_, std::move(core));
    local_->Start();
  }

  Nanos Tick() {
    Nanos next = core_->Tick();
    Nanos now = MonotonicNow();
    if (now >= snapshot_due_) {
      snapshot_due_ = now + kSnapshotInterval;
      AdminSnapshot snapshot{.core = core_->GetStats(), .runners = core_->ListRunners(Caller{})};
      std::lock_guard lock(snapshot_mutex_);
      snapshot_ = std::move(snapshot);
    }
    return std::min(next, snapshot_due_);
  }

  AdminSnapshot Snapshot() {
    AdminSnapshot snapshot;
    {
      std::lock_guard lock(snapshot_mutex_);
      snapshot = snapshot_;
    }
    snapshot.grpc = grpc_->GetStats();
    snapshot.poll = poll_->GetStats();
    snapshot.core_waiting = loop_->Waiting();
    Nanos last = loop_->LastTurn();
    snapshot.core_silent_ns = last == 0 ? 0 : MonotonicNow() - last;
    snapshot.wall_clock_ms = WallClockMillis();
    return snapshot;
  }

  const DaemonOptions options_;
  StoreQueue& store_;
  TokenVerifier& tokens_;
  const MonotonicClock clock_;
  const std::shared_ptr<CoreLoop> loop_ = std::make_shared<CoreLoop>();
  std::unique_ptr<ProcessInspector> inspector_;
  std::unique_ptr<Coordinator> core_;
  CoordinatorPort port_;
  std::unique_ptr<GrpcServer> grpc_;
  std::unique_ptr<LocalRunner> local_;
  std::unique_ptr<PollService> poll_;
  std::unique_ptr<HttpServer> http_;
  std::mutex snapshot_mutex_;
  AdminSnapshot snapshot_;
  Nanos snapshot_due_ = 0;
  bool started_ = false;
  bool stopped_ = false;
};

CoordinatorDaemon::CoordinatorDaemon(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CoordinatorDaemon::~CoordinatorDaemon() = default;

absl::StatusOr<std::unique_ptr<CoordinatorDaemon>> CoordinatorDaemon::Start(const DaemonOptions& options,
                                                                            StoreQueue& store, TokenVerifier& tokens) {
  auto impl = std::make_unique<Impl>(options, store, tokens);
  RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<CoordinatorDaemon>(new CoordinatorDaemon(std::move(impl)));
}

std::string CoordinatorDaemon::GrpcAddress() const { return impl_->GrpcAddress(); }
std::string CoordinatorDaemon::HttpAddress() const { return impl_->HttpAddress(); }
void CoordinatorDaemon::DropToken(const std::string& token_id) { impl_->DropToken(token_id); }
void CoordinatorDaemon::Stop() { impl_->Stop(); }

}  // namespace mockarty

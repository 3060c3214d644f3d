#include "runner/link/reverse_listener.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/grpc_peer.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/log/log.h"
#include "common/rpc/grpc_server.h"
#include "runner/link/pem_file.h"
#include "runner/link/reverse_link.h"

namespace mockarty {
namespace {

constexpr size_t kMaxMessageBytes = 16u << 20;
constexpr size_t kMemoryQuotaBytes = 128u << 20;         // of gRPC's own buffers
constexpr Nanos kIdleConnection = 60 * kNanosPerSecond;  // without calls
constexpr Nanos kKeepalive = 20 * kNanosPerSecond;
constexpr int kMaxStreamsPerConnection = 4;
constexpr Nanos kGoodbyeTime = 2 * kNanosPerSecond;
constexpr size_t kMaxKnownCoordinators = 64;  // whose link ids are remembered

// A stream that only says why it is none.
class RefusedStream final : public grpc::ServerBidiReactor<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage> {
 public:
  explicit RefusedStream(const grpc::Status& why) { Finish(why); }
  void OnDone() override { delete this; }
};

}  // namespace

absl::StatusOr<ReverseListenerOptions> MakeReverseListenerOptions(const RunnerSettings& settings) {
  ReverseListenerOptions options;
  options.address = settings.listen;
  options.token = settings.token;
  if (!settings.tls.enabled) return options;
  ASSIGN_OR_RETURN(options.tls_client_ca, ReadPemFile("TLS_CA_CERT", settings.tls.ca_file));
  ASSIGN_OR_RETURN(options.tls_certificate, ReadPemFile("TLS_CERT_FILE", settings.tls.cert_file));
  ASSIGN_OR_RETURN(options.tls_key, ReadPemFile("TLS_KEY_FILE", settings.tls.key_file));
  return options;
}

class ReverseListener::Impl final : public v1::ReverseRunnerLink::CallbackService {
 public:
  Impl(const ReverseListenerOptions& options, Agent& agent)
      : options_(options), token_key_(TokenKey(options.token)), shared_(agent), limiter_(options.log_interval) {}

  ~Impl() override {
    if (server_ == nullptr) return;
    {
      std::lock_guard lock(shared_.mutex);
      ending_ = true;
      for (const auto& link : links_) link->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the runner ends"), true);
      shared_.Wake();
    }
    // New calls are refused from here on; those that have not ended by then are cut.
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::nanoseconds(kGoodbyeTime));
    server_->Wait();
    thread_.join();
    server_.reset();
  }

  absl::Status Start();
  uint16_t port() const { return port_; }

  grpc::ServerBidiReactor<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage>* Serve(
      grpc::CallbackServerContext* call) override;

 private:
  void Run();
  void MakeRoom(size_t limit, const std::function<bool(const ReverseLink&)>& counts);
  void Attach(ReverseLink& link);
  LinkId IdOf(const std::string& coordinator_id);
  void Report(const ReverseLink& link);
  void LogPeer(LogLevel level, std::string_view event, const std::string& peer, std::string_view detail);

  const ReverseListenerOptions options_;
  const std::string token_key_;
  ReverseShared shared_;
  LogLimiter limiter_;
  std::unique_ptr<grpc::Server> server_;
  uint16_t port_ = 0;

  // With the lock of shared_.
  std::vector<std::unique_ptr<ReverseLink>> links_;  // only the thread removes
  bool ending_ = false;

  // On the thread. A coordinator that comes back has its old id, by which the agent knows whose its tasks are.
  std::map<std::string, LinkId> ids_;
  LinkId next_id_ = 1;
  std::thread thread_;
};

absl::Status ReverseListener::Impl::Start() {
  grpc::ServerBuilder builder;
  SetUpGrpcServer({.name = "runner",
                   .max_received_bytes = kMaxMessageBytes,
                   .memory_quota_bytes = kMemoryQuotaBytes,
                   .keepalive = kKeepalive,
                   .keepalive_timeout = kKeepalive / 2,
                   .idle_connection = kIdleConnection,
                   .max_streams_per_connection = kMaxStreamsPerConnection},
                  builder);
  int port = 0;
  builder.AddListeningPort(options_.address.ToString(),
                           MakeServerCredentials(options_.tls_certificate, options_.tls_key, options_.tls_client_ca),
                           &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    server_.reset();
    // gRPC tells the cause to its log only.
    std::string_view hint = options_.tls_certificate.empty()
                                ? "is the port in use, or the address not of this machine?"
                                : "is the port in use, or are TLS_CERT_FILE and TLS_KEY_FILE no pair?";
    return absl::UnavailableError(
        Concat("LISTEN_ADDR is ", Quoted(options_.address.ToString()), ": cannot listen there: ", hint));
  }
  port_ = static_cast<uint16_t>(port);
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

grpc::ServerBidiReactor<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage>* ReverseListener::Impl::Serve(
    grpc::CallbackServerContext* call) {
  std::lock_guard lock(shared_.mutex);
  if (ending_) return new RefusedStream(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the runner ends"));
  // Those that end slowly, on connections that take nothing, are bounded too.
  if (links_.size() >= options_.max_links + 2 * options_.max_handshakes) {
    return new RefusedStream(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many connections"));
  }
  // A source first pushes out its own, and cannot fill gRPC's memory with messages that never end.
  MakeRoom(options_.max_handshakes_per_source,
           [source = SourceOf(call->peer())](const ReverseLink& link) { return link.peer() == source; });
  MakeRoom(options_.max_handshakes, [](const ReverseLink&) { return true; });
  links_.push_back(
      std::make_unique<ReverseLink>(shared_, call, token_key_, MonotonicNow() + options_.handshake_timeout));
  return links_.back().get();
}

// With the lock. Who means it is through in an instant: the oldest handshake is one of those that do not.
void ReverseListener::Impl::MakeRoom(size_t limit, const std::function<bool(const ReverseLink&)>& counts) {
  auto shaking = [&](const auto& link) { return link->Shaking() && counts(*link); };
  if (static_cast<size_t>(std::count_if(links_.begin(), links_.end(), shaking)) < limit) return;
  (*std::find_if(links_.begin(), links_.end(), shaking))
      ->End(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many handshakes at a time"), false);
}

void ReverseListener::Impl::Run() {
  for (Nanos next = kNever;;) {
    std::vector<ReverseLink*> links;
    {
      std::unique_lock lock(shared_.mutex);
      const Nanos wait = std::clamp<Nanos>(next - MonotonicNow(), 0, 3600 * kNanosPerSecond);
      shared_.changed.wait_for(lock, std::chrono::nanoseconds(wait), [this] { return shared_.awake; });
      shared_.awake = false;
      if (ending_ && links_.empty()) return;
      for (const auto& link : links_) links.push_back(link.get());
    }
    next = kNever;
    for (ReverseLink* link : links) {
      next = std::min(next, link->Step(MonotonicNow()));
      Attach(*link);
    }
    std::vector<std::unique_ptr<ReverseLink>> done;
    {
      std::lock_guard lock(shared_.mutex);
      auto first = std::stable_partition(links_.begin(), links_.end(), [](const auto& link) { return !link->Done(); });
      std::move(first, links_.end(), std::back_inserter(done));
      links_.erase(first, links_.end());
      if (!done.empty()) shared_.Wake();  // one that waits for a place of theirs may have it
    }
    for (const auto& link : done) {
      if (link->Up()) shared_.agent.OnLinkDown(link->id());
      Report(*link);
    }
  }
}

// Makes a link of a connection that has shaken hands, once no other of the same coordinator is left.
void ReverseListener::Impl::Attach(ReverseLink& link) {
  LinkId id = 0;
  {
    std::lock_guard lock(shared_.mutex);
    if (!link.Proven()) return;
    size_t up = 0;
    bool taken = false;
    for (const auto& other : links_) {
      if (!other->Up()) continue;
      ++up;
      if (other->coordinator_id() != link.coordinator_id()) continue;
      taken = true;
      other->End(grpc::Status(grpc::StatusCode::ABORTED, "another connection of this coordinator took its place"),
                 false);
    }
    if (taken) return;
    if (up >= options_.max_links) {
      return link.End(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                   Concat("too many coordinators: expected at most ", options_.max_links)),
                      false);
    }
    id = IdOf(link.coordinator_id());
  }
  link.SetUp(id);
}

LinkId ReverseListener::Impl::IdOf(const std::string& coordinator_id) {
  auto known = ids_.find(coordinator_id);
  if (known != ids_.end()) return known->second;
  if (ids_.size() >= kMaxKnownCoordinators) {
    std::erase_if(ids_, [this](const auto& entry) {
      return std::none_of(links_.begin(), links_.end(),
                          [&](const auto& link) { return link->Up() && link->id() == entry.second; });
    });
  }
  return ids_[coordinator_id] = next_id_++;
}

void ReverseListener::Impl::Report(const ReverseLink& link) {
  const grpc::Status& why = link.reason();
  const bool unauthenticated = why.error_code() == grpc::StatusCode::UNAUTHENTICATED;
  if (link.Up()) {
    const std::string coordinator = Printable(link.coordinator_id(), kMaxCoordinatorIdBytes);
    Log(unauthenticated ? LogLevel::kError : LogLevel::kWarn,
        unauthenticated ? "authentication failed: invalid token" : "lost the connection of a coordinator",
        {{"coordinator", coordinator}, {"peer", link.peer()}, {"answer", why.error_message()}});
  } else if (unauthenticated && link.said_goodbye()) {
    LogPeer(LogLevel::kError, "authentication failed: the coordinator does not know this runner's token", link.peer(),
            why.error_message());
  } else if (unauthenticated) {
    LogPeer(LogLevel::kError, Concat("authentication failed: ", why.error_message()), link.peer(), "");
  } else {
    LogPeer(LogLevel::kWarn, "connection without a handshake", link.peer(), why.error_message());
  }
}

void ReverseListener::Impl::LogPeer(LogLevel level, std::string_view event, const std::string& peer,
                                    std::string_view detail) {
  uint64_t suppressed = 0;
  if (!limiter_.Allow(Concat(event, "\n", peer), MonotonicNow(), &suppressed)) return;
  Log(level, event, {{"peer", peer}, {"detail", detail}, {"since_last", suppressed}});
}

ReverseListener::ReverseListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReverseListener::~ReverseListener() = default;

absl::StatusOr<std::unique_ptr<ReverseListener>> ReverseListener::Start(const ReverseListenerOptions& options,
                                                                        Agent& agent) {
  auto impl = std::make_unique<Impl>(options, agent);
  RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<ReverseListener>(new ReverseListener(std::move(impl)));
}

uint16_t ReverseListener::Port() const { return impl_->port(); }

}  // namespace mockarty

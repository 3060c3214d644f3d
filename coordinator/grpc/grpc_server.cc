#include "coordinator/grpc/grpc_server.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/rpc/grpc_server.h"
#include "coordinator/grpc/reverse_dialer.h"
#include "coordinator/grpc/service_context.h"

namespace mockarty {
namespace {

constexpr size_t kMemoryQuotaBytes = 1u << 30;            // of gRPC's own buffers
constexpr Nanos kIdleConnection = 300 * kNanosPerSecond;  // without calls
constexpr int kMaxStreamsPerConnection = 128;
constexpr Nanos kHousekeepingInterval = 200 * kNanosPerMilli;

}  // namespace

class GrpcServer::Impl {
 public:
  Impl(const GrpcServerOptions& options, TokenVerifier& tokens, CorePort& core)
      : context_(options, tokens, core),
        runner_link_(MakeRunnerLinkService(context_)),
        control_(MakeControlService(context_)),
        dialer_(context_) {}

  ~Impl() { Shutdown(0); }

  absl::Status Start() {
    const GrpcServerOptions& options = context_.options;
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
      return absl::InvalidArgumentError("TLS of the runners' port: expected both a certificate and its key");
    }
    grpc::ServerBuilder builder;
    SetUpGrpcServer({.name = "coordinator",
                     .max_received_bytes = std::max(options.max_request_bytes, options.max_runner_message_bytes),
                     .memory_quota_bytes = kMemoryQuotaBytes,
                     .keepalive = options.keepalive_time,
                     .keepalive_timeout = options.keepalive_timeout,
                     .idle_connection = kIdleConnection,
                     .max_streams_per_connection = kMaxStreamsPerConnection},
                    builder);
    int port = 0;
    bool v6 = options.address.find(':') != std::string::npos;
    std::string host = options.address.empty() ? "[::]" : v6 ? Concat("[", options.address, "]") : options.address;
    builder.AddListeningPort(Concat(host, ":", options.port),
                             MakeServerCredentials(options.tls_certificate, options.tls_key, options.tls_client_ca),
                             &port);
    builder.RegisterService(runner_link_.get());
    builder.RegisterService(control_.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      // gRPC tells the cause to its log only.
      std::string_view hint = options.tls_certificate.empty() ? "is the port in use?"
                                                              : "is the port in use, or certificate and key no pair?";
      return absl::UnavailableError(
          Concat("cannot listen on ", Quoted(options.address), " port ", options.port, " for gRPC: ", hint));
    }
    port_ = static_cast<uint16_t>(port);
    housekeeping_ = std::thread([this] { Housekeep(); });
    return absl::OkStatus();
  }

  void Shutdown(Nanos grace) {
    if (server_ == nullptr) return;
    const Nanos deadline = MonotonicNow() + grace;
    dialer_.StopDialling();
    for (const auto& stream : context_.Streams()) stream->EndOfService();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::nanoseconds(grace));
    server_->Wait();
    dialer_.WaitUntilOver(deadline);
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    housekeeping_.join();
    server_.reset();
  }

  uint16_t port() const { return port_; }
  const ServiceContext& context() const { return context_; }
  size_t reverse_connected() { return dialer_.Connected(); }

 private:
  void Housekeep() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::nanoseconds(kHousekeepingInterval), [this] { return stopping_; })) {
      lock.unlock();
      for (const auto& stream : context_.Streams()) stream->CheckDeadlines(MonotonicNow());
      dialer_.Tick(MonotonicNow());
      lock.lock();
    }
  }

  ServiceContext context_;
  std::unique_ptr<grpc::Service> runner_link_;
  std::unique_ptr<grpc::Service> control_;
  ReverseDialer dialer_;
  std::unique_ptr<grpc::Server> server_;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread housekeeping_;
};

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GrpcServer::~GrpcServer() = default;

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options, TokenVerifier& tokens,
                                                              CorePort& core) {
  auto impl = std::make_unique<Impl>(options, tokens, core);
  if (absl::Status status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(impl)));
}

uint16_t GrpcServer::Port() const { return impl_->port(); }
void GrpcServer::Shutdown(Nanos grace) { impl_->Shutdown(grace); }

GrpcServer::Stats GrpcServer::GetStats() const {
  const ServiceContext& context = impl_->context();
  return {.sessions = context.sessions,
          .reverse_addresses = context.options.reverse.addresses.size(),
          .reverse_connected = impl_->reverse_connected(),
          .watches = context.watches,
          .refused_tokens = context.refused_tokens,
          .refused_sessions = context.refused_sessions,
          .slow_sessions = context.slow_sessions};
}

}  // namespace mockarty

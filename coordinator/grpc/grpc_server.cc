#include "coordinator/grpc/grpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "coordinator/grpc/reverse_dialer.h"
#include "coordinator/grpc/service_context.h"

namespace mockarty {
namespace {

constexpr size_t kMemoryQuotaBytes = 1u << 30;  // of gRPC's own buffers
constexpr int kHandshakeTimeoutMs = 10'000;
constexpr int kIdleConnectionMs = 300'000;  // a connection without calls
constexpr int kMaxStreamsPerConnection = 128;
constexpr Nanos kHousekeepingInterval = 200 * kNanosPerMilli;

int Millis(Nanos nanos) { return static_cast<int>(nanos / kNanosPerMilli); }

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const GrpcServerOptions& options) {
  if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  bool mutual = !options.tls_client_ca.empty();
  grpc::SslServerCredentialsOptions ssl(mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                               : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  ssl.pem_root_certs = options.tls_client_ca;
  ssl.pem_key_cert_pairs.push_back({options.tls_key, options.tls_certificate});
  return grpc::SslServerCredentials(ssl);
}

// gRPC's own lines go into our log, each place of its code once a minute: strangers cause them at will, as by a TLS
// handshake that fails.
void OnGrpcLog(gpr_log_func_args* line) {
  static LogLimiter limiter(60 * kNanosPerSecond, 256);
  bool error = line->severity == GPR_LOG_SEVERITY_ERROR;
  if (!error && !LogEnabled(LogLevel::kDebug)) return;
  uint64_t suppressed = 0;
  if (!limiter.Allow(Concat(line->file, ":", line->line), MonotonicNow(), &suppressed)) return;
  Log(error ? LogLevel::kWarn : LogLevel::kDebug, "gRPC", {{"detail", line->message}, {"since_last", suppressed}});
}

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
    static std::once_flag log_is_ours;
    std::call_once(log_is_ours, [] { gpr_set_log_function(OnGrpcLog); });
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(
        static_cast<int>(std::max(options.max_request_bytes, options.max_runner_message_bytes)));
    builder.SetMaxSendMessageSize(-1);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_time));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleConnectionMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetResourceQuota(grpc::ResourceQuota("coordinator").Resize(kMemoryQuotaBytes));
    int port = 0;
    bool v6 = options.address.find(':') != std::string::npos;
    std::string host = options.address.empty() ? "[::]" : v6 ? Concat("[", options.address, "]") : options.address;
    builder.AddListeningPort(Concat(host, ":", options.port), CredentialsOf(options), &port);
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

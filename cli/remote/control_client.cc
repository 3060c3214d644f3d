#include "cli/remote/control_client.h"

#include <errno.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <stdio.h>
#include <string.h>

#include <chrono>
#include <mutex>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "mockarty/v1/control.grpc.pb.h"

namespace mockarty {
namespace {

constexpr auto kCallTimeout = std::chrono::seconds(10);
constexpr int kConnectTimeoutMs = 5'000;
constexpr int kKeepaliveMs = 20'000;
constexpr int kMaxMessageBytes = 64 << 20;
constexpr size_t kMaxCaBytes = 4 << 20;

// Codes are numbered alike.
absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

absl::StatusOr<std::string> ReadCertificates(const std::string& path) {
  auto fail = [&](std::string_view why) {
    return absl::InvalidArgumentError(Concat("--tls-ca: cannot read ", Quoted(path, 200), ": ", why));
  };
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return fail(strerror(errno));
  std::string text(kMaxCaBytes + 1, '\0');
  text.resize(fread(text.data(), 1, text.size(), file));
  bool failed = ferror(file) != 0;
  int error = errno;
  fclose(file);
  if (failed) return fail(strerror(error));
  if (text.size() > kMaxCaBytes) return fail("it is larger than 4 MiB");
  if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos) return fail("it holds no certificate in PEM form");
  return text;
}

}  // namespace

// A channel that could not connect tries again when its own timers say so, which may be long after the coordinator came
// back. How often to try is the caller's business here, so each call after a failed one has a channel of its own.
struct ControlClient::Connection {
  using Stub = v1::Control::Stub;

  std::string target;
  std::string authorization;
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  mutable std::mutex mutex;
  mutable std::shared_ptr<Stub> stub;

  std::shared_ptr<Stub> Get() const {
    std::lock_guard lock(mutex);
    if (stub == nullptr) stub = v1::Control::NewStub(grpc::CreateCustomChannel(target, credentials, Options()));
    return stub;
  }
  // Of a call over `used`.
  absl::Status Done(const std::shared_ptr<Stub>& used, const grpc::Status& result) const {
    absl::Status status = FromGrpc(result);
    std::lock_guard lock(mutex);
    if (!status.ok() && IsTransient(status) && stub == used) stub = nullptr;
    return status;
  }

  static grpc::ChannelArguments Options() {
    grpc::ChannelArguments options;
    options.SetMaxReceiveMessageSize(kMaxMessageBytes);
    // Channels to one address would share a socket, and with it the waiting.
    options.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    options.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
    // Nothing else tells a quiet stream from a dead one.
    options.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    options.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveMs / 2);
    // A proxy for web pages is none for a machine of one's own network.
    options.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return options;
  }

  void Prepare(grpc::ClientContext& context) const { context.AddMetadata("authorization", authorization); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) const {
    grpc::ClientContext context;
    Prepare(context);
    context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    Response response;
    std::shared_ptr<Stub> used = Get();
    RETURN_IF_ERROR(Done(used, (used.get()->*method)(&context, request, &response)));
    return response;
  }
};

ControlClient::ControlClient(std::string address, std::unique_ptr<Connection> connection)
    : address_(std::move(address)), connection_(std::move(connection)) {}

ControlClient::~ControlClient() = default;

absl::StatusOr<std::unique_ptr<ControlClient>> ControlClient::Create(const CoordinatorArguments& coordinator) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (coordinator.tls) {
    grpc::SslCredentialsOptions options;
    if (!coordinator.tls_ca_path.empty()) {
      ASSIGN_OR_RETURN(options.pem_root_certs, ReadCertificates(coordinator.tls_ca_path));
    }
    credentials = grpc::SslCredentials(options);
  }
  auto connection = std::make_unique<Connection>();
  connection->target = Concat("dns:///", coordinator.address);
  connection->authorization = Concat("Bearer ", coordinator.token);
  connection->credentials = std::move(credentials);
  return std::unique_ptr<ControlClient>(new ControlClient(coordinator.address, std::move(connection)));
}

absl::StatusOr<std::string> ControlClient::Submit(const v1::SubmitRequest& request) {
  ASSIGN_OR_RETURN(v1::SubmitResponse response, connection_->Call(&v1::Control::Stub::Submit, request));
  return response.run_id();
}

absl::Status ControlClient::Stop(const std::string& run_id, bool now) {
  v1::StopRequest request;
  request.set_run_id(run_id);
  request.set_now(now);
  return connection_->Call(&v1::Control::Stub::Stop, request).status();
}

absl::StatusOr<v1::ListRunsResponse> ControlClient::ListRuns(const v1::ListRunsRequest& request) {
  return connection_->Call(&v1::Control::Stub::ListRuns, request);
}

absl::StatusOr<v1::ListRunnersResponse> ControlClient::ListRunners() {
  return connection_->Call(&v1::Control::Stub::ListRunners, v1::ListRunnersRequest());
}

absl::Status ControlClient::Watch(const std::string& run_id, uint64_t after,
                                  const std::function<bool(const v1::RunEvent&)>& on_event) {
  v1::WatchRequest request;
  request.set_run_id(run_id);
  request.set_after(after);
  grpc::ClientContext context;
  connection_->Prepare(context);
  std::shared_ptr<Connection::Stub> stub = connection_->Get();
  auto reader = stub->Watch(&context, request);
  v1::RunEvent event;
  while (reader->Read(&event)) {
    if (on_event(event)) continue;
    context.TryCancel();
    // What is left in the stream must be read before its status.
    while (reader->Read(&event)) {
    }
    reader->Finish().error_code();
    return absl::OkStatus();
  }
  absl::Status status = connection_->Done(stub, reader->Finish());
  return status.ok() ? absl::UnavailableError("the coordinator ended the stream") : status;
}

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
      return false;
    default:
      return true;
  }
}

}  // namespace mockarty

#include "coordinator/grpc/service_context.h"

#include "common/base/concat.h"
#include "common/base/grpc_peer.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr size_t kMaxTokenBytes = 256;
constexpr size_t kMaxStatusBytes = 4096;  // travels in a header

// The token behind "Bearer ", empty when there is none.
std::string BearerToken(const grpc::CallbackServerContext& call) {
  const auto& metadata = call.client_metadata();
  auto [first, last] = metadata.equal_range("authorization");
  if (first == last || std::next(first) != last) return "";
  std::string_view value(first->second.data(), first->second.size());
  constexpr std::string_view kScheme = "Bearer ";
  if (!value.starts_with(kScheme) || value.size() > kMaxTokenBytes) return "";
  return std::string(value.substr(kScheme.size()));
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      Printable(ToStd(status.message()), kMaxStatusBytes));
}

absl::StatusOr<TokenIdentity> ServiceContext::Authenticate(const grpc::CallbackServerContext& call, TokenType type) {
  absl::StatusOr<TokenIdentity> identity = absl::UnauthenticatedError("invalid token");
  std::string token = BearerToken(call);
  if (!token.empty()) identity = tokens.Verify(token, type);
  if (absl::IsUnauthenticated(identity.status())) {
    ++refused_tokens;
    LogPeer(LogLevel::kWarn, "token refused", SourceOf(call.peer()), "");
  }
  return identity;
}

void ServiceContext::LogPeer(LogLevel level, std::string_view event, const std::string& peer,
                             const std::string& detail) {
  uint64_t suppressed = 0;
  if (!limiter_.Allow(Concat(event, "\n", peer), MonotonicNow(), &suppressed)) return;
  Log(level, event, {{"peer", peer}, {"detail", detail}, {"since_last", suppressed}});
}

void ServiceContext::Add(std::weak_ptr<Watched> stream) {
  std::lock_guard lock(mutex_);
  streams_.push_back(std::move(stream));
}

std::vector<std::shared_ptr<Watched>> ServiceContext::Streams() {
  std::vector<std::shared_ptr<Watched>> alive;
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const std::weak_ptr<Watched>& stream) {
    std::shared_ptr<Watched> held = stream.lock();
    if (held == nullptr) return true;
    alive.push_back(std::move(held));
    return false;
  });
  return alive;
}

}  // namespace mockarty

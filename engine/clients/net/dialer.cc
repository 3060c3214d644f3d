#include "engine/clients/net/dialer.h"

#include <errno.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace mockarty {
namespace {

constexpr Nanos kMinShare = 2 * kNanosPerSecond;

NetError DialError(const IoResult& result, const SocketAddress& address) {
  const std::string where = absl::StrCat("connecting to ", address.ToString());
  switch (result.kind) {
    case NetErrorKind::kInterrupted:
      return {NetErrorKind::kInterrupted, "interrupted"};
    case NetErrorKind::kTimeout:
      return {NetErrorKind::kDialTimeout, absl::StrCat(where, ": timed out")};
    case NetErrorKind::kRefused:
      return {NetErrorKind::kRefused, absl::StrCat(where, ": connection refused")};
    case NetErrorKind::kReset:
      return {NetErrorKind::kReset, absl::StrCat(where, ": connection reset by peer")};
    default:
      break;
  }
  std::string hint;
  if (result.system_error == EADDRNOTAVAIL) hint = " (no free local port: too many connections opened and closed)";
  if (result.system_error == EMFILE) hint = " (see ulimit -n)";
  return {NetErrorKind::kDial, absl::StrCat(where, ": ", DescribeIoError(result), hint)};
}

// When this attempt must end, with `left` addresses to try including this one.
Nanos AttemptDeadline(Nanos now, Nanos deadline, size_t left) {
  if (left <= 1 || deadline == kNever) return deadline;
  return std::min(deadline, now + std::max(kMinShare, (deadline - now) / static_cast<Nanos>(left)));
}

}  // namespace

NetError Dialer::Dial(std::string_view host, uint16_t port, Nanos deadline, TcpStream* stream, DialTimings* timings) {
  const Nanos start = MonotonicNow();
  std::vector<SocketAddress> addresses;
  NetError error = resolver_->Resolve(host, port, deadline, &addresses);
  const Nanos resolved = MonotonicNow();
  timings->looking_up = resolved - start;
  if (!error.ok()) return error;

  NetError denied;
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (*policy_) {
      if (absl::Status verdict = (*policy_)(addresses[i]); !verdict.ok()) {
        denied = {NetErrorKind::kDenied,
                  absl::StrCat("address ", addresses[i].Ip(), " is not allowed: ", std::string(verdict.message()))};
        continue;
      }
    }
    const Nanos now = MonotonicNow();
    const IoResult result = stream->Connect(addresses[i], AttemptDeadline(now, deadline, addresses.size() - i));
    timings->connecting = MonotonicNow() - resolved;
    if (result.ok()) return {};
    NetError failed = DialError(result, addresses[i]);
    if (error.ok() || failed.kind == NetErrorKind::kInterrupted) error = std::move(failed);
    if (error.kind == NetErrorKind::kInterrupted || MonotonicNow() >= deadline) break;
  }
  return error.ok() ? denied : error;
}

}  // namespace mockarty

#include "engine/clients/net/dialer.h"

#include <errno.h>

#include <algorithm>
#include <functional>
#include <random>
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

const HostOverride* FindOverride(const std::vector<HostOverride>& overrides, std::string_view host, uint16_t port) {
  for (const HostOverride& override : overrides) {
    if ((override.port == 0 || override.port == port) && HostMatches(override.pattern, host)) return &override;
  }
  return nullptr;
}

void Choose(const DialOptions& options, std::vector<SocketAddress>* addresses) {
  if (options.select == DnsSelect::kRandom && addresses->size() > 1) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::shuffle(addresses->begin(), addresses->end(), random);
    const auto is_v4 = [](const SocketAddress& address) { return !address.IsV6(); };
    if (options.policy != DnsPolicy::kAny) std::stable_partition(addresses->begin(), addresses->end(), is_v4);
  }
  const auto is_v6 = [](const SocketAddress& address) { return address.IsV6(); };
  if (options.policy == DnsPolicy::kPreferV6) std::stable_partition(addresses->begin(), addresses->end(), is_v6);
  if (options.policy == DnsPolicy::kOnlyV4) std::erase_if(*addresses, is_v6);
  if (options.policy == DnsPolicy::kOnlyV6) std::erase_if(*addresses, std::not_fn(is_v6));
}

}  // namespace

NetError Dialer::FindAddresses(std::string_view host, uint16_t port, Nanos deadline,
                               std::vector<SocketAddress>* addresses) {
  for (const std::string& blocked : options_->blocked_hosts) {
    if (HostMatches(blocked, host)) {
      return {NetErrorKind::kBlockedHost,
              absl::StrCat("host \"", std::string(host), "\" is blocked by \"", blocked, "\" of blockHostnames")};
    }
  }
  if (const HostOverride* override = FindOverride(options_->hosts, host, port)) {
    addresses->push_back(override->address);
    if (override->address.port() == 0) addresses->back().set_port(port);
    return {};
  }
  NetError error = resolver_->Resolve(host, port, deadline, addresses);
  if (!error.ok()) return error;
  Choose(*options_, addresses);
  if (!addresses->empty()) return {};
  return {NetErrorKind::kNoSuchHost,
          absl::StrCat("host \"", std::string(host), "\" has no address of the kind that dns.policy allows")};
}

NetError Dialer::CheckAddress(const SocketAddress& address) const {
  for (const IpRange& range : options_->denied) {
    if (range.Contains(address.Bytes(), address.IsV6())) {
      return {NetErrorKind::kDenied, absl::StrCat("address ", address.Ip(), " is in blacklistIPs")};
    }
  }
  if (!*policy_) return {};
  const absl::Status verdict = (*policy_)(address);
  if (verdict.ok()) return {};
  return {NetErrorKind::kDenied,
          absl::StrCat("address ", address.Ip(), " is not allowed: ", std::string(verdict.message()))};
}

// One of the ranges' addresses, in turn over all users; null when there is none of the family.
const SocketAddress* Dialer::LocalAddress(bool v6, SocketAddress* address) const {
  uint64_t total = 0;
  for (const IpRange& range : options_->local) total += range.is_v6() == v6 ? range.Size() : 0;
  if (total == 0) return nullptr;
  uint64_t place = user_ % total;
  for (const IpRange& range : options_->local) {
    if (range.is_v6() != v6) continue;
    if (place < range.Size()) {
      *address = SocketAddress::FromBytes(range.At(place), v6);
      return address;
    }
    place -= range.Size();
  }
  return nullptr;
}

NetError Dialer::Dial(std::string_view host, uint16_t port, Nanos deadline, TcpStream* stream, DialTimings* timings) {
  const Nanos start = MonotonicNow();
  std::vector<SocketAddress> addresses;
  NetError error = FindAddresses(host, port, deadline, &addresses);
  const Nanos resolved = MonotonicNow();
  timings->looking_up = resolved - start;
  if (!error.ok()) return error;

  NetError denied;
  SocketAddress local;
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (NetError verdict = CheckAddress(addresses[i]); !verdict.ok()) {
      denied = std::move(verdict);
      continue;
    }
    const Nanos now = MonotonicNow();
    const IoResult result = stream->Connect(addresses[i], AttemptDeadline(now, deadline, addresses.size() - i),
                                            LocalAddress(addresses[i].IsV6(), &local));
    timings->connecting = MonotonicNow() - resolved;
    if (result.ok()) return {};
    NetError failed = DialError(result, addresses[i]);
    if (error.ok() || failed.kind == NetErrorKind::kInterrupted) error = std::move(failed);
    if (error.kind == NetErrorKind::kInterrupted || MonotonicNow() >= deadline) break;
  }
  return error.ok() ? denied : error;
}

}  // namespace mockarty

// From a host name to an open TCP connection: resolve, ask the policy, try the addresses in turn.
#ifndef ENGINE_CLIENTS_NET_DIALER_H_
#define ENGINE_CLIENTS_NET_DIALER_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/time/clock.h"
#include "engine/clients/net/dial_options.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/tcp_stream.h"

namespace mockarty {

// Asked for every address before it is dialled, after DNS; not OK refuses it, and its message is shown. Called from
// all workers, so it must be safe to call from several threads at once. Empty: everything is allowed.
using DialPolicy = std::function<absl::Status(const SocketAddress& address)>;

struct DialTimings {
  Nanos looking_up = 0;
  Nanos connecting = 0;
};

class Dialer {
 public:
  // All outlive the dialer. `user`: who dials, of all virtual users; picks the local address.
  Dialer(DnsResolver* resolver, const DialPolicy* policy, const DialOptions* options, uint64_t user)
      : resolver_(resolver), policy_(policy), options_(options), user_(user) {}

  // On a fiber. `deadline` is the whole request's. Each address but the last gets its share of the time left, at
  // least two seconds, so that one that swallows packets leaves time for the next. The error is that of the first
  // address that failed otherwise than by policy.
  NetError Dial(std::string_view host, uint16_t port, Nanos deadline, TcpStream* stream, DialTimings* timings);

 private:
  NetError FindAddresses(std::string_view host, uint16_t port, Nanos deadline, std::vector<SocketAddress>* addresses);
  NetError CheckAddress(const SocketAddress& address) const;
  const SocketAddress* LocalAddress(bool v6, SocketAddress* address) const;

  DnsResolver* resolver_;
  const DialPolicy* policy_;
  const DialOptions* options_;
  uint64_t user_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_DIALER_H_

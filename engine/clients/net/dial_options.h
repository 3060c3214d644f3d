// Where connections go, whatever a name says: overrides, prohibitions, the order of addresses, the local end.
#ifndef ENGINE_CLIENTS_NET_DIAL_OPTIONS_H_
#define ENGINE_CLIENTS_NET_DIAL_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ip_range.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {

enum class DnsSelect { kFirst, kRandom, kRoundRobin };
enum class DnsPolicy { kPreferV4, kPreferV6, kOnlyV4, kOnlyV6, kAny };

// Instead of asking DNS.
struct HostOverride {
  std::string pattern;    // lower case; see HostMatches()
  uint16_t port = 0;      // only for connections to this one; 0: any
  SocketAddress address;  // port 0: the one asked for
};

struct DialOptions {
  std::vector<HostOverride> hosts;  // the first that fits: those with a port before the others, names before patterns
  std::vector<std::string> blocked_hosts;
  std::vector<IpRange> denied;
  std::vector<IpRange> local;  // empty: the system chooses
  DnsSelect select = DnsSelect::kRoundRobin;
  DnsPolicy policy = DnsPolicy::kPreferV4;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_DIAL_OPTIONS_H_

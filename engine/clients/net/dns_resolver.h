// Host names to addresses: getaddrinfo on a few threads of its own, so that no worker blocks, and so that /etc/hosts,
// nsswitch.conf and search domains count as everywhere else on the machine. Results are cached for the process;
// a name is looked up once however many virtual users ask (single flight).
//
// Threads: Resolve() from fibers of any loop; everything shared is behind one mutex, taken once a new connection.
// Destroy after all fibers that use it are done. A lookup in progress then ends on its own thread, unheard.
#ifndef ENGINE_CLIENTS_NET_DNS_RESOLVER_H_
#define ENGINE_CLIENTS_NET_DNS_RESOLVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {

class DnsResolver {
 public:
  // What one lookup found; ports are 0. Empty addresses: `error` says why, kNoSuchHost or kDns.
  struct Answer {
    std::vector<SocketAddress> addresses;
    NetError error;
  };
  using Lookup = std::function<Answer(const std::string& host)>;

  struct Options {
    Nanos ttl = 300 * kNanosPerSecond;
    Nanos negative_ttl = 1 * kNanosPerSecond;
    int threads = 2;
    bool rotate = true;            // see Resolve()
    bool one_family = false;       // IPv4 and IPv6 are one list, in the order of the answer
    size_t max_names = 4096;       // cached; beyond it the entry that expires first goes
    Lookup lookup;                 // default: getaddrinfo
    const Clock* clock = nullptr;  // for the TTLs; default: the monotonic clock
  };

  explicit DnsResolver(Options options);
  DnsResolver() : DnsResolver(Options()) {}
  ~DnsResolver();
  DnsResolver(const DnsResolver&) = delete;
  DnsResolver& operator=(const DnsResolver&) = delete;

  // Waits on the fiber. Fills `addresses` in the order in which to try them: IPv4 before IPv6, rotated at every call
  // (unless told otherwise) so that connections spread over all of them. Literal addresses are answered at once.
  // With `one_family` the whole list is rotated, whichever family its addresses have.
  // Kinds: kNoSuchHost, kDns (also when the deadline comes first), kInterrupted.
  NetError Resolve(std::string_view host, uint16_t port, Nanos deadline, std::vector<SocketAddress>* addresses);

 private:
  struct State;
  NetError Find(const std::string& host, Nanos deadline, Answer* answer);
  void Enqueue(const std::string& host, bool* in_flight);

  std::shared_ptr<State> state_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_DNS_RESOLVER_H_

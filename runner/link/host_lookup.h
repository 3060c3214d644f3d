// Names to addresses by the system's resolver, which cannot be interrupted: each look-up has a thread of its own that
// is left behind when nobody waits any more. At most one of a HostLookup is under way. Threads: one.
#ifndef RUNNER_LINK_HOST_LOOKUP_H_
#define RUNNER_LINK_HOST_LOOKUP_H_

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/settings.h"
#include "common/time/clock.h"

namespace mockarty {

class HostLookup {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

  // Blocks until the answer is there, `deadline` (MonotonicNow()'s) comes, or `stopped` is true. Unavailable says why
  // there is none.
  absl::StatusOr<Endpoints> Find(const HostPort& host, Nanos deadline, const std::function<bool()>& stopped);

 private:
  struct Lookup;
  std::shared_ptr<Lookup> running_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_HOST_LOOKUP_H_

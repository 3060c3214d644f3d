// Connects to the runners that listen (reverse mode), and connects again for ever: a stream an address, with the
// handshake of reverse_link.proto, and then a session as that of a runner that connected by itself.
//
// An attempt follows the last by a wait that doubles, with jitter; after a refusal (a wrong token, another version,
// nobody there who speaks this) it is a longer one. What goes wrong is logged once an address and interval.
// Internal to coordinator/grpc. Threads: Tick() from one thread at a time; the others from any.
#ifndef COORDINATOR_GRPC_REVERSE_DIALER_H_
#define COORDINATOR_GRPC_REVERSE_DIALER_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/time/backoff.h"
#include "coordinator/grpc/service_context.h"

namespace mockarty {

class ReverseStream;

class ReverseDialer {
 public:
  explicit ReverseDialer(ServiceContext& context);
  ~ReverseDialer();
  ReverseDialer(const ReverseDialer&) = delete;
  ReverseDialer& operator=(const ReverseDialer&) = delete;

  // Dials what is due and ends what is overdue. Often, five times a second or so.
  void Tick(Nanos now);
  // Addresses where a runner has spoken.
  size_t Connected();
  // No new attempts; handshakes under way end. Sessions end by EndOfService().
  void StopDialling();
  // Until all streams are over; those that are not at `deadline` are cut.
  void WaitUntilOver(Nanos deadline);

 private:
  friend class ReverseStream;
  struct Target {
    std::string address;
    Backoff backoff;
    Backoff refused_backoff;
    Nanos next_at = 0;
    std::shared_ptr<ReverseStream> stream;
  };

  // By a stream, as the last that it does. `heard`: a runner spoke; `refused`: the next attempt is not to
  // come soon.
  void OnOver(size_t target, bool heard, bool refused);
  std::vector<std::shared_ptr<ReverseStream>> Streams();
  void DropOver();

  ServiceContext& context_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool stopping_ = false;
  std::vector<Target> targets_;
  // To be destroyed on a thread that is none of gRPC's: with the last channel gRPC joins those.
  std::vector<std::shared_ptr<ReverseStream>> over_streams_;
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_REVERSE_DIALER_H_

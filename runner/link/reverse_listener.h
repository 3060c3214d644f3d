// Reverse mode: the runner listens, and coordinators connect to it. Each shows first that it knows the runner's token,
// without sending it (reverse_link.proto); then the stream is a link of the agent's, as one that the runner opened.
//
// A coordinator has one link: its next connection takes the place of the last, also where the end of that one has not
// been noticed. A stranger cannot end the process: what an unknown peer can cost is bounded (handshakes at a time and
// their duration, sizes, dead connections), and it is logged once a source and interval.
// Threads: one of the listener's own writes and tells the agent of links; messages are read on gRPC's. Start(), Port()
// and the destructor from one thread.
#ifndef RUNNER_LINK_REVERSE_LISTENER_H_
#define RUNNER_LINK_REVERSE_LISTENER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/agent.h"
#include "common/time/clock.h"
#include "runner/settings.h"

namespace mockarty {

struct ReverseListenerOptions {
  HostPort address;  // port 0: a free one
  std::string token;
  // PEM texts. No certificate: no TLS. With an authority coordinators must show a certificate of it.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;

  size_t max_links = 16;       // coordinators
  size_t max_handshakes = 32;  // at a time; past them the oldest ends
  size_t max_handshakes_per_source = 4;
  Nanos handshake_timeout = 10 * kNanosPerSecond;
  Nanos log_interval = 60 * kNanosPerSecond;  // between two lines about the same source
};

// Reads the files. InvalidArgument names setting, file and what is wrong.
absl::StatusOr<ReverseListenerOptions> MakeReverseListenerOptions(const RunnerSettings& settings);

class ReverseListener {
 public:
  // Listens when it returns. `agent` outlives it. Unavailable: the port is taken, or the certificate of no use.
  static absl::StatusOr<std::unique_ptr<ReverseListener>> Start(const ReverseListenerOptions& options, Agent& agent);
  // Ends the links in order, within about two seconds.
  ~ReverseListener();
  ReverseListener(const ReverseListener&) = delete;
  ReverseListener& operator=(const ReverseListener&) = delete;

  uint16_t Port() const;

 private:
  class Impl;
  explicit ReverseListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_REVERSE_LISTENER_H_

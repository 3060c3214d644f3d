// What a worker hands to its collector for one finished request.
#ifndef COMMON_METRICS_SAMPLE_H_
#define COMMON_METRICS_SAMPLE_H_

#include <cstdint>
#include <string_view>

#include "common/metrics/registry.h"
#include "common/time/clock.h"

namespace mockarty {

// Full path of nested group() calls, "::outer::inner", as an integer of one collector. 0 is the root.
using GroupId = uint32_t;
inline constexpr GroupId kRootGroup = 0;

// The lag of an iteration that no rate says the beginning of.
inline constexpr Nanos kNotPaced = -1;

struct RequestSample {
  std::string_view method;  // as sent: "GET"
  std::string_view url;     // absolute, as requested; query, user and fragment are dropped here
  std::string_view name;    // the script's `name` tag; empty: the normalised URL (route.h)
  int status = 0;           // 0: no response
  int error_code = 0;       // 0: none
  bool expected = true;     // false counts as failed and as frustrated
  // Static texts, compared by their address: "HTTP/2.0", "tls1.3"; empty where there is none.
  const char* protocol = "";
  const char* tls_version = "";
  std::string_view error;   // why it failed; empty: it did not
  std::string_view remote;  // the server's address; only where the run has the tag `ip`
  GroupId group = kRootGroup;
  TagSetId tags = kNoTags;      // tags of the request, the scenario and the run, already joined
  TagSetId scenario = kNoTags;  // of the scenario and the run alone: those of data_sent and data_received
  // Phases. What did not happen (a reused connection) is 0. Duration = sending + waiting + receiving.
  Nanos blocked = 0;
  Nanos connecting = 0;
  Nanos tls_handshaking = 0;
  Nanos sending = 0;
  Nanos waiting = 0;
  Nanos receiving = 0;
  Nanos lag = kNotPaced;  // how long after it was due the request's iteration began
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
};

}  // namespace mockarty

#endif  // COMMON_METRICS_SAMPLE_H_

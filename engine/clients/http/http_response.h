// What comes back of a request: each exchange with its timings, and the answer.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_RESPONSE_H_
#define ENGINE_CLIENTS_HTTP_HTTP_RESPONSE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "engine/clients/http/http_error.h"
#include "engine/clients/http/http_message.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {

// Lengths of the phases of one exchange. They do not overlap and add up to its whole length.
struct HttpTimings {
  Nanos blocked = 0;  // before sending, and in none of the following three (a failed try on a dead connection, too)
  Nanos looking_up = 0;
  Nanos connecting = 0;
  Nanos tls_handshaking = 0;
  Nanos sending = 0;
  Nanos waiting = 0;    // until the first byte of the answer
  Nanos receiving = 0;  // from it to the last

  // As k6 counts: what the server had its share in.
  Nanos Duration() const { return sending + waiting + receiving; }
};

// One exchange: a request and its answer, a redirect, a challenge or the last.
struct HttpHop {
  std::string method;
  std::string url;
  int status = 0;   // 0 when there was no complete answer
  HttpError error;  // of this hop
  HttpTimings timings;
  Nanos end = 0;                // instant
  uint64_t bytes_sent = 0;      // on the wire, TLS and its handshake included
  uint64_t bytes_received = 0;  // likewise
  SocketAddress remote;         // not set when nothing was connected
  bool connection_reused = false;
  bool challenge = false;  // the first half of digest authentication: 401 is what was wanted
  // Static texts: "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", empty without an answer; "tls1.3" and
  // "TLS_AES_128_GCM_SHA256", empty without TLS.
  const char* protocol = "";
  const char* tls_version = "";
  const char* tls_cipher = "";
};

// Valid until the next request of the same exchange or its end. Views point into it.
struct HttpResponse {
  int status = 0;  // 0: error
  std::string_view reason;
  std::string_view body;    // decoded when `decoded`; empty when discarded
  uint64_t body_bytes = 0;  // received, before decoding
  bool decoded = false;
  bool redirects_exhausted = false;  // the answer is a redirect that was not followed because there were too many
  HttpError error;
  std::string_view protocol;  // of the last hop; empty on error
  // Never empty after a request, unless it could not be sent at all (bad URL, bad header). The last one is the one
  // answered.
  std::span<const HttpHop> hops;
  const HttpMessage* message = nullptr;  // fields of the answer; null on error

  // The URL that answered, after redirects.
  std::string_view url() const { return hops.empty() ? std::string_view() : std::string_view(hops.back().url); }
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_RESPONSE_H_

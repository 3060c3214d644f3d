#include "engine/clients/http/http_endpoint.h"

#include <algorithm>

#include "engine/clients/http/http_transport.h"
#include "engine/vu/loop.h"

namespace mockarty {

NetError HttpEndpoint::Open(const HttpTransport& transport, Nanos deadline, OpenTimings* timings) {
  const Nanos dial_deadline = std::min(deadline, MonotonicNow() + transport.options().dial_timeout);
  DialTimings dial;
  NetError error = transport.MakeDialer().Dial(host_, port_, dial_deadline, &tcp_, &dial);
  timings->looking_up = dial.looking_up;
  timings->connecting = dial.connecting;
  if (!error.ok() || !https_) return error;

  const Nanos start = MonotonicNow();
  const absl::StatusOr<const TlsContext*> context = transport.Tls();
  if (context.ok()) {
    tls_.emplace(&tcp_);
    error = tls_->Handshake(**context, host_, &session_, deadline);
  } else {
    error = {NetErrorKind::kTls, std::string(context.status().message())};
  }
  timings->tls_handshaking = MonotonicNow() - start;
  if (!error.ok()) Close();
  return error;
}

void HttpEndpoint::Close() {
  tls_.reset();
  tcp_.Close();
}

}  // namespace mockarty

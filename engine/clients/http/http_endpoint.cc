#include "engine/clients/http/http_endpoint.h"

#include <algorithm>

#include "engine/clients/http/http_transport.h"
#include "engine/vu/fiber.h"

namespace mockarty {

NetError HttpEndpoint::Open(const HttpTransport& transport, Nanos deadline, OpenTimings* timings) {
  opening_ = true;
  tcp_.ForgetCounts();
  counted_read_ = counted_written_ = 0;
  NetError error = Connect(transport, deadline, timings);
  opening_ = false;
  if (error.ok()) {
    spoke_http1_ = !tls_ || !tls_->ChoseHttp2();
    if (!spoke_http1_) http2_ = std::make_unique<Http2Session>(&tcp_, &*tls_, transport.options().limits);
  }
  for (Event* waiter : waiters_) waiter->SetDeferred();
  waiters_.clear();
  return error;
}

bool HttpEndpoint::WaitUntilOpen(Nanos deadline) {
  Event opened;
  waiters_.push_back(&opened);
  if (Fiber::Current()->WaitEvent(opened, deadline) == WaitResult::kReady) return true;
  if (!opened.IsSet()) std::erase(waiters_, &opened);
  return false;
}

NetError HttpEndpoint::Connect(const HttpTransport& transport, Nanos deadline, OpenTimings* timings) {
  if (!transport.options().in_process_answer.empty()) {
    in_process_ = &transport.options().in_process_answer;
    in_process_read_ = 0;
    return {};
  }
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
  http2_.reset();
  tls_.reset();
  tcp_.Close();
  in_process_ = nullptr;
  retired = false;
}

// Lets the loop serve others, as a wait for a socket would, and hands out the answer once a request.
IoResult HttpEndpoint::ReadInProcess(char* buffer, size_t size) {
  Fiber* fiber = Fiber::Current();
  fiber->Yield();
  if (fiber->Interrupted()) return {0, NetErrorKind::kInterrupted, 0};
  const size_t count = in_process_->copy(buffer, size, in_process_read_);
  in_process_read_ += count;
  if (in_process_read_ == in_process_->size()) in_process_read_ = 0;
  return {count, NetErrorKind::kNone, 0};
}

IoResult HttpEndpoint::WriteInProcess(std::span<iovec> parts) {
  size_t size = 0;
  for (const iovec& part : parts) size += part.iov_len;
  return {size, NetErrorKind::kNone, 0};
}

}  // namespace mockarty

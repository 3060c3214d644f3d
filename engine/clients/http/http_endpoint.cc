#include "engine/clients/http/http_endpoint.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/http/text.h"
#include "engine/vu/fiber.h"

namespace mockarty {
namespace {

constexpr size_t kMaxTunnelHead = 16 * 1024;

}  // namespace

NetError HttpEndpoint::Open(const HttpTransport& transport, uint64_t user, Nanos deadline, OpenTimings* timings) {
  opening_ = true;
  tcp_.ForgetCounts();
  counted_read_ = counted_written_ = 0;
  NetError error = Connect(transport, user, deadline, timings);
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

NetError HttpEndpoint::Connect(const HttpTransport& transport, uint64_t user, Nanos deadline, OpenTimings* timings) {
  if (!transport.options().in_process_answer.empty()) {
    in_process_ = &transport.options().in_process_answer;
    in_process_read_ = 0;
    return {};
  }
  const Nanos dial_deadline = std::min(deadline, MonotonicNow() + transport.options().dial_timeout);
  DialTimings dial;
  proxy_ = transport.options().proxies.For(https_, host_, port_);
  NetError error = transport.MakeDialer(user).Dial(
      proxy_ != nullptr ? proxy_->host : host_, proxy_ != nullptr ? proxy_->port : port_, dial_deadline, &tcp_, &dial);
  if (!error.ok() && proxy_ != nullptr) error.message = absl::StrCat("proxy ", proxy_->host, ": ", error.message);
  timings->looking_up = dial.looking_up;
  timings->connecting = dial.connecting;
  if (!error.ok() || !https_) return error;

  const Nanos start = MonotonicNow();
  if (proxy_ != nullptr) error = OpenTunnel(dial_deadline);
  if (!error.ok()) {
    timings->connecting += MonotonicNow() - start;
    Close();
    return error;
  }
  const absl::StatusOr<const TlsContext*> context = transport.Tls(host_);
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

// CONNECT (RFC 9110, 9.3.6). The head is read byte by byte to its end: what follows is the server's.
NetError HttpEndpoint::OpenTunnel(Nanos deadline) {
  const bool v6 = host_.find(':') != std::string::npos;
  const std::string authority = absl::StrCat(v6 ? "[" : "", host_, v6 ? "]:" : ":", port_);
  std::string head = absl::StrCat("CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority, "\r\n");
  if (!proxy_->authorization.empty()) absl::StrAppend(&head, "Proxy-Authorization: ", proxy_->authorization, "\r\n");
  absl::StrAppend(&head, "\r\n");
  iovec part{head.data(), head.size()};
  IoResult result = tcp_.Write({&part, 1}, deadline);
  std::string answer;
  while (result.ok() && answer.size() < kMaxTunnelHead && !std::string_view(answer).ends_with("\r\n\r\n")) {
    char byte;
    result = tcp_.Read(&byte, 1, deadline);
    if (result.ok()) answer.push_back(byte);
  }
  const std::string whose = absl::StrCat("proxy ", proxy_->host, ": ");
  if (!result.ok())
    return {result.kind == NetErrorKind::kClosed ? NetErrorKind::kDial : result.kind,
            absl::StrCat(whose, "asking for a tunnel: ", DescribeIoError(result))};
  const std::string_view line = std::string_view(answer).substr(0, answer.find('\r'));
  if (line.size() >= 12 && line.starts_with("HTTP/1.") && line.substr(8, 2) == " 2") return {};
  return {NetErrorKind::kDial, absl::StrCat(whose, "refused the tunnel: ", QuoteText(line, 100))};
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

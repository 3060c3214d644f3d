#include "engine/clients/http/http_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/content_coding.h"
#include "engine/clients/http/http_endpoint.h"
#include "engine/clients/http/request_writer.h"
#include "engine/clients/http/text.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

// Up to here a body is sent in one piece with the head.
constexpr size_t kJoinBytes = 16 * 1024;
constexpr size_t kReceiveBytes = 64 * 1024;

// One buffer a worker: it holds bytes only from a recv to the parser, never across a wait.
char* ReceiveBuffer() {
  thread_local std::unique_ptr<char[]> buffer(new char[kReceiveBytes]);
  return buffer.get();
}

// The worker's buffer for composing requests, lent for as long as sending takes; a fiber that comes meanwhile makes
// its own.
class SendBuffer {
 public:
  SendBuffer() {
    text_.swap(Spare());
    text_.clear();
  }
  ~SendBuffer() {
    if (text_.capacity() > Spare().capacity() && text_.capacity() <= 2 * kJoinBytes) text_.swap(Spare());
  }
  SendBuffer(const SendBuffer&) = delete;
  SendBuffer& operator=(const SendBuffer&) = delete;
  std::string& text() { return text_; }

 private:
  static std::string& Spare() {
    thread_local std::string spare;
    return spare;
  }
  std::string text_;
};

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void GiveBackIfLarge(size_t kept_bytes, std::string* text) {
  if (text->capacity() > kept_bytes) std::string().swap(*text);
}

}  // namespace

// One try of a hop on one connection.
struct HttpClient::Attempt {
  HttpEndpoint* endpoint = nullptr;
  HttpTimings* timings = nullptr;
  size_t bytes_taken = 0;  // by the kernel
  bool complete = false;   // the whole request was taken
  bool answered = false;   // at least one byte came
  bool extra_bytes = false;
  Nanos send_start = 0;  // instants
  Nanos sent = 0;
  Nanos end = 0;  // 0: nothing was received
};

HttpClient::HttpClient(const HttpTransport* transport) : transport_(transport) {}

HttpClient::~HttpClient() = default;

void HttpClient::CloseConnections() {
  for (auto& endpoint : endpoints_) endpoint->Close();
}

void HttpClient::Reset() {
  hop_count_ = 0;
  if (hops_.size() > 1) hops_.resize(1);
  redirect_url_.reset();
  GiveBackIfLarge(kKeptBytes, &message_.body);
  GiveBackIfLarge(kKeptBytes, &message_.head);
  GiveBackIfLarge(kKeptBytes, &decoded_);
  GiveBackIfLarge(kKeptBytes, &encoded_body_);
}

absl::Status HttpClient::ParseUrl(std::string_view text) {
  if (!url_text_.empty() && text == url_text_) return absl::OkStatus();
  auto url = Url::Parse(text);
  if (!url.ok()) return url.status();
  url_ = *std::move(url);
  url_text_ = text;
  return absl::OkStatus();
}

void HttpClient::Execute(const HttpRequest& request, HttpResponse* response) {
  *response = HttpResponse();
  Reset();
  const Nanos timeout = request.timeout > 0 ? request.timeout : transport_->options().timeout;
  const Nanos now = MonotonicNow();
  const Nanos deadline = timeout < kNever - now ? now + timeout : kNever;
  hop_start_ = now;
  HopRequest hop;
  if (!Prepare(request, &hop, response)) return;
  Run(hop, deadline, response);
}

// False when the request cannot be sent.
bool HttpClient::Prepare(const HttpRequest& request, HopRequest* hop, HttpResponse* response) {
  if (Fiber::Current() == nullptr) {
    response->error = {HttpErrorCode::kRequest, "requests can only be made while a virtual user runs"};
    return false;
  }
  if (absl::Status status = ParseUrl(request.url); !status.ok()) {
    response->error = {HttpErrorCode::kUrl, std::string(status.message())};
    return false;
  }
  if (absl::Status status = CheckRequest(request); !status.ok()) {
    response->error = {HttpErrorCode::kRequest, std::string(status.message())};
    return false;
  }
  hop->request = &request;
  hop->url = &url_;
  hop->method = request.method;
  hop->body = request.body;
  hop->has_body = request.has_body || !request.body.empty();
  hop->user_agent = transport_->options().user_agent;
  hop->jar = request.jar != nullptr ? request.jar : &cookies_;
  if (!request.compression.empty() && hop->has_body) {
    auto encoded = EncodeContent(request.compression, request.body);
    if (!encoded.ok()) {
      response->error = {HttpErrorCode::kRequest,
                         absl::StrCat("compression: ", std::string(encoded.status().message()))};
      return false;
    }
    encoded_body_ = *std::move(encoded);
    hop->body = encoded_body_;
    hop->content_encoding = request.compression;
  }
  return true;
}

void HttpClient::Run(HopRequest hop, Nanos deadline, HttpResponse* response) {
  const HopRequest first = hop;
  const HttpRequest& request = *hop.request;
  const int max_redirects = request.max_redirects >= 0 ? request.max_redirects : transport_->options().max_redirects;
  const bool discard = request.discard_body || transport_->options().discard_bodies;
  for (int redirects = 0;; ++redirects) {
    HttpHop& record = AddHop();
    PerformHop(hop, hop.method == "HEAD", discard, deadline, &record);
    if (record.error.code != HttpErrorCode::kNone && record.status == 0) break;
    if (!IsRedirect(record.status) || !message_.FindHeader("location").has_value()) break;
    if (redirects >= max_redirects) {
      response->redirects_exhausted = max_redirects > 0;
      break;
    }
    if (!ApplyRedirect(first, &hop, response, &record)) break;
  }
  Finish(hop, response);
}

HttpHop& HttpClient::AddHop() {
  if (hop_count_ == hops_.size()) hops_.emplace_back();
  HttpHop& record = hops_[hop_count_++];
  record.status = 0;
  record.error.code = HttpErrorCode::kNone;
  record.error.message.clear();
  record.timings = HttpTimings();
  record.bytes_sent = record.bytes_received = 0;
  record.remote = SocketAddress();
  record.connection_reused = false;
  return record;
}

HttpEndpoint& HttpClient::EndpointFor(const Url& url) {
  ++uses_;
  for (auto& endpoint : endpoints_) {
    if (!endpoint->Serves(url)) continue;
    endpoint->last_use = uses_;
    return *endpoint;
  }
  if (endpoints_.size() >= kMaxEndpoints) {
    endpoints_.erase(std::min_element(endpoints_.begin(), endpoints_.end(),
                                      [](const auto& a, const auto& b) { return a->last_use < b->last_use; }));
  }
  endpoints_.push_back(std::make_unique<HttpEndpoint>(url));
  endpoints_.back()->last_use = uses_;
  return *endpoints_.back();
}

void HttpClient::PerformHop(const HopRequest& hop, bool head_request, bool discard_body, Nanos deadline,
                            HttpHop* record) {
  // The first hop begins where the request did; reading the clock costs as much as a good part of the parser.
  const Nanos start = hop_start_ != 0 ? std::exchange(hop_start_, 0) : MonotonicNow();
  record->method = hop.method;
  record->url = hop.url->href();
  HttpEndpoint& endpoint = EndpointFor(*hop.url);
  if (transport_->options().no_connection_reuse) endpoint.Close();
  NetError error;
  Attempt attempt;
  for (bool may_retry = true;; may_retry = false) {
    attempt = Attempt();
    attempt.endpoint = &endpoint;
    attempt.timings = &record->timings;
    record->timings = HttpTimings();
    record->connection_reused = endpoint.Usable();
    uint64_t read_before = endpoint.bytes_read();
    uint64_t written_before = endpoint.bytes_written();
    parser_.Start(&message_, transport_->options().limits, head_request, discard_body);
    if (!record->connection_reused) {
      endpoint.Close();
      read_before = written_before = 0;
      HttpEndpoint::OpenTimings open;
      error = endpoint.Open(*transport_, deadline, &open);
      record->timings.looking_up = open.looking_up;
      record->timings.connecting = open.connecting;
      record->timings.tls_handshaking = open.tls_handshaking;
    }
    // On a warm connection nothing lies between the start and the sending but making the request's text.
    attempt.send_start = record->connection_reused && may_retry ? start : MonotonicNow();
    if (error.ok()) error = SendAndReceive(hop, deadline, &attempt);
    record->remote = endpoint.remote();
    record->bytes_received += endpoint.bytes_read() - read_before;
    record->bytes_sent += endpoint.bytes_written() - written_before;
    // The server may have closed an idle connection just as we sent (RFC 9112, 9.3.1): nothing of an answer came, so
    // a request that may be repeated, or that never left, goes again on a fresh connection, once.
    const bool stale = error.kind == NetErrorKind::kClosed || error.kind == NetErrorKind::kReset ||
                       error.kind == NetErrorKind::kBrokenPipe;
    const bool repeatable = IsIdempotent(*hop.request, hop.method) || attempt.bytes_taken == 0;
    if (!(stale && record->connection_reused && !attempt.answered && may_retry && repeatable)) break;
    error = NetError();
  }
  record->end = attempt.end != 0 ? attempt.end : MonotonicNow();
  HttpTimings& timings = record->timings;
  timings.blocked =
      record->end - start - timings.looking_up - timings.connecting - timings.tls_handshaking - timings.Duration();
  const bool keep = error.ok() && parser_.Done() && parser_.KeepAlive() && attempt.complete && !attempt.extra_bytes &&
                    !transport_->options().no_connection_reuse && !AsksToClose(*hop.request);
  if (!keep) endpoint.Close();
  if (!error.ok()) {
    record->error.code = HttpCodeOf(error);
    record->error.message = absl::StrCat(std::string(hop.url->authority()), ": ", error.message);
    return;
  }
  record->status = message_.status;
  if (message_.status >= 400) record->error.code = HttpErrorCode::kStatusBase + message_.status;
  if (hop.jar == nullptr) return;
  for (size_t i = 0; i < message_.headers.size(); ++i) {
    if (message_.headers[i].name_size == 10 && EqualsIgnoreCase(message_.HeaderName(i), "set-cookie")) {
      hop.jar->StoreField(*hop.url, message_.HeaderValue(i), WallClockMillis() / 1000);
    }
  }
}

NetError HttpClient::SendAndReceive(const HopRequest& hop, Nanos deadline, Attempt* attempt) {
  NetError sent = Send(hop, deadline, attempt);
  const bool peer_gone = sent.kind == NetErrorKind::kReset || sent.kind == NetErrorKind::kBrokenPipe;
  if (!sent.ok() && !peer_gone) return sent;
  // A server may answer and close before it has read everything: the answer is worth more than the error.
  NetError received = Receive(deadline, attempt);
  if (peer_gone && !received.ok() && !attempt->answered) return sent;
  return received;
}

NetError HttpClient::Send(const HopRequest& hop, Nanos deadline, Attempt* attempt) {
  SendBuffer buffer;
  AppendRequestHead(hop, &buffer.text());
  const bool joined = hop.body.size() <= kJoinBytes;
  if (joined) buffer.text().append(hop.body);
  std::array<iovec, 2> parts = {
      {{buffer.text().data(), buffer.text().size()}, {const_cast<char*>(hop.body.data()), hop.body.size()}}};
  const size_t total = buffer.text().size() + (joined ? 0 : hop.body.size());
  const IoResult result = attempt->endpoint->Write(std::span(parts).first(joined ? 1 : 2), deadline);
  attempt->sent = MonotonicNow();
  attempt->timings->sending = attempt->sent - attempt->send_start;
  attempt->bytes_taken = result.size;
  attempt->complete = result.size == total;
  if (result.ok()) return {};
  if (result.kind == NetErrorKind::kInterrupted) return {result.kind, "interrupted"};
  return {result.kind, absl::StrCat("sending the request: ", DescribeIoError(result))};
}

NetError HttpClient::Receive(Nanos deadline, Attempt* attempt) {
  const Nanos sent = attempt->sent;
  Nanos first_byte = 0;
  int reads = 0;
  char* const buffer = ReceiveBuffer();
  IoResult result;
  while (!parser_.Done() && !parser_.Failed()) {
    result = attempt->endpoint->Read(buffer, kReceiveBytes, deadline);
    if (!result.ok()) break;
    if (first_byte == 0) {
      first_byte = MonotonicNow();
      attempt->answered = true;
      attempt->timings->waiting = first_byte - sent;
    }
    ++reads;
    attempt->extra_bytes = parser_.Feed({buffer, result.size}) < result.size;
  }
  if (result.kind == NetErrorKind::kClosed) parser_.Finish();
  // What came in one piece was received at the instant it came.
  const Nanos end = reads == 1 && result.ok() ? first_byte : MonotonicNow();
  attempt->end = end;
  if (first_byte == 0) {
    attempt->timings->waiting = end - sent;
  } else {
    attempt->timings->receiving = end - first_byte;
  }
  if (parser_.Done()) return {};
  if (result.kind == NetErrorKind::kInterrupted) return {result.kind, "interrupted"};
  if (parser_.Failed()) {
    const NetErrorKind kind = result.kind == NetErrorKind::kClosed ? result.kind : NetErrorKind::kMalformed;
    return {kind, parser_.Error()};
  }
  const std::string_view doing = !attempt->answered       ? "waiting for the response: "
                                 : parser_.HeadComplete() ? "receiving the body: "
                                                          : "receiving the header: ";
  return {result.kind, absl::StrCat(std::string(doing), DescribeIoError(result))};
}

// RFC 9110, 15.4, with the change of method that all browsers make at 301 and 302. False: the URL of Location is bad.
bool HttpClient::ApplyRedirect(const HopRequest& first, HopRequest* hop, HttpResponse* response, HttpHop* record) {
  auto next = hop->url->Resolve(*message_.FindHeader("location"));
  if (!next.ok()) {
    record->error = {HttpErrorCode::kUrl, absl::StrCat(std::string(hop->url->authority()), ": redirected to an ",
                                                       std::string(next.status().message()))};
    response->error = record->error;
    return false;
  }
  const bool keeps_method = record->status == 307 || record->status == 308 || hop->method == "HEAD";
  if (!keeps_method && (hop->method != "GET" || hop->has_body)) {
    hop->method = "GET";
    hop->body = {};
    hop->has_body = false;
    hop->content_encoding = {};
    hop->drop_content_headers = true;
  }
  auto url = std::make_unique<Url>(*std::move(next));
  if (url->host() != first.url->host() || url->port() != first.url->port()) hop->keep_credentials = false;
  redirect_url_ = std::move(url);
  hop->url = redirect_url_.get();
  return true;
}

void HttpClient::Finish(const HopRequest& hop, HttpResponse* response) {
  response->hops = {hops_.data(), hop_count_};
  HttpHop& last = hops_[hop_count_ - 1];
  if (!response->error.message.empty()) {
    last.status = 0;
    return;
  }
  response->error = last.error;
  if (last.status == 0) return;
  response->body_bytes = message_.body_size;
  response->body = message_.body;
  Decode(response);
  if (!response->error.message.empty()) {
    response->error.message = absl::StrCat(std::string(hop.url->authority()), ": ", response->error.message);
    last.error = response->error;
    last.status = 0;
    response->body = {};
    return;
  }
  response->status = last.status;
  response->reason = message_.Reason();
  response->protocol = message_.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  response->message = &message_;
}

void HttpClient::Decode(HttpResponse* response) {
  if (message_.body.empty()) return;
  const auto encoding = message_.FindHeader("content-encoding");
  if (!encoding.has_value() || !IsKnownContentEncoding(*encoding)) return;
  auto decoded = DecodeContent(*encoding, message_.body, transport_->options().limits.max_body_bytes);
  if (!decoded.ok()) {
    response->error = {HttpErrorCode::kDecoding, std::string(decoded.status().message())};
    return;
  }
  decoded_ = *std::move(decoded);
  response->body = decoded_;
  response->decoded = true;
}

void HttpClient::VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const {
  visit(url_text_.data(), url_text_.size());
  visit(message_.head.data(), message_.head.size());
  visit(message_.headers.data(), message_.headers.size() * sizeof(message_.headers[0]));
  visit(message_.body.data(), message_.body.size());
  visit(hops_.data(), hops_.size() * sizeof(hops_[0]));
  for (const HttpHop& hop : hops_) {
    visit(hop.url.data(), hop.url.size());
  }
  visit(endpoints_.data(), endpoints_.size() * sizeof(endpoints_[0]));
  for (const auto& endpoint : endpoints_) {
    visit(endpoint.get(), sizeof *endpoint);
  }
}

}  // namespace mockarty

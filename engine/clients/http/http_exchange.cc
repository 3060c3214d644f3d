#include "engine/clients/http/http_exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/content_coding.h"
#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/digest_auth.h"
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
struct HttpExchange::Attempt {
  HttpEndpoint* endpoint = nullptr;
  HttpTimings* timings = nullptr;
  size_t bytes_taken = 0;  // by the kernel
  bool complete = false;   // the whole request was taken
  bool answered = false;   // at least one byte came
  bool extra_bytes = false;
  bool refused = false;  // the server has not looked at it
  Nanos send_start = 0;  // instants
  Nanos sent = 0;
  Nanos end = 0;  // 0: nothing was received
};

HttpExchange::HttpExchange(HttpConnections* connections, CookieJar* jar) : connections_(connections), jar_(jar) {}

HttpExchange::~HttpExchange() = default;

void HttpExchange::Reset() {
  hop_count_ = 0;
  if (hops_.size() > 1) hops_.resize(1);
  redirect_url_.reset();
  GiveBackIfLarge(kKeptBytes, &message_.body);
  GiveBackIfLarge(kKeptBytes, &message_.head);
  GiveBackIfLarge(kKeptBytes, &decoded_);
  GiveBackIfLarge(kKeptBytes, &encoded_body_);
  GiveBackIfLarge(kKeptBytes, &sent_head_);
}

absl::Status HttpExchange::ParseUrl(std::string_view text) {
  if (!url_text_.empty() && text == url_text_) return absl::OkStatus();
  auto url = Url::Parse(text);
  if (!url.ok()) return url.status();
  url_ = *std::move(url);
  url_text_ = text;
  return absl::OkStatus();
}

bool HttpExchange::Begin(const HttpRequest& request, HttpResponse* response) {
  *response = HttpResponse();
  Reset();
  timeout_ = request.timeout > 0 ? request.timeout : connections_->transport().options().timeout;
  Postpone();
  return Prepare(request, response);
}

void HttpExchange::Postpone() {
  hop_start_ = MonotonicNow();
  deadline_ = timeout_ < kNever - hop_start_ ? hop_start_ + timeout_ : kNever;
}

bool HttpExchange::Prepare(const HttpRequest& request, HttpResponse* response) {
  const HttpClientOptions& options = connections_->transport().options();
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
  HopRequest& hop = first_;
  hop = HopRequest();
  hop.request = &request;
  hop.url = &url_;
  hop.method = request.method;
  hop.body = request.body;
  hop.has_body = request.has_body || !request.body.empty();
  hop.user_agent = options.user_agent;
  hop.jar = request.jar != nullptr ? request.jar : jar_;
  discard_body_ = request.discard_body || options.discard_bodies;
  more_follow_ = false;
  if (!request.compression.empty() && hop.has_body) {
    auto encoded = EncodeContent(request.compression, request.body);
    if (!encoded.ok()) {
      response->error = {HttpErrorCode::kRequest,
                         absl::StrCat("compression: ", std::string(encoded.status().message()))};
      return false;
    }
    encoded_body_ = *std::move(encoded);
    hop.body = encoded_body_;
    hop.content_encoding = request.compression;
  }
  return true;
}

void HttpExchange::Run(HttpResponse* response) {
  HopRequest hop = first_;
  const HttpRequest& request = *hop.request;
  const int max_redirects =
      request.max_redirects >= 0 ? request.max_redirects : connections_->transport().options().max_redirects;
  for (int redirects = 0;; ++redirects) {
    HttpHop* record = &AddHop();
    PerformHop(hop, deadline_, record);
    if (record->status == 401 && request.auth == HttpAuth::kDigest && AnswerChallenge(&hop)) {
      record->challenge = true;
      record->error = HttpError();
      record = &AddHop();
      PerformHop(hop, deadline_, record);
    }
    if (record->error.code != HttpErrorCode::kNone && record->status == 0) break;
    if (!IsRedirect(record->status) || !message_.FindHeader("location").has_value()) break;
    if (redirects >= max_redirects) {
      response->redirects_exhausted = max_redirects > 0;
      break;
    }
    if (!ApplyRedirect(&hop, response, record)) break;
  }
  Finish(hop, response);
}

// True when the server asked for digest authentication and `hop` now carries the answer.
bool HttpExchange::AnswerChallenge(HopRequest* hop) {
  if (hop->url->user_info().empty() || !hop->authorization.empty()) return false;
  for (size_t i = 0; i < message_.headers.size(); ++i) {
    if (!EqualsIgnoreCase(message_.HeaderName(i), "www-authenticate")) continue;
    auto answer = AnswerDigestChallenge(message_.HeaderValue(i), hop->url->user_info(), hop->method, hop->url->target(),
                                        hop->body);
    if (!answer.has_value()) continue;
    authorization_ = *std::move(answer);
    hop->authorization = authorization_;
    return true;
  }
  return false;
}

HttpHop& HttpExchange::AddHop() {
  if (hop_count_ == hops_.size()) hops_.emplace_back();
  HttpHop& record = hops_[hop_count_++];
  record.status = 0;
  record.error.code = HttpErrorCode::kNone;
  record.error.message.clear();
  record.timings = HttpTimings();
  record.bytes_sent = record.bytes_received = 0;
  record.remote = SocketAddress();
  record.connection_reused = record.challenge = false;
  record.protocol = record.tls_version = record.tls_cipher = "";
  return record;
}

void HttpExchange::PerformHop(const HopRequest& hop, Nanos deadline, HttpHop* record) {
  // The first hop begins where the request did; reading the clock costs as much as a good part of the parser.
  const Nanos start = hop_start_ != 0 ? std::exchange(hop_start_, 0) : MonotonicNow();
  record->method = hop.method;
  record->url = hop.url->href();
  NetError error;
  Attempt attempt;
  for (bool may_retry = true;; may_retry = false) {
    attempt = Attempt();
    error = PerformOnce(hop, !may_retry, start, deadline, &attempt, record);
    // The server may have closed an idle connection just as we sent (RFC 9112, 9.3.1): nothing of an answer came, so
    // a request that may be repeated, or that never left, goes again on a fresh connection, once.
    const bool stale = error.kind == NetErrorKind::kClosed || error.kind == NetErrorKind::kReset ||
                       error.kind == NetErrorKind::kBrokenPipe;
    const bool repeatable = IsIdempotent(*hop.request, hop.method) || attempt.bytes_taken == 0;
    const bool again = attempt.refused || (stale && record->connection_reused && !attempt.answered && repeatable);
    if (!again || !may_retry) break;
  }
  record->end = attempt.end != 0 ? attempt.end : MonotonicNow();
  HttpTimings& timings = record->timings;
  timings.blocked =
      record->end - start - timings.looking_up - timings.connecting - timings.tls_handshaking - timings.Duration();
  if (!error.ok()) {
    record->error.code = HttpCodeOf(error);
    record->error.message = absl::StrCat(std::string(hop.url->authority()), ": ", error.message);
    return;
  }
  record->status = message_.status;
  if (const auto& show = connections_->transport().options().on_exchange) show(sent_head_, hop.body, message_);
  if (message_.status >= 400) record->error.code = HttpErrorCode::kStatusBase + message_.status;
  if (hop.jar != nullptr) StoreCookies(hop);
}

// One try, on one connection.
NetError HttpExchange::PerformOnce(const HopRequest& hop, bool fresh, Nanos start, Nanos deadline, Attempt* attempt,
                                   HttpHop* record) {
  const HttpTransport& transport = connections_->transport();
  const bool no_reuse = transport.options().no_connection_reuse;
  HttpEndpoint& endpoint = connections_->Acquire(*hop.url, fresh || no_reuse, deadline);
  attempt->endpoint = &endpoint;
  attempt->timings = &record->timings;
  record->timings = HttpTimings();
  record->connection_reused = endpoint.IsOpen();
  NetError error;
  bool keep = false;
  if (!record->connection_reused) {
    HttpEndpoint::OpenTimings open;
    error = endpoint.Open(transport, connections_->user(), deadline, &open);
    record->timings.looking_up = open.looking_up;
    record->timings.connecting = open.connecting;
    record->timings.tls_handshaking = open.tls_handshaking;
  }
  // On a warm connection nothing lies between the start and the sending but making the request's text.
  attempt->send_start = record->connection_reused && !fresh ? start : MonotonicNow();
  if (error.ok()) {
    record->tls_version = endpoint.tls_version();
    record->tls_cipher = endpoint.tls_cipher();
    if (endpoint.http2() != nullptr) {
      error = PerformHttp2(hop, deadline, attempt);
      keep = !endpoint.http2()->Failed() && !no_reuse;
      record->protocol = "HTTP/2.0";
    } else {
      parser_.Start(&message_, transport.options().limits, hop.method == "HEAD", discard_body_);
      error = SendAndReceive(hop, deadline, attempt);
      keep = error.ok() && parser_.Done() && parser_.KeepAlive() && attempt->complete && !attempt->extra_bytes &&
             !no_reuse && !AsksToClose(*hop.request);
      record->protocol = message_.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }
  }
  record->remote = endpoint.remote();
  endpoint.TakeBytes(&record->bytes_sent, &record->bytes_received);
  connections_->Release(endpoint, keep);
  attempt->endpoint = nullptr;
  return error;
}

void HttpExchange::StoreCookies(const HopRequest& hop) {
  for (size_t i = 0; i < message_.headers.size(); ++i) {
    if (message_.headers[i].name_size == 10 && EqualsIgnoreCase(message_.HeaderName(i), "set-cookie")) {
      hop.jar->StoreField(*hop.url, message_.HeaderValue(i), WallClockMillis() / 1000);
    }
  }
}

NetError HttpExchange::PerformHttp2(const HopRequest& hop, Nanos deadline, Attempt* attempt) {
  SendBuffer buffer;
  AppendRequestHead(hop, nullptr, &buffer.text());
  if (connections_->transport().options().on_exchange) sent_head_ = buffer.text();
  Http2Exchange exchange;
  exchange.head = buffer.text();
  exchange.body = hop.body;
  exchange.discard_body = discard_body_;
  exchange.more_follow = std::exchange(more_follow_, false);
  exchange.message = &message_;
  NetError error = attempt->endpoint->http2()->Perform(&exchange, deadline);
  const Nanos sent = exchange.sent != 0 ? exchange.sent : exchange.end;
  const Nanos first_byte = exchange.answered ? exchange.first_byte : exchange.end;
  HttpTimings& timings = *attempt->timings;
  if (exchange.send_start != 0) {
    timings.blocked += exchange.send_start - attempt->send_start;
    attempt->send_start = exchange.send_start;
  }
  // The answer may come before the whole request was sent.
  timings.sending = std::max<Nanos>(0, std::min(sent, first_byte) - attempt->send_start);
  timings.waiting = first_byte - std::min(sent, first_byte);
  timings.receiving = exchange.end - first_byte;
  attempt->end = exchange.end;
  attempt->answered = exchange.answered;
  attempt->refused = exchange.refused;
  attempt->bytes_taken = exchange.refused ? 0 : 1;
  return error;
}

NetError HttpExchange::SendAndReceive(const HopRequest& hop, Nanos deadline, Attempt* attempt) {
  NetError sent = Send(hop, deadline, attempt);
  const bool peer_gone = sent.kind == NetErrorKind::kReset || sent.kind == NetErrorKind::kBrokenPipe;
  if (!sent.ok() && !peer_gone) return sent;
  // A server may answer and close before it has read everything: the answer is worth more than the error.
  NetError received = Receive(deadline, attempt);
  if (peer_gone && !received.ok() && !attempt->answered) return sent;
  return received;
}

NetError HttpExchange::Send(const HopRequest& hop, Nanos deadline, Attempt* attempt) {
  PendingSend pending;
  IoResult result;
  size_t total;
  bool put_off;
  {
    SendBuffer buffer;
    AppendRequestHead(hop, attempt->endpoint->proxy(), &buffer.text());
    if (connections_->transport().options().on_exchange) sent_head_ = buffer.text();
    const bool joined = hop.body.size() <= kJoinBytes;
    if (joined) buffer.text().append(hop.body);
    total = buffer.text().size() + (joined ? 0 : hop.body.size());
    put_off = joined && attempt->endpoint->PutOff(buffer.text(), attempt->send_start, &pending);
    if (!put_off) {
      std::array<iovec, 2> parts = {
          {{buffer.text().data(), buffer.text().size()}, {const_cast<char*>(hop.body.data()), hop.body.size()}}};
      result = attempt->endpoint->Write(std::span(parts).first(joined ? 1 : 2), deadline);
      attempt->sent = MonotonicNow();
    }
  }
  if (put_off) {
    result = attempt->endpoint->FinishPutOff(&pending, deadline);
    // Nothing has left when it was interrupted, or late, before its turn.
    attempt->send_start = pending.start != 0 ? pending.start : MonotonicNow();
    attempt->sent = pending.end != 0 ? pending.end : attempt->send_start;
    total = pending.asked;
  }
  attempt->timings->sending = attempt->sent - attempt->send_start;
  attempt->bytes_taken = result.size;
  attempt->complete = result.size == total;
  if (result.ok()) return {};
  if (result.kind == NetErrorKind::kInterrupted) return {result.kind, "interrupted"};
  return {result.kind, absl::StrCat("sending the request: ", DescribeIoError(result))};
}

NetError HttpExchange::Receive(Nanos deadline, Attempt* attempt) {
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
bool HttpExchange::ApplyRedirect(HopRequest* hop, HttpResponse* response, HttpHop* record) {
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
  if (url->host() != url_.host() || url->port() != url_.port()) hop->keep_credentials = false;
  hop->authorization = {};
  redirect_url_ = std::move(url);
  hop->url = redirect_url_.get();
  return true;
}

void HttpExchange::Finish(const HopRequest& hop, HttpResponse* response) {
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
  response->protocol = last.protocol;
  response->message = &message_;
}

void HttpExchange::Decode(HttpResponse* response) {
  if (message_.body.empty()) return;
  const auto encoding = message_.FindHeader("content-encoding");
  if (!encoding.has_value() || !IsKnownContentEncoding(*encoding)) return;
  auto decoded = DecodeContent(*encoding, message_.body, connections_->transport().options().limits.max_body_bytes);
  if (!decoded.ok()) {
    response->error = {HttpErrorCode::kDecoding, std::string(decoded.status().message())};
    return;
  }
  decoded_ = *std::move(decoded);
  response->body = decoded_;
  response->decoded = true;
}

void HttpExchange::VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const {
  visit(url_text_.data(), url_text_.size());
  visit(message_.head.data(), message_.head.size());
  visit(message_.headers.data(), message_.headers.size() * sizeof(message_.headers[0]));
  visit(message_.body.data(), message_.body.size());
  visit(hops_.data(), hops_.size() * sizeof(hops_[0]));
  for (const HttpHop& hop : hops_) {
    visit(hop.url.data(), hop.url.size());
  }
}

}  // namespace mockarty

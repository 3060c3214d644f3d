#include "common/http/http_server.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <optional>
#include <thread>
#include <unordered_set>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kLingerTime{2000};
constexpr std::chrono::milliseconds kStopTime{1000};
constexpr std::chrono::milliseconds kAcceptPause{100};  // after an error such as "too many open files"
constexpr size_t kMaxLingerBytes = 8u << 20;
constexpr Nanos kNanosPerByte = kNanosPerSecond / 4096;  // of the slowest peer that is waited for
constexpr size_t kMaxRefusedConnections = 64;            // that are being told so

std::string HttpDate() {
  time_t now = time(nullptr);
  tm parts = {};
  gmtime_r(&now, &parts);
  std::array<char, 64> text;
  size_t length = strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text.data(), length);
}

WebResponse PlainError(int status, std::string_view text) { return {.status = status, .body = Concat(text, "\n")}; }

bool FitForHeader(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

std::string PeerOf(const Tcp::socket& socket) {
  error_code error;
  Tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return "";
  std::string address = peer.address().to_string();
  return peer.address().is_v6() ? Concat("[", address, "]:", peer.port()) : Concat(address, ":", peer.port());
}

// Which route a request gets.
class RouteTable {
 public:
  explicit RouteTable(std::vector<WebRoute> routes) : routes_(std::move(routes)) {}

  // nullptr: there is none, and `*refusal` says so.
  const WebRoute* Find(const WebRequest& request, WebResponse* refusal) const {
    std::optional<std::string_view> path = BestPath(request.path);
    if (!path) {
      *refusal = PlainError(404, "not found");
      return nullptr;
    }
    std::vector<std::string_view> allowed;
    for (const WebRoute& route : routes_) {
      if (route.path != *path || (!route.prefix && route.path != request.path)) continue;
      if (route.method == request.method || (route.method == "GET" && request.method == "HEAD")) return &route;
      allowed.push_back(route.method);
    }
    *refusal = PlainError(405, "method not allowed");
    refusal->headers.emplace_back("Allow", Joined(allowed, ", "));
    return nullptr;
  }

  size_t MaxBodyBytes(size_t most) const {
    for (const WebRoute& route : routes_) most = std::max(most, route.max_body_bytes);
    return most;
  }

 private:
  std::optional<std::string_view> BestPath(std::string_view path) const {
    std::optional<std::string_view> best;
    for (const WebRoute& route : routes_) {
      if (route.path == path) return route.path;
      bool longer = !best || route.path.size() > best->size();
      if (route.prefix && path.starts_with(route.path) && longer) best = route.path;
    }
    return best;
  }

  const std::vector<WebRoute> routes_;
};

// What a handler throws ends here.
template <typename Result, typename Call>
Result Guarded(Call call) {
  try {
    return call();
  } catch (const std::exception&) {
    return Result(PlainError(500, "internal error"));
  }
}

class Session;

// What sessions share; only on the server's thread.
struct ServerState {
  ServerState(const HttpServerOptions& o, std::vector<WebRoute> r)
      : options(o), routes(std::move(r)), max_body_bytes(routes.MaxBodyBytes(o.max_body_bytes)) {}

  const HttpServerOptions options;
  const RouteTable routes;
  const size_t max_body_bytes;  // of the route that takes most
  std::unordered_set<Session*> sessions;
  size_t refused = 0;
  bool stopping = false;
  std::function<void()> on_session_gone;
};

// One connection: reads a request, answers it, and so on. Lives as long as an operation of its own is under way, or an
// answer is owed.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<ServerState> state, std::weak_ptr<asio::io_context> io, Tcp::socket socket, bool refused)
      : state_(std::move(state)),
        io_(std::move(io)),
        peer_(PeerOf(socket)),
        stream_(std::move(socket)),
        refused_(refused) {
    buffer_.max_size(state_->options.max_header_bytes + (64u << 10));
    state_->sessions.insert(this);
    state_->refused += refused_ ? 1 : 0;
  }
  ~Session() {
    state_->sessions.erase(this);
    state_->refused -= refused_ ? 1 : 0;
    if (state_->on_session_gone) state_->on_session_gone();
  }

  void Run() {
    if (refused_) {
      RespondAndClose(PlainError(503, "too many connections"));
    } else {
      ReadHeader();
    }
  }

  // No more requests: closes at once when none is being answered.
  void Stop() {
    if (!writing_) Close();
  }

  // The answer to the request that is held under this number.
  void Answer(uint64_t hold, const std::function<WebResponse()>& make) {
    if (hold != held_) return;
    EndHold();
    Respond(Guarded<WebResponse>(make));
  }
  void SetPeerGone(uint64_t hold, std::function<void()> gone) {
    if (hold == held_) peer_gone_ = std::move(gone);
  }

 private:
  void ExpectWithin(size_t bytes) {
    Nanos more = static_cast<Nanos>(std::min(bytes, size_t{1} << 30)) * kNanosPerByte;
    stream_.expires_after(std::chrono::nanoseconds(state_->options.timeout + more));
  }

  void ReadHeader() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(state_->options.max_header_bytes));
    parser_->body_limit(state_->max_body_bytes);
    max_body_bytes_ = state_->max_body_bytes;  // until the route is known
    ExpectWithin(0);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, size_t) { self->OnHeader(error); });
  }

  void OnHeader(error_code error) {
    if (error) return OnReadError(error);
    TakeHead(parser_->get().base());
    route_ = state_->routes.Find(request_, &no_route_);
    max_body_bytes_ = state_->options.max_body_bytes;
    if (route_ != nullptr && route_->max_body_bytes > 0) max_body_bytes_ = route_->max_body_bytes;
    boost::optional<uint64_t> length = parser_->content_length();
    if (length && *length > max_body_bytes_) return OnReadError(http::error::body_limit);
    if (!parser_->is_done()) parser_->body_limit(max_body_bytes_);
    if (std::string problem = HeadProblem(); !problem.empty()) return RespondAndClose(PlainError(400, problem));
    if (route_ != nullptr && route_->admit) {
      auto refusal = Guarded<std::optional<WebResponse>>([this] { return route_->admit(request_); });
      if (refusal) return RespondAndClose(*refusal);
    }
    ExpectWithin(length ? static_cast<size_t>(*length) : 0);
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue") && !parser_->is_done()) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                        [self = shared_from_this()](error_code write_error, size_t) {
                          if (!write_error) self->ReadBody();
                        });
      return;
    }
    ReadBody();
  }

  void TakeHead(const http::request_header<>& head) {
    version_ = head.version();
    head_ = head.method() == http::verb::head;
    hosts_ = head.count(http::field::host);
    request_ = {};
    request_.method = std::string(head.method_string().data(), head.method_string().size());
    request_.target = std::string(head.target().data(), head.target().size());
    size_t question = request_.target.find('?');
    request_.path = request_.target.substr(0, question);
    if (question != std::string::npos) request_.query = request_.target.substr(question + 1);
    for (const auto& field : head) {
      request_.headers.emplace_back(std::string(field.name_string().data(), field.name_string().size()),
                                    std::string(field.value().data(), field.value().size()));
    }
    request_.peer = peer_;
  }

  std::string HeadProblem() const {
    if (!request_.path.starts_with('/')) {
      return Concat("malformed request: target ", Quoted(request_.target), ": expected a path that begins with /");
    }
    if (version_ >= 11 && hosts_ != 1) return "malformed request: expected one Host header";
    return "";
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, size_t) { self->OnRequest(error); });
  }

  void OnReadError(error_code error) {
    if (error == http::error::body_limit) {
      return RespondAndClose(PlainError(413, Concat("body too large: expected at most ", max_body_bytes_, " bytes")));
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return RespondAndClose(
          PlainError(431, Concat("header too large: expected at most ", state_->options.max_header_bytes, " bytes")));
    }
    bool malformed = error.category() == http::make_error_code(http::error::bad_method).category();
    if (malformed && error != http::error::end_of_stream && error != http::error::partial_message) {
      return RespondAndClose(PlainError(400, Concat("malformed request: ", error.message())));
    }
    Close();
  }

  void OnRequest(error_code error) {
    if (error) return OnReadError(error);
    http::request<http::string_body> message = parser_->release();
    keep_alive_ = message.keep_alive() && !state_->stopping;
    request_.body = std::move(message.body());
    if (route_ == nullptr) return Respond(no_route_);
    if (!route_->async_handler) return Respond(Guarded<WebResponse>([this] { return route_->handler(request_); }));
    Hold();
  }

  void Hold();

  void EndHold() {
    held_ = 0;
    peer_gone_ = nullptr;
    kept_.reset();  // the caller holds the session
  }

  // While an answer is owed nothing is read, so this is how the end of a peer is noticed.
  void WatchPeer(uint64_t hold) {
    stream_.socket().async_wait(Tcp::socket::wait_read, [self = shared_from_this(), hold](error_code error) {
      if (error || hold != self->held_) return;
      error_code failed;
      if (self->stream_.socket().available(failed) > 0 && !failed) return;  // the next request
      std::function<void()> gone = std::move(self->peer_gone_);
      self->EndHold();
      self->Close();
      if (gone) gone();
    });
  }

  void RespondAndClose(const WebResponse& response) {
    keep_alive_ = false;
    linger_ = true;
    Respond(response);
  }

  void Respond(const WebResponse& answer) {
    response_ = {};
    response_.version(version_);
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::server, state_->options.server_name);
    response_.set(http::field::date, HttpDate());
    for (const auto& [name, value] : answer.headers) {
      if (!name.empty() && FitForHeader(name) && FitForHeader(value)) response_.insert(name, value);
    }
    if (FitForHeader(answer.content_type)) response_.set(http::field::content_type, answer.content_type);
    response_.content_length(answer.body.size());
    response_.keep_alive(keep_alive_);
    if (!head_) response_.body() = answer.body;
    writing_ = true;
    ExpectWithin(answer.body.size());
    http::async_write(stream_, response_,
                      [self = shared_from_this()](error_code error, size_t) { self->OnWritten(error); });
  }

  void OnWritten(error_code error) {
    writing_ = false;
    if (error) return Close();
    if (keep_alive_ && !state_->stopping) return ReadHeader();
    error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    if (!linger_ || state_->stopping) return Close();
    stream_.expires_after(kLingerTime);
    Linger();
  }

  // Takes what the peer still sends, within bounds: a reset would destroy the answer on its way.
  void Linger() {
    stream_.async_read_some(asio::buffer(scratch_), [self = shared_from_this()](error_code error, size_t bytes) {
      self->lingered_ += bytes;
      if (error || self->lingered_ > kMaxLingerBytes) return self->Close();
      self->Linger();
    });
  }

  void Close() {
    EndHold();
    error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  const std::shared_ptr<ServerState> state_;
  const std::weak_ptr<asio::io_context> io_;
  const std::string peer_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  std::array<char, 4096> scratch_;
  size_t lingered_ = 0;
  WebRequest request_;
  const WebRoute* route_ = nullptr;
  WebResponse no_route_;  // when there is none
  size_t max_body_bytes_ = 0;
  size_t hosts_ = 0;
  uint64_t holds_ = 0;
  uint64_t held_ = 0;  // the number of the request whose answer is owed; 0: none
  std::function<void()> peer_gone_;
  std::shared_ptr<Session> kept_;  // itself, while an answer is owed
  unsigned version_ = 11;
  bool head_ = false;
  bool keep_alive_ = false;
  bool linger_ = false;
  bool writing_ = false;
  const bool refused_;
};

}  // namespace

class WebReply::State {
 public:
  State(std::weak_ptr<asio::io_context> io, std::weak_ptr<Session> session, uint64_t hold)
      : io_(std::move(io)), session_(std::move(session)), hold_(hold) {}
  ~State() {  // NOLINT(bugprone-exception-escape): throws only where memory is out
    Send([] { return PlainError(500, "internal error"); });
  }

  void Send(std::function<WebResponse()> make) {
    if (answered_.exchange(true)) return;
    std::shared_ptr<asio::io_context> io = io_.lock();
    if (io == nullptr) return;
    asio::post(*io, [session = session_, hold = hold_, make = std::move(make)] {
      if (std::shared_ptr<Session> alive = session.lock()) alive->Answer(hold, make);
    });
  }
  void OnPeerGone(std::function<void()> gone) {
    if (std::shared_ptr<Session> alive = session_.lock()) alive->SetPeerGone(hold_, std::move(gone));
  }

 private:
  const std::weak_ptr<asio::io_context> io_;
  const std::weak_ptr<Session> session_;
  const uint64_t hold_;
  std::atomic<bool> answered_{false};
};

void WebReply::Send(WebResponse response) const {
  state_->Send([response = std::move(response)] { return response; });
}
void WebReply::Send(std::function<WebResponse()> make) const { state_->Send(std::move(make)); }
void WebReply::OnPeerGone(std::function<void()> gone) const { state_->OnPeerGone(std::move(gone)); }

namespace {

// Here, because it makes a WebReply::State.
void Session::Hold() {
  uint64_t hold = held_ = ++holds_;
  auto self = shared_from_this();
  kept_ = self;
  stream_.expires_never();
  if (buffer_.size() == 0) WatchPeer(hold);  // else the next request is here already
  WebReply reply(std::make_shared<WebReply::State>(io_, self, hold));
  try {
    route_->async_handler(std::move(request_), std::move(reply));
  } catch (const std::exception&) {
    // The reply went with the exception, and answers 500.
  }
}

}  // namespace

std::string_view WebRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (beast::iequals(beast::string_view(key.data(), key.size()), beast::string_view(name.data(), name.size()))) {
      return value;
    }
  }
  return {};
}

class HttpServer::Impl {
 public:
  Impl(const HttpServerOptions& options, std::vector<WebRoute> routes)
      : state_(std::make_shared<ServerState>(options, std::move(routes))),
        acceptor_(*io_),
        accept_timer_(*io_),
        stop_timer_(*io_) {}

  ~Impl() {  // NOLINT(bugprone-exception-escape): throws only where memory is out
    if (!thread_.joinable()) return;
    asio::post(*io_, [this] { Stop(); });
    thread_.join();
    state_->on_session_gone = nullptr;
  }

  absl::Status Listen() {
    std::string address = state_->options.address.empty() ? "::" : state_->options.address;
    error_code error;
    asio::ip::address ip = asio::ip::make_address(address, error);
    if (error) {
      return absl::InvalidArgumentError(Concat("address ", Quoted(address), ": expected an IPv4 or IPv6 address"));
    }
    Tcp::endpoint endpoint(ip, state_->options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && ip.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) {
      return absl::UnavailableError(
          Concat("cannot listen on ", address, " port ", state_->options.port, ": ", error.message()));
    }
    Accept();
    thread_ = std::thread([this] { io_->run(); });
    return absl::OkStatus();
  }

  uint16_t port() const { return port_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](error_code error, Tcp::socket socket) {
      if (state_->stopping) return;
      if (error) {
        accept_timer_.expires_after(kAcceptPause);
        accept_timer_.async_wait([this](error_code cancelled) {
          if (!cancelled && !state_->stopping) Accept();
        });
        return;
      }
      error_code ignored;
      socket.set_option(Tcp::no_delay(true), ignored);  // answers are whole, and some are waited for
      bool refuse = state_->sessions.size() - state_->refused >= state_->options.max_connections;
      if (!refuse || state_->refused < kMaxRefusedConnections) {
        std::make_shared<Session>(state_, io_, std::move(socket), refuse)->Run();
      }
      Accept();
    });
  }

  void Stop() {
    state_->stopping = true;
    error_code ignored;
    acceptor_.close(ignored);
    accept_timer_.cancel();
    stop_timer_.expires_after(kStopTime);
    stop_timer_.async_wait([this](error_code cancelled) {
      if (!cancelled) io_->stop();
    });
    state_->on_session_gone = [this] {
      if (state_->sessions.empty()) stop_timer_.cancel();
    };
    std::vector<std::shared_ptr<Session>> sessions;
    for (Session* session : state_->sessions) sessions.push_back(session->shared_from_this());
    for (const auto& session : sessions) session->Stop();
    sessions.clear();
    state_->on_session_gone();
  }

  const std::shared_ptr<ServerState> state_;
  const std::shared_ptr<asio::io_context> io_ = std::make_shared<asio::io_context>(1);
  Tcp::acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer stop_timer_;
  std::thread thread_;
  uint16_t port_ = 0;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                              std::vector<WebRoute> routes) {
  auto impl = std::make_unique<Impl>(options, std::move(routes));
  if (absl::Status status = impl->Listen(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::Port() const { return impl_->port(); }

}  // namespace mockarty

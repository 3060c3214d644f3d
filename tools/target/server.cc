// The one file that sees Boost.Asio and Boost.Beast: they are slow to compile.
#include "tools/target/server.h"

#include <sys/resource.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/target/access_log.h"
#include "tools/target/app.h"
#include "tools/target/certificate.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr uint32_t kHeaderLimit = 64 << 10;
constexpr uint64_t kBodyLimit = 16 << 20;
constexpr std::chrono::seconds kIdleTimeout{60};
constexpr std::chrono::seconds kDrainTimeout{1};
constexpr uint64_t kDrainLimit = 64 << 20;
constexpr std::chrono::milliseconds kAcceptPause{20};
constexpr int kBacklog = 4096;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What all sessions share.
struct Shared {
  App app;
  std::unique_ptr<AccessLog> log;
  std::atomic<SteadyClock::duration::rep> frozen_until{0};  // Since the clock's epoch.
};

// RFC 9110 section 6.6.1; formatted once a second and thread.
std::string_view HttpDate() {
  thread_local std::time_t last = -1;
  thread_local char text[40];
  const std::time_t now = std::time(nullptr);
  if (now != last) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    last = now;
  }
  return text;
}

std::string HeadOf(const Response& response, bool keep_alive) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ", absl::string_view(reason.data(), reason.size()),
                                  "\r\nServer: mockarty-target\r\nDate: ", Absl(HttpDate()), "\r\n");
  if (response.status != 204 && response.status != 304) {
    absl::StrAppend(&head, "Content-Type: ", response.content_type, "\r\nContent-Length: ", response.Body().size(),
                    "\r\n");
  }
  for (const auto& [name, value] : response.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  absl::StrAppend(&head, keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return head;
}

std::string_view View(boost::string_view text) { return {text.data(), text.size()}; }

// One connection: read, handle, wait if asked to, write, again. Lives as long as an operation of its own is pending.
template <typename Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

  Session(Stream stream, std::string remote, Shared& shared)
      : stream_(std::move(stream)), timer_(stream_.get_executor()), remote_(std::move(remote)), shared_(shared) {}

  void Start() {
    if constexpr (kTls) {
      ArmTimeout();
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->ReadHeader();
      });
    } else {
      ReadHeader();
    }
  }

 private:
  void ArmTimeout() { beast::get_lowest_layer(stream_).expires_after(kIdleTimeout); }

  void ReadHeader() {
    parser_.emplace();
    parser_->header_limit(kHeaderLimit);
    parser_->body_limit(kBodyLimit);
    ArmTimeout();
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](error_code error, size_t) { self->OnHeader(error); });
  }

  void OnHeader(error_code error) {
    if (error) return OnReadError(error);
    if (parser_->is_done()) return HandleRequest();
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                        [self = this->shared_from_this()](error_code failed, size_t) {
                          if (!failed) self->ReadBody();
                        });
      return;
    }
    ReadBody();
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code error, size_t) {
      if (error) return self->OnReadError(error);
      self->HandleRequest();
    });
  }

  // Only what the peer sent wrong gets an answer; a closed, reset or idle connection just ends.
  void OnReadError(error_code error) {
    if (error.category() != http::make_error_code(http::error::end_of_stream).category() ||
        error == http::error::end_of_stream || error == http::error::partial_message) {
      return;
    }
    int status = 400;
    if (error == http::error::body_limit) status = 413;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) status = 431;
    method_ = "-";
    target_ = "-";
    response_ = ErrorResponse(status, error.message());
    keep_alive_ = false;
    drain_ = true;
    is_head_ = false;
    Send();
  }

  void HandleRequest() {
    auto& message = parser_->get();
    Request request;
    request.method = View(message.method_string());
    request.target = View(message.target());
    request.headers.reserve(16);
    for (const auto& field : message) request.headers.emplace_back(View(field.name_string()), View(field.value()));
    request.body = std::move(message.body());
    request.remote = remote_;
    request.is_tls = kTls;
    response_ = shared_.app.Handle(request);
    keep_alive_ = parser_->keep_alive();
    is_head_ = request.method == "HEAD";
    method_ = std::move(request.method);
    target_ = std::move(request.target);
    if (response_.delay_ms > 0) {
      return WaitThenSend(SteadyClock::now() + std::chrono::milliseconds(response_.delay_ms));
    }
    Send();
  }

  void WaitThenSend(SteadyClock::time_point when) {
    timer_.expires_at(when);
    timer_.async_wait([self = this->shared_from_this()](error_code error) {
      if (!error) self->Send();
    });
  }

  void Send() {
    const SteadyClock::time_point frozen_until{SteadyClock::duration(shared_.frozen_until.load())};
    const SteadyClock::time_point now = SteadyClock::now();
    if (now < frozen_until) return WaitThenSend(frozen_until);
    if (response_.freeze_ms > 0) {
      const SteadyClock::time_point until = now + std::chrono::milliseconds(response_.freeze_ms);
      shared_.frozen_until.store(until.time_since_epoch().count());
    }
    head_ = HeadOf(response_, keep_alive_);
    const bool has_body = !is_head_ && response_.status != 204 && response_.status != 304;
    const std::string_view body = has_body ? response_.Body() : std::string_view();
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body.data(), body.size())};
    ArmTimeout();
    asio::async_write(stream_, buffers,
                      [self = this->shared_from_this(), size = body.size()](error_code error, size_t) {
                        self->OnSent(error, static_cast<int64_t>(size));
                      });
  }

  void OnSent(error_code error, int64_t body_bytes) {
    if (error) return;
    if (shared_.log != nullptr) shared_.log->Write(method_, target_, response_.status, body_bytes);
    response_ = Response();
    if (keep_alive_) return ReadHeader();
    beast::get_lowest_layer(stream_).expires_after(kDrainTimeout);
    if constexpr (kTls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
      if (drain_) Drain();
    }
  }

  // Closing with unread bytes would reset the connection, and the peer could lose our answer (RFC 9112 section 9.6).
  void Drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(64 << 10),
                            [self = this->shared_from_this()](error_code error, size_t size) {
                              self->drained_ += size;
                              if (!error && self->drained_ < kDrainLimit) self->Drain();
                            });
  }

  Stream stream_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_{kHeaderLimit + (64 << 10)};
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
  std::string head_;
  std::string method_;
  std::string target_;
  const std::string remote_;
  Shared& shared_;
  uint64_t drained_ = 0;
  bool keep_alive_ = false;
  bool is_head_ = false;
  bool drain_ = false;
};

// One listening socket. `tls` null: plain HTTP.
class Listener {
 public:
  Listener(asio::io_context& io, asio::ssl::context* tls, Shared& shared)
      : io_(io), acceptor_(asio::make_strand(io)), pause_(acceptor_.get_executor()), tls_(tls), shared_(shared) {}

  absl::Status Open(const std::string& host, uint16_t port) {
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(host, error), port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", host, " port ", port, ": ", error.message()));
    }
    return absl::OkStatus();
  }

  std::string Url() const {
    const tcp::endpoint endpoint = acceptor_.local_endpoint();
    const std::string host = endpoint.address().to_string();
    const bool is_v6 = endpoint.address().is_v6();
    return absl::StrCat(tls_ != nullptr ? "https://" : "http://", is_v6 ? "[" : "", host, is_v6 ? "]:" : ":",
                        endpoint.port());
  }

  void Accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {
        // Out of descriptors or memory: trying again at once would spin.
        pause_.expires_after(kAcceptPause);
        pause_.async_wait([this](error_code stopped) {
          if (!stopped) Accept();
        });
        return;
      }
      Serve(std::move(socket));
      Accept();
    });
  }

 private:
  void Serve(tcp::socket socket) {
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;
    std::string remote = peer.address().to_string();
    if (tls_ != nullptr) {
      beast::ssl_stream<beast::tcp_stream> stream(beast::tcp_stream(std::move(socket)), *tls_);
      std::make_shared<Session<beast::ssl_stream<beast::tcp_stream>>>(std::move(stream), std::move(remote), shared_)
          ->Start();
    } else {
      std::make_shared<Session<beast::tcp_stream>>(beast::tcp_stream(std::move(socket)), std::move(remote), shared_)
          ->Start();
    }
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::ssl::context* const tls_;
  Shared& shared_;
};

absl::Status UseFiles(const Options& options, asio::ssl::context& context) {
  error_code error;
  context.use_certificate_chain_file(options.cert_file, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat("--cert: cannot use ", options.cert_file, ": ", error.message()));
  }
  context.use_private_key_file(options.key_file, asio::ssl::context::pem, error);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat("--key: cannot use ", options.key_file, ": ", error.message()));
  }
  return absl::OkStatus();
}

absl::Status UseGenerated(const Options& options, asio::ssl::context& context) {
  absl::StatusOr<Certificates> made = MakeCertificates(options.host);
  if (!made.ok()) return made.status();
  error_code error;
  context.use_certificate_chain(asio::buffer(made->certificate_pem), error);
  if (!error) context.use_private_key(asio::buffer(made->key_pem), asio::ssl::context::pem, error);
  if (error) return absl::InternalError(absl::StrCat("cannot use the generated certificate: ", error.message()));
  if (options.ca_out.empty()) return absl::OkStatus();
  std::ofstream file(options.ca_out, std::ios::binary | std::ios::trunc);
  file << made->ca_pem;
  file.close();
  if (!file) return absl::InvalidArgumentError(absl::StrCat("--ca-out: cannot write ", options.ca_out));
  return absl::OkStatus();
}

// A test with ten thousand virtual users needs as many sockets; the usual soft limit is 1,024.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

// The members' order matters: the io_context, which owns the sessions, goes before what they refer to.
struct Server::Impl {
  explicit Impl(int thread_count) : threads(thread_count), io(thread_count) {}

  const int threads;
  Shared shared;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  asio::io_context io;
  // From the start: whoever reads "listening on" may stop us before Run().
  asio::signal_set signals{io, SIGINT, SIGTERM};
  std::vector<std::unique_ptr<Listener>> listeners;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Create(const Options& options) {
  RaiseFileLimit();
  auto impl = std::make_unique<Impl>(options.threads);
  if (!options.access_log.empty()) {
    absl::StatusOr<std::unique_ptr<AccessLog>> log = AccessLog::Open(options.access_log);
    if (!log.ok()) return log.status();
    impl->shared.log = *std::move(log);
  }
  impl->listeners.push_back(std::make_unique<Listener>(impl->io, nullptr, impl->shared));
  absl::Status status = impl->listeners.back()->Open(options.host, options.port);
  if (!status.ok()) return status;
  if (options.tls) {
    status = options.cert_file.empty() ? UseGenerated(options, impl->tls) : UseFiles(options, impl->tls);
    if (!status.ok()) return status;
    impl->listeners.push_back(std::make_unique<Listener>(impl->io, &impl->tls, impl->shared));
    status = impl->listeners.back()->Open(options.host, options.tls_port);
    if (!status.ok()) return status;
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::vector<std::string> Server::Urls() const {
  std::vector<std::string> urls;
  for (const auto& listener : impl_->listeners) urls.push_back(listener->Url());
  return urls;
}

void Server::Run() {
  impl_->signals.async_wait([this](error_code error, int) {
    if (!error) impl_->io.stop();
  });
  for (const auto& listener : impl_->listeners) listener->Accept();
  std::vector<std::thread> others;
  for (int i = 1; i < impl_->threads; ++i) others.emplace_back([this] { impl_->io.run(); });
  impl_->io.run();
  for (std::thread& thread : others) thread.join();
}

}  // namespace mockarty::target

#include "runner/link/http_channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <functional>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "runner/link/host_lookup.h"

namespace mockarty {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr uint32_t kMaxHeaderBytes = 64u << 10;
constexpr int kMaxInterimAnswers = 8;  // of status 1xx

std::string OpenSslReason(const error_code& error) {
  const char* reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));  // NOLINT(runtime/int)
  return reason != nullptr ? reason : error.message();
}

}  // namespace

class HttpTlsContext {
 public:
  ssl::context context{ssl::context::tls_client};
  bool verify = true;
};

absl::StatusOr<std::shared_ptr<HttpTlsContext>> MakeHttpTlsContext(const HttpTlsOptions& options) {
  auto made = std::make_shared<HttpTlsContext>();
  error_code error;
  made->context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                            ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  made->verify = !options.skip_verify;
  made->context.set_verify_mode(made->verify ? ssl::verify_peer : ssl::verify_none, error);
  if (options.ca_pem.empty()) {
    made->context.set_default_verify_paths(error);
  } else {
    made->context.add_certificate_authority(asio::buffer(options.ca_pem), error);
    if (error) return absl::InvalidArgumentError(Concat("TLS_CA_CERT: ", OpenSslReason(error), ": expected PEM"));
  }
  if (options.cert_pem.empty()) return made;
  made->context.use_certificate_chain(asio::buffer(options.cert_pem), error);
  if (error) return absl::InvalidArgumentError(Concat("TLS_CERT_FILE: ", OpenSslReason(error), ": expected PEM"));
  made->context.use_private_key(asio::buffer(options.key_pem), ssl::context::pem, error);
  if (error) {
    return absl::InvalidArgumentError(
        Concat("TLS_KEY_FILE: ", OpenSslReason(error), ": expected the PEM key of the certificate in TLS_CERT_FILE"));
  }
  return made;
}

class HttpChannel::Impl {
 public:
  explicit Impl(const HttpChannelOptions& options) : options_(options) {}

  absl::StatusOr<HttpAnswer> Post(const std::string& path, const std::string& content_type, std::string body,
                                  Nanos timeout) {
    interrupts_seen_ = interrupts_;
    deadline_ = MonotonicNow() + timeout;
    http::request<http::string_body> request = MakeRequest(path, content_type, std::move(body));
    bool reused = connected_;
    absl::StatusOr<HttpAnswer> answer = Ask(request);
    // The server may have closed what was kept, and knows nothing of the request then.
    if (reused && !answer.ok() && absl::IsUnavailable(answer.status()) && !Stopped()) answer = Ask(request);
    if (!answer.ok()) Drop();
    return answer;
  }

  void Drop() {
    connected_ = false;
    secure_.reset();
    if (socket_ != nullptr) {
      error_code ignored;
      socket_->close(ignored);
    }
    buffer_.clear();
  }

  void Interrupt() {
    ++interrupts_;
    asio::post(io_, [] {});
  }
  void Cancel() {
    cancelled_ = true;
    asio::post(io_, [] {});
  }

 private:
  bool Stopped() const { return cancelled_ || interrupts_ != interrupts_seen_; }
  absl::Status WhyStopped() const {
    if (cancelled_) return absl::CancelledError("cancelled");
    return absl::UnavailableError("given up for a new connection");
  }

  // Runs one asynchronous operation to its end, or to the deadline, after which nothing of it is left.
  absl::Status Run(std::string_view what, const std::function<void(std::function<void(error_code)>)>& start) {
    bool finished = false;
    error_code result;
    start([&](error_code error) {
      finished = true;
      result = error;
    });
    io_.restart();
    while (!finished && !Stopped()) {
      Nanos left = deadline_ - MonotonicNow();
      if (left <= 0) break;
      io_.run_one_for(std::chrono::nanoseconds(std::min(left, kNanosPerSecond)));
      if (io_.stopped()) io_.restart();
    }
    if (finished && !result) return absl::OkStatus();
    bool late = !finished && !Stopped();
    bool stopped = !finished && Stopped();
    while (!finished) {  // what is closed ends at once
      error_code ignored;
      if (socket_ != nullptr) socket_->close(ignored);
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(100));
    }
    if (stopped) return WhyStopped();
    if (late) return absl::DeadlineExceededError(Concat(what, ": timed out"));
    bool of_tls = result.category() == asio::error::get_ssl_category();
    return absl::UnavailableError(Concat(what, ": ", of_tls ? OpenSslReason(result) : result.message()));
  }

  http::request<http::string_body> MakeRequest(const std::string& path, const std::string& content_type,
                                               std::string body) const {
    std::string authority = options_.server.ToString();
    bool absolute = options_.proxy.has_value() && options_.tls == nullptr;
    http::request<http::string_body> request(http::verb::post, absolute ? Concat("http://", authority, path) : path,
                                             11);
    request.set(http::field::host, authority);
    request.set(http::field::user_agent, "mockarty-runner");
    request.set(http::field::content_type, content_type);
    if (absolute && !options_.proxy->authorization.empty()) {
      request.set(http::field::proxy_authorization, options_.proxy->authorization);
    }
    for (const auto& [name, value] : options_.headers) request.set(name, value);
    request.body() = std::move(body);
    request.prepare_payload();
    return request;
  }

  absl::Status Connect() {
    Drop();
    const HostPort& peer = options_.proxy.has_value() ? options_.proxy->address : options_.server;
    Nanos whole = std::exchange(deadline_, std::min(deadline_, MonotonicNow() + options_.connect_timeout));
    absl::Status status = ConnectTo(peer);
    deadline_ = whole;
    connected_ = status.ok();
    if (!status.ok()) Drop();
    return status;
  }

  absl::Status ConnectTo(const HostPort& peer) {
    auto endpoints = lookup_.Find(peer, deadline_, [this] { return Stopped(); });
    if (!endpoints.ok()) return Stopped() ? WhyStopped() : endpoints.status();
    socket_ = std::make_unique<Tcp::socket>(io_);
    std::string what = options_.proxy.has_value() ? Concat("proxy at ", peer.ToString()) : "connection";
    RETURN_IF_ERROR(Run(what, [&](std::function<void(error_code)> done) {
      asio::async_connect(*socket_, *endpoints,
                          [done = std::move(done)](error_code error, const Tcp::endpoint&) { done(error); });
    }));
    error_code ignored;
    socket_->set_option(Tcp::no_delay(true), ignored);
    socket_->set_option(asio::socket_base::keep_alive(true), ignored);
    if (options_.tls == nullptr) return absl::OkStatus();
    if (options_.proxy.has_value()) RETURN_IF_ERROR(OpenTunnel());
    return ShakeHands();
  }

  absl::Status OpenTunnel() {
    std::string authority = options_.server.ToString();
    http::request<http::empty_body> request(http::verb::connect, authority, 11);
    request.set(http::field::host, authority);
    request.set(http::field::user_agent, "mockarty-runner");
    if (!options_.proxy->authorization.empty()) {
      request.set(http::field::proxy_authorization, options_.proxy->authorization);
    }
    RETURN_IF_ERROR(Run("proxy", [&](std::function<void(error_code)> done) {
      http::async_write(*socket_, request, [done = std::move(done)](error_code error, size_t) { done(error); });
    }));
    http::response_parser<http::empty_body> parser;
    parser.skip(true);  // what follows the head is the tunnel
    parser.header_limit(kMaxHeaderBytes);
    beast::flat_buffer buffer;
    RETURN_IF_ERROR(Run("proxy", [&](std::function<void(error_code)> done) {
      http::async_read_header(*socket_, buffer, parser,
                              [done = std::move(done)](error_code error, size_t) { done(error); });
    }));
    unsigned status = parser.get().result_int();
    if (status / 100 == 2) return absl::OkStatus();
    return absl::UnavailableError(Concat("proxy at ", options_.proxy->address.ToString(), " refuses to connect to ",
                                         authority, ": HTTP ", status));
  }

  absl::Status ShakeHands() {
    const std::string& host = options_.server.host;
    secure_ = std::make_unique<ssl::stream<Tcp::socket&>>(*socket_, options_.tls->context);
    error_code error;
    asio::ip::make_address(host, error);
    if (error) SSL_set_tlsext_host_name(secure_->native_handle(), host.c_str());  // an address is no server name
    if (options_.tls->verify) secure_->set_verify_callback(ssl::host_name_verification(host), error);
    absl::Status status = Run("TLS", [&](std::function<void(error_code)> done) {
      secure_->async_handshake(ssl::stream_base::client, std::move(done));
    });
    long verified = SSL_get_verify_result(secure_->native_handle());  // NOLINT(runtime/int)
    if (!status.ok() && options_.tls->verify && verified != X509_V_OK) {
      return absl::UnavailableError(
          Concat("TLS: the certificate of ", host, " is refused: ", X509_verify_cert_error_string(verified)));
    }
    return status;
  }

  absl::StatusOr<HttpAnswer> Ask(const http::request<http::string_body>& request) {
    if (Stopped()) return WhyStopped();
    if (!connected_) RETURN_IF_ERROR(Connect());
    absl::StatusOr<HttpAnswer> answer = secure_ != nullptr ? Exchange(*secure_, request) : Exchange(*socket_, request);
    if (!answer.ok()) Drop();
    return answer;
  }

  template <typename Stream>
  absl::StatusOr<HttpAnswer> Exchange(Stream& stream, const http::request<http::string_body>& request) {
    RETURN_IF_ERROR(Run("request", [&](std::function<void(error_code)> done) {
      http::async_write(stream, request, [done = std::move(done)](error_code error, size_t) { done(error); });
    }));
    for (int i = 0; i < kMaxInterimAnswers; ++i) {
      http::response_parser<http::string_body> parser;
      parser.header_limit(kMaxHeaderBytes);
      parser.body_limit(options_.max_answer_bytes);
      RETURN_IF_ERROR(Run("answer", [&](std::function<void(error_code)> done) {
        http::async_read(stream, buffer_, parser, [done = std::move(done)](error_code error, size_t) { done(error); });
      }));
      const auto& answer = parser.get();
      if (answer.result_int() / 100 == 1) continue;
      if (!answer.keep_alive()) connected_ = false;
      boost::string_view type = {answer[http::field::content_type].data(), answer[http::field::content_type].size()};
      HttpAnswer result{.status = static_cast<int>(answer.result_int()), .content_type = std::string(type)};
      result.body = std::move(parser.get().body());
      return result;
    }
    return absl::UnavailableError("answer: too many interim ones");
  }

  const HttpChannelOptions options_;
  asio::io_context io_{1};
  HostLookup lookup_;
  std::unique_ptr<Tcp::socket> socket_;
  std::unique_ptr<ssl::stream<Tcp::socket&>> secure_;
  beast::flat_buffer buffer_;
  bool connected_ = false;
  Nanos deadline_ = 0;
  std::atomic<bool> cancelled_{false};
  std::atomic<uint64_t> interrupts_{0};
  uint64_t interrupts_seen_ = 0;
};

HttpChannel::HttpChannel(const HttpChannelOptions& options) : impl_(std::make_unique<Impl>(options)) {}
HttpChannel::~HttpChannel() = default;

absl::StatusOr<HttpAnswer> HttpChannel::Post(const std::string& path, const std::string& content_type, std::string body,
                                             Nanos timeout) {
  return impl_->Post(path, content_type, std::move(body), timeout);
}
void HttpChannel::Drop() { impl_->Drop(); }
void HttpChannel::Interrupt() { impl_->Interrupt(); }
void HttpChannel::Cancel() { impl_->Cancel(); }

}  // namespace mockarty

#include "tools/fleet/poll_connection.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "mockarty/v1/poll.pb.h"

namespace mockarty::fleet {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kRequestTimeout{60};  // longer than a request is held
constexpr std::chrono::milliseconds kOpenAgain{250};
constexpr size_t kMaxAnswerBytes = 32u << 20;
constexpr size_t kMaxErrorBytes = 200;
constexpr const char* kProtobufType = "application/x-protobuf";

struct PollServer {
  std::string authority;
  Tcp::endpoint endpoint;
};

// A kept connection, for one request at a time. On one thread.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  // Status 0: `body` is what failed. 503: the coordinator asks to come back later; others but 200 are failures.
  using Answered = std::function<void(int status, const std::string& body)>;

  Exchange(asio::io_context& io, const PollServer& server, const std::string& token)
      : server_(server), authorization_("Bearer " + token), stream_(io) {}

  void Post(const char* what, const google::protobuf::MessageLite& message, Answered answered) {
    what_ = what;
    answered_ = std::move(answered);
    request_ = {http::verb::post, Concat("/api/v1/runner-link/", what), 11};
    request_.set(http::field::host, server_.authority);
    request_.set(http::field::authorization, authorization_);
    request_.set(http::field::content_type, kProtobufType);
    request_.body() = message.SerializeAsString();
    request_.prepare_payload();
    stream_.expires_after(kRequestTimeout);
    if (stream_.socket().is_open()) return Write();
    stream_.async_connect(server_.endpoint, [self = shared_from_this()](error_code error) {
      if (error) return self->Fail(error.message());
      self->stream_.socket().set_option(Tcp::no_delay(true), error);
      self->Write();
    });
  }

  // Nothing is answered any more.
  void Close() {
    answered_ = nullptr;
    stream_.close();
  }

 private:
  void Write() {
    http::async_write(stream_, request_, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Fail(error.message());
      self->Read();
    });
  }

  void Read() {
    parser_.emplace();
    parser_->body_limit(kMaxAnswerBytes);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Fail(error.message());
      const auto& answer = self->parser_->get();
      const auto status = static_cast<int>(answer.result_int());
      if (!answer.keep_alive()) self->stream_.close();
      if (status == 200) return self->Answer(status, answer.body());
      self->Answer(status, Concat(self->what_, ": HTTP ", status, ": ", Printable(answer.body(), kMaxErrorBytes)));
    });
  }

  void Fail(const std::string& why) { Answer(0, Concat(what_, ": ", why)); }

  void Answer(int status, const std::string& body) {
    if (Answered answered = std::exchange(answered_, nullptr)) answered(status, body);
  }

  const PollServer& server_;
  const std::string authorization_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  std::optional<http::response_parser<http::string_body>> parser_;
  const char* what_ = "";
  Answered answered_;
};

// Everything but what the lock is for is on the thread of `io`.
class PollConnection final : public RunnerConnection {
 public:
  PollConnection(asio::io_context& io, const PollServer& server, const std::string& token, OnMessage on_message)
      : io_(io),
        on_message_(std::move(on_message)),
        open_again_(io),
        sends_(std::make_shared<Exchange>(io, server, token)),
        receives_(std::make_shared<Exchange>(io, server, token)) {
    asio::post(io_, [this] { Open(); });
  }

  void Send(v1::RunnerMessage message) override {
    {
      std::lock_guard lock(mutex_);
      if (over_) return;
      outbox_.push_back(std::move(message));
      if (std::exchange(flush_posted_, true)) return;
    }
    asio::post(io_, [this] { Flush(); });
  }

  std::string Failure() const override {
    std::lock_guard lock(mutex_);
    return failure_;
  }

  // What was posted before it has run when it returns, and nothing is posted after it.
  void End() override {
    {
      std::lock_guard lock(mutex_);
      over_ = true;
    }
    std::promise<void> closed;
    asio::post(io_, [this, &closed] {
      open_again_.cancel();
      sends_->Close();
      receives_->Close();
      closed.set_value();
    });
    closed.get_future().wait();
  }

 private:
  // An answer that is none ends the connection.
  template <typename Message>
  Exchange::Answered Expect(void (PollConnection::*then)(const Message&)) {
    return [this, then](int status, const std::string& body) {
      Message message;
      if (status != 200) return Fail(body);
      if (!message.ParseFromString(body)) return Fail(Concat("expected a ", message.GetTypeName()));
      (this->*then)(message);
    };
  }

  void Fail(const std::string& why) {
    std::lock_guard lock(mutex_);
    if (!over_) failure_ = why;
    over_ = true;
    outbox_.clear();
  }

  bool Over() const {
    std::lock_guard lock(mutex_);
    return over_;
  }

  void Open() {
    v1::PollOpen open;
    open.mutable_protocol()->set_major(1);
    if (Over()) return;
    sends_->Post("open", open, [this](int status, const std::string& body) {
      if (status != 503) return Expect(&PollConnection::OnOpened)(status, body);
      open_again_.expires_after(kOpenAgain);
      open_again_.async_wait([this](error_code cancelled) {
        if (!cancelled) Open();
      });
    });
  }

  void OnOpened(const v1::PollOpened& opened) {
    opened_ = opened;
    Receive();
    Flush();
  }

  void Receive() {
    v1::PollReceive receive;
    receive.set_session(opened_.session());
    receive.set_received(received_);
    if (!Over()) receives_->Post("receive", receive, Expect(&PollConnection::OnReceived));
  }

  void OnReceived(const v1::PollReceived& answer) {
    if (answer.messages_size() > 0 && answer.first() != received_ + 1) {
      return Fail(Concat("receive: message ", answer.first(), ": expected ", received_ + 1));
    }
    for (const v1::CoordinatorMessage& message : answer.messages()) {
      if (Over()) return;
      ++received_;
      on_message_(message);
    }
    if (answer.has_end()) return Fail(Concat("session ended: ", Printable(answer.end().reason(), kMaxErrorBytes)));
    Receive();
  }

  void Flush() {
    v1::PollSend batch;
    {
      std::lock_guard lock(mutex_);
      flush_posted_ = false;
      if (sending_ || over_ || outbox_.empty() || opened_.session().empty()) return;
      size_t bytes = 0;
      for (const v1::RunnerMessage& message : outbox_) {
        auto count = static_cast<uint32_t>(batch.messages_size());
        if (count > 0 && (bytes >= opened_.max_batch_bytes() || count >= opened_.max_batch_messages())) break;
        *batch.add_messages() = message;
        bytes += message.ByteSizeLong();
      }
    }
    batch.set_session(opened_.session());
    batch.set_first(sent_ + 1);
    sending_ = true;
    batch_messages_ = static_cast<uint64_t>(batch.messages_size());
    sends_->Post("send", batch, Expect(&PollConnection::OnSent));
  }

  void OnSent(const v1::PollSent& answer) {
    if (answer.ending()) return;  // `receive` says why
    if (answer.received() != sent_ + batch_messages_) {
      return Fail(Concat("send: received ", answer.received(), ": expected ", sent_ + batch_messages_));
    }
    {
      std::lock_guard lock(mutex_);
      if (over_) return;
      outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<ptrdiff_t>(batch_messages_));
    }
    sent_ = answer.received();
    sending_ = false;
    Flush();
  }

  asio::io_context& io_;
  const OnMessage on_message_;
  asio::steady_timer open_again_;
  const std::shared_ptr<Exchange> sends_;
  const std::shared_ptr<Exchange> receives_;
  v1::PollOpened opened_;
  bool sending_ = false;
  uint64_t batch_messages_ = 0;  // of the one that is being sent
  uint64_t sent_ = 0;            // the coordinator has all up to this number
  uint64_t received_ = 0;
  mutable std::mutex mutex_;
  std::deque<v1::RunnerMessage> outbox_;  // from number sent_ + 1 on
  bool flush_posted_ = false;
  bool over_ = false;
  std::string failure_;
};

}  // namespace

class PollThreads::Impl {
 public:
  Impl(PollServer server, int threads) : server_(std::move(server)), loops_(static_cast<size_t>(threads)) {
    for (Loop& loop : loops_) loop.thread = std::thread([&loop] { loop.io.run(); });
  }
  ~Impl() {
    for (Loop& loop : loops_) loop.work.reset();
    for (Loop& loop : loops_) loop.thread.join();
  }

  std::unique_ptr<RunnerConnection> Connect(const std::string& token, RunnerConnection::OnMessage on_message) {
    Loop& loop = loops_[next_++ % loops_.size()];
    return std::make_unique<PollConnection>(loop.io, server_, token, std::move(on_message));
  }

 private:
  struct Loop {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::thread thread;
  };

  const PollServer server_;
  std::vector<Loop> loops_;
  size_t next_ = 0;
};

absl::StatusOr<std::unique_ptr<PollThreads>> PollThreads::Start(const std::string& address, int threads) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    return absl::InvalidArgumentError(Concat("address ", Quoted(address), ": expected HOST:PORT"));
  }
  asio::io_context io;
  error_code error;
  const auto found = Tcp::resolver(io).resolve(address.substr(0, colon), address.substr(colon + 1), error);
  if (error || found.empty()) {
    return absl::UnavailableError(Concat("address ", Quoted(address), ": ", error.message()));
  }
  PollServer server{.authority = address, .endpoint = found.begin()->endpoint()};
  return std::unique_ptr<PollThreads>(new PollThreads(std::make_unique<Impl>(std::move(server), threads)));
}

PollThreads::PollThreads(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PollThreads::~PollThreads() = default;

ConnectRunner PollThreads::ByPolling(const std::string& token) {
  return [impl = impl_.get(), token](RunnerConnection::OnMessage on_message) {
    return impl->Connect(token, std::move(on_message));
  };
}

}  // namespace mockarty::fleet

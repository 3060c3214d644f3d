// The long-polling endpoints over real connections, with a core that a test plays.
#include "coordinator/poll/poll_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <set>
#include <string>
#include <thread>

#include "tests/coordinator_grpc/fake_core.h"

namespace mockarty {
namespace {

namespace http = boost::beast::http;
using ::testing::HasSubstr;
using Tcp = boost::asio::ip::tcp;

// "mki_good" and "mki_other" until they are revoked; "mk_good" is a user's.
class RevocableTokens final : public TokenVerifier {
 public:
  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !hangs_ || !token.ends_with("_unknown"); });
    if (type != TokenType::kRunner || !good_.contains(token)) return absl::UnauthenticatedError("invalid token");
    return TokenIdentity{.token_id = std::string(token), .name_space = "ns"};
  }
  std::optional<absl::StatusOr<TokenIdentity>> Known(std::string_view token, TokenType type) override {
    if (token.ends_with("_unknown")) return std::nullopt;
    return Verify(token, type);
  }
  void Revoke(const std::string& token) {
    std::lock_guard lock(mutex_);
    good_.erase(token);
  }
  void SetHangs(bool hangs) {
    std::lock_guard lock(mutex_);
    hangs_ = hangs;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = false;  // the store: tokens that end in _unknown cannot be looked up
  std::set<std::string, std::less<>> good_ = {"mki_good", "mki_other", "mki_new_unknown"};
};

struct Answer {
  int status = 0;  // 0: the connection ended without one
  std::string type;
  std::string body;
};

// One connection of a runner.
class Client {
 public:
  Client(uint16_t port, std::string token) : token_(std::move(token)) {
    stream_.connect(Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port));
  }

  void Ask(const std::string& what, const std::string& body, const std::string& type = "application/x-protobuf") {
    http::request<http::string_body> request(http::verb::post, "/api/v1/runner-link/" + what, 11);
    request.set(http::field::host, "x");
    request.set(http::field::content_type, type);
    if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
    request.body() = body;
    request.prepare_payload();
    boost::system::error_code error;
    http::write(stream_, request, error);
  }
  Answer Read() {
    http::response_parser<http::string_body> parser;
    parser.body_limit(64u << 20);
    boost::system::error_code error;
    http::read(stream_, buffer_, parser, error);
    if (error) return {};
    const auto& answer = parser.get();
    return {.status = static_cast<int>(answer.result_int()),
            .type = std::string(answer[http::field::content_type]),
            .body = answer.body()};
  }
  template <typename Out>
  bool Call(const std::string& what, const google::protobuf::MessageLite& in, Out* out) {
    Ask(what, in.SerializeAsString());
    last = Read();
    return last.status == 200 && out->ParseFromString(last.body);
  }

  Answer last;

 private:
  const std::string token_;
  boost::asio::io_context io_;
  boost::beast::tcp_stream stream_{io_};
  boost::beast::flat_buffer buffer_;
};

class PollServiceTest : public ::testing::Test {
 protected:
  void TearDown() override {
    core_.Stop();
    if (service_ != nullptr) service_->Shutdown(0);
    server_.reset();
    {
      std::lock_guard lock(core_.mutex);
      core_.connected.clear();
    }
    service_.reset();
  }

  void Start(PollServiceOptions options = {}) {
    service_ = std::make_unique<PollService>(options, tokens_, core_);
    HttpServerOptions http_options;
    http_options.address = "127.0.0.1";
    auto server = HttpServer::Start(http_options, service_->Routes());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  std::unique_ptr<Client> Connect(const std::string& token = "mki_good") {
    return std::make_unique<Client>(server_->Port(), token);
  }
  std::string Open(Client& client) {
    v1::PollOpened opened;
    EXPECT_TRUE(client.Call("open", v1::PollOpen(), &opened)) << client.last.body;
    return opened.session();
  }
  static v1::PollSend Batch(const std::string& session, uint64_t first) {
    v1::PollSend batch;
    batch.set_session(session);
    batch.set_first(first);
    return batch;
  }
  static v1::PollSend Hello(const std::string& session) {
    v1::PollSend batch = Batch(session, 1);
    batch.add_messages()->mutable_hello()->set_instance_id("one");
    return batch;
  }
  static v1::PollReceive Receive(const std::string& session, uint64_t received) {
    v1::PollReceive receive;
    receive.set_session(session);
    receive.set_received(received);
    return receive;
  }
  // A session that has said Hello.
  std::string Greet(Client& client) {
    std::string session = Open(client);
    v1::PollSent sent;
    EXPECT_TRUE(client.Call("send", Hello(session), &sent)) << client.last.body;
    EXPECT_EQ(sent.received(), 1u);
    return session;
  }
  std::shared_ptr<RunnerSession> CoreSide() {
    EXPECT_TRUE(core_.WaitFor([this] { return !core_.connected.empty(); }));
    std::lock_guard lock(core_.mutex);
    return core_.connected.rbegin()->second;
  }
  static v1::CoordinatorMessage Probe(uint64_t number) {
    v1::CoordinatorMessage message;
    message.mutable_time_probe()->set_number(number);
    return message;
  }

  RevocableTokens tokens_;
  FakeCore core_;
  std::unique_ptr<PollService> service_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(PollServiceTest, MessagesGoBothWays) {
  Start();
  auto sends = Connect();
  auto receives = Connect();
  std::string session = Greet(*sends);
  EXPECT_EQ(session.size(), 32u);
  ASSERT_TRUE(core_.WaitFor([this] { return core_.messages.size() == 1; }));
  EXPECT_EQ(core_.name_spaces, std::vector<std::string>{"ns"});
  EXPECT_EQ(core_.messages[0].hello().instance_id(), "one");
  EXPECT_EQ(service_->GetStats().sessions, 1u);

  receives->Ask("receive", Receive(session, 0).SerializeAsString());  // waits
  v1::PollSend batch = Batch(session, 2);
  batch.add_messages()->mutable_time_reply()->set_number(7);  // which this core echoes
  batch.add_messages()->mutable_time_reply()->set_number(8);
  v1::PollSent sent;
  ASSERT_TRUE(sends->Call("send", batch, &sent));
  EXPECT_EQ(sent.received(), 3u);
  EXPECT_EQ(sent.queued(), 2u);
  std::vector<uint64_t> numbers;
  v1::PollReceived received;
  Answer answer = receives->Read();
  EXPECT_EQ(answer.type, "application/x-protobuf");
  ASSERT_TRUE(received.ParseFromString(answer.body));
  EXPECT_EQ(received.first(), 1u);
  for (const auto& message : received.messages()) numbers.push_back(message.time_probe().number());
  while (numbers.size() < 2) {
    ASSERT_TRUE(receives->Call("receive", Receive(session, numbers.size()), &received));
    for (const auto& message : received.messages()) numbers.push_back(message.time_probe().number());
  }
  EXPECT_EQ(numbers, (std::vector<uint64_t>{7, 8}));

  v1::PollClose close;
  close.set_session(session);
  v1::PollClosed closed;
  EXPECT_TRUE(sends->Call("close", close, &closed));
  EXPECT_TRUE(core_.WaitFor([this] { return core_.gone == 1; }));
  EXPECT_FALSE(sends->Call("close", close, &closed));
  EXPECT_EQ(sends->last.status, 404);
  EXPECT_EQ(service_->GetStats().sessions, 0u);
}

TEST_F(PollServiceTest, ARepeatedRequestReachesTheCoreOnce) {
  Start();
  auto client = Connect();
  std::string session = Greet(*client);
  v1::PollSent sent;
  ASSERT_TRUE(client->Call("send", Hello(session), &sent));
  EXPECT_EQ(sent.received(), 1u);
  v1::PollSend batch = Batch(session, 2);
  batch.add_messages()->mutable_heartbeat()->set_active_tasks(5);
  ASSERT_TRUE(client->Call("send", batch, &sent));
  // The answer is taken for lost: again, over another connection.
  auto other = Connect();
  ASSERT_TRUE(other->Call("send", batch, &sent));
  EXPECT_EQ(sent.received(), 2u);
  ASSERT_TRUE(core_.WaitFor([this] { return core_.messages.size() >= 2; }));
  EXPECT_EQ(core_.messages.size(), 2u);
  EXPECT_EQ(core_.connected.size(), 1u);
  EXPECT_FALSE(client->Call("send", Batch(session, 9), &sent));
  EXPECT_EQ(client->last.status, 409);
  EXPECT_THAT(client->last.body, HasSubstr("first: 9: expected at most 3"));
}

TEST_F(PollServiceTest, TokensAreLookedAtBeforeAnythingElse) {
  Start();
  for (const char* token : {"", "mki_bad", "mk_good", "Bearer mki_good"}) {
    auto client = Connect(token);
    client->Ask("send", std::string(100'000, '\xff'));
    Answer answer = client->Read();
    EXPECT_EQ(answer.status, 401) << token;
    EXPECT_EQ(answer.type, "application/json");
    EXPECT_THAT(answer.body, HasSubstr(R"({"error":"invalid token","code":"unauthorized","request_id":")"));
  }
  EXPECT_EQ(service_->GetStats().refused_tokens, 4u);
  // A session is of the token that opened it.
  auto client = Connect();
  std::string session = Greet(*client);
  auto other = Connect("mki_other");
  v1::PollSent sent;
  EXPECT_FALSE(other->Call("send", Batch(session, 2), &sent));
  EXPECT_EQ(other->last.status, 404);
}

TEST_F(PollServiceTest, AStoreThatHangsHoldsUpOnlyWhoIsLookedUp) {
  Start();
  auto client = Connect();
  std::string session = Greet(*client);
  tokens_.SetHangs(true);
  auto unknown = Connect("mki_new_unknown");
  unknown->Ask("open", "");
  auto bad = Connect("mki_bad_unknown");
  bad->Ask("open", "");
  v1::PollSent sent;
  EXPECT_TRUE(client->Call("send", Batch(session, 2), &sent));
  auto back = Connect();
  EXPECT_NE(Open(*back), session) << "a known runner that comes back does not wait behind them";
  // A token that is not in memory is of no session here; `open` will say what it is.
  auto early = Connect("mki_new_unknown");
  EXPECT_FALSE(early->Call("send", Batch(session, 2), &sent));
  EXPECT_EQ(early->last.status, 404);
  tokens_.SetHangs(false);
  EXPECT_EQ(unknown->Read().status, 200);
  EXPECT_EQ(bad->Read().status, 401);
}

TEST_F(PollServiceTest, ARevokedTokenIsCutOff) {
  Start();
  auto client = Connect();
  auto receives = Connect();
  std::string session = Greet(*client);
  receives->Ask("receive", Receive(session, 0).SerializeAsString());
  v1::PollSent sent;
  ASSERT_TRUE(client->Call("send", Batch(session, 2), &sent));  // when this is answered, the other one waits
  tokens_.Revoke("mki_good");
  EXPECT_FALSE(client->Call("send", Batch(session, 2), &sent));
  EXPECT_EQ(client->last.status, 401);
  // Who waits hears it from the core.
  CoreSide()->Close(absl::UnauthenticatedError("the token was revoked"));
  v1::PollReceived received;
  ASSERT_TRUE(received.ParseFromString(receives->Read().body));
  EXPECT_EQ(received.end().code(), static_cast<uint32_t>(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(received.end().reason(), "the token was revoked");
}

TEST_F(PollServiceTest, MalformedAndOversizedBodiesAreRefused) {
  PollServiceOptions options;
  options.limits.max_message_bytes = 1000;
  Start(options);
  auto client = Connect();
  std::string session = Greet(*client);
  auto refused = [&](const std::string& what, const std::string& body, const std::string& type) {
    auto own = Connect();
    own->Ask(what, body, type);
    Answer answer = own->Read();
    return std::to_string(answer.status) + " " + answer.body;
  };
  std::string type = "application/x-protobuf";
  for (const char* what : {"open", "send", "receive", "close"}) {
    EXPECT_THAT(refused(what, "\xff\xff\xff", type), HasSubstr("400 {\"error\":\"body: expected a mockarty.v1.Poll"));
    EXPECT_THAT(refused(what, "", "text/plain"), HasSubstr("expected application/x-protobuf"));
    EXPECT_THAT(refused(what, std::string(400'000, 'a'), type), HasSubstr("413"));
  }
  EXPECT_THAT(refused("send", Batch("nobody", 1).SerializeAsString(), type), HasSubstr("404 {\"error\":\"session"));
  EXPECT_THAT(refused("receive", Receive(session, 5).SerializeAsString(), type), HasSubstr("409"));
  v1::PollSend large = Batch(session, 2);
  large.add_messages()->mutable_offer_answer()->set_reason(std::string(1001, 'x'));
  EXPECT_THAT(refused("send", large.SerializeAsString(), type), HasSubstr("400 {\"error\":\"message of 10"));
  // As with a stream, that ends the session: it says so, and is over for whoever looks after it.
  v1::PollReceived received;
  ASSERT_TRUE(client->Call("receive", Receive(session, 0), &received)) << client->last.body;
  EXPECT_EQ(received.end().code(), static_cast<uint32_t>(absl::StatusCode::kInvalidArgument));
}

TEST_F(PollServiceTest, TheFirstMessageIsHello) {
  Start();
  auto client = Connect();
  std::string session = Open(*client);
  v1::PollSend batch = Batch(session, 1);
  batch.add_messages()->mutable_heartbeat();
  v1::PollSent sent;
  EXPECT_FALSE(client->Call("send", batch, &sent));
  EXPECT_THAT(client->last.body, HasSubstr("expected Hello"));
  ASSERT_TRUE(client->Call("send", Hello(session), &sent));
  EXPECT_TRUE(sent.ending());
  EXPECT_EQ(sent.received(), 0u);
  EXPECT_EQ(service_->GetStats().refused_sessions, 1u);
  std::lock_guard lock(core_.mutex);
  EXPECT_TRUE(core_.connected.empty());
}

TEST_F(PollServiceTest, SessionsAreBoundedAndEndInSilence) {
  PollServiceOptions options;
  options.max_sessions = 2;
  options.limits.silence_timeout = 300 * kNanosPerMilli;
  options.limits.hello_timeout = 100 * kNanosPerMilli;
  Start(options);
  auto client = Connect();
  std::string session = Greet(*client);
  Open(*client);  // never says Hello
  v1::PollOpened opened;
  EXPECT_FALSE(client->Call("open", v1::PollOpen(), &opened));
  EXPECT_EQ(client->last.status, 429);
  EXPECT_THAT(client->last.body, HasSubstr("too many runners: expected at most 2"));
  EXPECT_TRUE(core_.WaitFor([this] { return core_.gone == 1; }));
  while (service_->GetStats().sessions > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  v1::PollSent sent;
  EXPECT_FALSE(client->Call("send", Batch(session, 2), &sent));
  EXPECT_EQ(client->last.status, 404);
  EXPECT_EQ(service_->GetStats().refused_sessions, 2u);
}

TEST_F(PollServiceTest, AWaitThatLostItsConnectionLosesNothing) {
  Start();
  auto client = Connect();
  std::string session = Greet(*client);
  for (uint64_t number = 1; number <= 20; ++number) {
    auto lost = Connect();
    lost->Ask("receive", Receive(session, number - 1).SerializeAsString());
    if (number % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    lost.reset();
    CoreSide()->Send(Probe(number));
    v1::PollReceived received;
    ASSERT_TRUE(client->Call("receive", Receive(session, number - 1), &received)) << client->last.body;
    if (received.messages_size() == 0) {  // the lost one came late and took its place
      ASSERT_TRUE(client->Call("receive", Receive(session, number - 1), &received)) << client->last.body;
    }
    ASSERT_EQ(received.messages_size(), 1);
    EXPECT_EQ(received.messages(0).time_probe().number(), number);
  }
}

TEST_F(PollServiceTest, ARunnerThatDoesNotFetchIsCut) {
  PollServiceOptions options;
  options.limits.max_queue_messages = 3;
  Start(options);
  auto client = Connect();
  std::string session = Greet(*client);
  for (uint64_t number = 0; number < 4; ++number) CoreSide()->Send(Probe(number));
  v1::PollReceived received;
  ASSERT_TRUE(client->Call("receive", Receive(session, 0), &received));
  EXPECT_EQ(received.end().code(), static_cast<uint32_t>(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(service_->GetStats().slow_sessions, 1u);
}

TEST_F(PollServiceTest, AShutdownIsTold) {
  Start();
  auto client = Connect();
  auto receives = Connect();
  std::string session = Greet(*client);
  receives->Ask("receive", Receive(session, 0).SerializeAsString());
  std::thread shutdown([this] { service_->Shutdown(60 * kNanosPerSecond); });
  v1::PollReceived received;
  ASSERT_TRUE(received.ParseFromString(receives->Read().body));
  EXPECT_EQ(received.end().reason(), "the coordinator is shutting down");
  v1::PollOpened opened;
  EXPECT_FALSE(client->Call("open", v1::PollOpen(), &opened));
  EXPECT_EQ(client->last.status, 503);
  v1::PollClose close;
  close.set_session(session);
  v1::PollClosed closed;
  EXPECT_TRUE(client->Call("close", close, &closed));
  shutdown.join();  // waits for no more than the last runner's good-bye
}

}  // namespace
}  // namespace mockarty

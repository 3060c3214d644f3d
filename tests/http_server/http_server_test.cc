// The server over raw sockets, because no client library sends what a hostile peer sends.
#include "common/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "common/http/html.h"

namespace mockarty {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RawConnection {
 public:
  explicit RawConnection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    timeval patience = {.tv_sec = 60, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~RawConnection() { close(fd_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return connected_; }
  bool Send(const std::string& text) {
    size_t sent = 0;
    while (sent < text.size()) {
      ssize_t n = send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<size_t>(n);
    }
    return true;
  }
  void FinishSending() { shutdown(fd_, SHUT_WR); }
  // Until the server closes.
  std::string ReadAll() {
    while (ReadMore()) {
    }
    return std::move(received_);
  }
  // Until `text` came; what came up to its end.
  std::string ReadUntil(const std::string& text) {
    while (received_.find(text) == std::string::npos) {
      if (!ReadMore()) return std::move(received_);
    }
    size_t end = received_.find(text) + text.size();
    std::string head = received_.substr(0, end);
    received_.erase(0, end);
    return head;
  }

 private:
  bool ReadMore() {
    char chunk[4096];
    ssize_t n = recv(fd_, chunk, sizeof(chunk), 0);
    if (n > 0) received_.append(chunk, n);
    return n > 0;
  }

  int fd_;
  bool connected_ = false;
  std::string received_;
};

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpServerOptions options = {}) {
    options.address = "127.0.0.1";
    std::vector<WebRoute> routes;
    routes.push_back({"GET", "/health", false, [](const WebRequest&) { return WebResponse{.body = "fine"}; }});
    routes.push_back({"POST", "/echo", false, [this](const WebRequest& request) {
                        ++posts_;
                        return WebResponse{.content_type = std::string(request.Header("content-type")),
                                           .body = request.query + "|" + request.body};
                      }});
    routes.push_back(
        {"GET", "/files/", true, [](const WebRequest& r) { return WebResponse{.body = "files " + r.path}; }});
    routes.push_back({"GET", "/files/deep/", true, [](const WebRequest&) { return WebResponse{.body = "deep"}; }});
    routes.push_back({"GET", "/throws", false,
                      [](const WebRequest&) -> WebResponse { throw std::runtime_error("secret of the handler"); }});
    routes.push_back({"GET", "/split", false, [](const WebRequest&) {
                        return WebResponse{.headers = {{"X-Bad", "a\r\nSet-Cookie: b"}, {"X-Good", "c"}}};
                      }});
    AddLaterRoutes(&routes);
    auto server = HttpServer::Start(options, std::move(routes));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void AddLaterRoutes(std::vector<WebRoute>* routes) {
    routes->push_back({.method = "POST", .path = "/later", .async_handler = [this](WebRequest request, WebReply reply) {
                         reply.OnPeerGone([this] { Note([this] { ++peers_gone_; }); });
                         Note([&] {
                           held_.push_back(reply);
                           bodies_.push_back(request.body);
                         });
                       }});
    routes->push_back({.method = "GET", .path = "/dropped", .async_handler = [](WebRequest, WebReply) {}});
    routes->push_back({.method = "GET", .path = "/later-throws", .async_handler = [](WebRequest, WebReply) {
                         throw std::runtime_error("secret of the handler");
                       }});
    routes->push_back(
        {.method = "POST",
         .path = "/big",
         .handler = [](const WebRequest& r) { return WebResponse{.body = std::to_string(r.body.size())}; },
         .max_body_bytes = 3000,
         .admit = [](const WebRequest& r) -> std::optional<WebResponse> {
           if (r.Header("x-key") == "good") return std::nullopt;
           return WebResponse{.status = 401, .body = "who?"};
         }});
  }

  template <typename Change>
  void Note(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  // Waits, for at most a minute, until it holds.
  template <typename Condition>
  bool Await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), condition);
  }
  WebReply TakeHeld() {
    EXPECT_TRUE(Await([this] { return !held_.empty(); }));
    std::lock_guard lock(mutex_);
    WebReply reply = held_.front();
    held_.erase(held_.begin());
    return reply;
  }

  std::string Ask(const std::string& text) {
    RawConnection connection(server_->Port());
    connection.Send(text);
    return connection.ReadAll();
  }
  std::string Get(const std::string& path) {
    return Ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  void ExpectAlive() { EXPECT_THAT(Get("/health"), HasSubstr("\r\n\r\nfine")); }

  std::atomic<int> posts_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WebReply> held_;
  std::vector<std::string> bodies_;
  int peers_gone_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST(HtmlTest, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(HtmlEscaped("<a href=\"x\">&amp;</a> é"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt; é");
}

TEST_F(HttpServerTest, RoutesByMethodAndPath) {
  Start();
  EXPECT_THAT(Get("/health"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(Get("/health?x=1"), HasSubstr("fine"));
  EXPECT_THAT(Get("/files/a/b"), HasSubstr("files /files/a/b"));
  EXPECT_THAT(Get("/files/deep/b"), HasSubstr("\r\n\r\ndeep"));
  EXPECT_THAT(Get("/files"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/healthy"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/echo"), testing::AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: POST\r\n")));
  std::string head = Ask("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, testing::AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Length: 4"), Not(HasSubstr("fine"))));
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  RawConnection connection(server_->Port());
  connection.Send(
      "POST /echo?a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
      "POST /echo?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
      "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  connection.ReadUntil("a|one");
  connection.ReadUntil("b|two");
  EXPECT_THAT(connection.ReadAll(), HasSubstr("fine"));
  EXPECT_EQ(posts_, 2);
}

TEST_F(HttpServerTest, MalformedRequestsGet400) {
  Start();
  for (const char* text :
       {"\x16\x03\x01\x02\x01", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET health HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHo st: x\r\n\r\n", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    RawConnection connection(server_->Port());
    connection.Send(text);
    connection.FinishSending();
    EXPECT_THAT(connection.ReadAll(), StartsWith("HTTP/1.1 400")) << text;
  }
  EXPECT_EQ(posts_, 0);
  ExpectAlive();
}

TEST_F(HttpServerTest, OversizedRequestsAreRefused) {
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  Start(options);
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'a')),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + std::string(300'000, 'a')),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                  std::string(2000, 'a') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Ask("GET /health HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_EQ(posts_, 0);
  ExpectAlive();
}

TEST_F(HttpServerTest, ExpectContinueIsAnswered) {
  Start();
  RawConnection connection(server_->Port());
  connection.Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(connection.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  connection.Send("abc");
  EXPECT_THAT(connection.ReadAll(), HasSubstr("|abc"));
}

TEST_F(HttpServerTest, SlowAndSilentPeersAreClosed) {
  HttpServerOptions options;
  options.timeout = 200 * kNanosPerMilli;
  options.max_header_bytes = 256u << 20;  // so that it is the time that ends what drips
  Start(options);
  RawConnection silent(server_->Port());
  RawConnection half(server_->Port());
  half.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  RawConnection idle(server_->Port());
  idle.Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.ReadUntil("fine");
  // A byte now and then does not buy more time: the request as a whole has its deadline.
  RawConnection dripping(server_->Port());
  std::string drip = "GET /health HTTP/1.1\r\nX: ";
  while (dripping.Send(drip)) drip = "a";
  EXPECT_EQ(silent.ReadAll(), "");
  EXPECT_EQ(half.ReadAll(), "");
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(posts_, 0);
  ExpectAlive();
}

TEST_F(HttpServerTest, ConnectionsAreBounded) {
  HttpServerOptions options;
  options.max_connections = 2;
  Start(options);
  auto first = std::make_unique<RawConnection>(server_->Port());
  RawConnection second(server_->Port());
  for (RawConnection* each : {first.get(), &second}) {
    each->Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(each->ReadUntil("fine"), HasSubstr("200 OK"));
  }
  EXPECT_THAT(Get("/health"), StartsWith("HTTP/1.1 503"));
  first.reset();
  std::string answer;
  do {
    answer = Get("/health");  // the server sees the end of a connection a little later
  } while (answer.starts_with("HTTP/1.1 503"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, HandlersCannotBreakTheServer) {
  Start();
  EXPECT_THAT(Get("/throws"), testing::AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))));
  EXPECT_THAT(Get("/split"), testing::AllOf(HasSubstr("X-Good: c"), Not(HasSubstr("Set-Cookie"))));
  ExpectAlive();
}

TEST_F(HttpServerTest, StopsWithConnectionsOpen) {
  Start();
  RawConnection idle(server_->Port());
  idle.Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.ReadUntil("fine");
  RawConnection half(server_->Port());
  half.Send("POST /echo HTTP/1.1\r\n");
  uint16_t port = server_->Port();
  server_.reset();
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(half.ReadAll(), "");
  EXPECT_FALSE(RawConnection(port).connected());
}

TEST_F(HttpServerTest, AnAnswerMayComeLaterAndFromAnotherThread) {
  HttpServerOptions options;
  options.timeout = 100 * kNanosPerMilli;  // is not for what is held
  Start(options);
  RawConnection connection(server_->Port());
  connection.Send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none");
  WebReply reply = TakeHeld();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ExpectAlive();
  std::thread([reply] {
    reply.Send([] { return WebResponse{.body = "at last"}; });
    reply.Send(WebResponse{.body = "once more"});
  }).join();
  EXPECT_THAT(connection.ReadUntil("at last"), StartsWith("HTTP/1.1 200"));
  // The connection goes on, and has the next answer of its own.
  connection.Send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo");
  TakeHeld().Send(WebResponse{.status = 202, .body = "second"});
  reply.Send(WebResponse{.body = "too late"});
  EXPECT_THAT(connection.ReadAll(), testing::AllOf(StartsWith("HTTP/1.1 202"), HasSubstr("second")));
  EXPECT_THAT(bodies_, testing::ElementsAre("one", "two"));
  EXPECT_EQ(peers_gone_, 0);
}

TEST_F(HttpServerTest, PipelinedRequestsWaitForAHeldAnswer) {
  Start();
  RawConnection connection(server_->Port());
  std::string request = "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
  connection.Send(request + "1" + request + "2");
  TakeHeld().Send(WebResponse{.body = "first"});
  connection.ReadUntil("first");
  connection.Send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  TakeHeld().Send(WebResponse{.body = "second"});
  connection.ReadUntil("second");
  EXPECT_THAT(connection.ReadAll(), HasSubstr("fine"));
  EXPECT_THAT(bodies_, testing::ElementsAre("1", "2"));
}

TEST_F(HttpServerTest, AHandlerThatNeverAnswersIsA500) {
  Start();
  EXPECT_THAT(Get("/dropped"), StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(Get("/later-throws"), testing::AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))));
  ExpectAlive();
}

TEST_F(HttpServerTest, APeerThatGoesWhileItsAnswerIsOwedIsNoticed) {
  HttpServerOptions options;
  options.max_connections = 2;
  Start(options);
  auto connection = std::make_unique<RawConnection>(server_->Port());
  connection->Send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  WebReply reply = TakeHeld();
  connection.reset();
  EXPECT_TRUE(Await([this] { return peers_gone_ == 1; }));
  reply.Send([this]() -> WebResponse {
    Note([this] { peers_gone_ += 100; });
    return {};
  });
  ExpectAlive();
  EXPECT_EQ(peers_gone_, 1) << "an answer was made for nobody";
}

TEST_F(HttpServerTest, AReplyMayOutliveTheServer) {
  Start();
  RawConnection connection(server_->Port());
  connection.Send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  WebReply reply = TakeHeld();
  server_.reset();
  EXPECT_EQ(connection.ReadAll(), "");
  reply.Send(WebResponse{.body = "nobody"});
}

TEST_F(HttpServerTest, ARouteHasABodyLimitOfItsOwnAndMayRefuseBeforeTheBody) {
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  Start(options);
  auto post = [this](const std::string& path, const std::string& header, size_t bytes) {
    return Ask("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header +
               "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'a'));
  };
  EXPECT_THAT(post("/big", "X-Key: good\r\n", 3000), HasSubstr("\r\n\r\n3000"));
  EXPECT_THAT(post("/big", "X-Key: good\r\n", 3001),
              testing::AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("at most 3000 bytes")));
  EXPECT_THAT(post("/echo", "", 1001), testing::AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("at most 1000 bytes")));
  EXPECT_THAT(post("/big", "X-Key: bad\r\n", 10), testing::AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("who?")));
  // Refused by its head alone.
  EXPECT_THAT(Ask("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(Ask("POST /big HTTP/1.1\r\nHost: x\r\nX-Key: good\r\nTransfer-Encoding: chunked\r\n\r\nfa0\r\n" +
                  std::string(4000, 'a') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST(HttpServerStartTest, SaysWhyItCannotListen) {
  HttpServerOptions options;
  options.address = "nowhere";
  EXPECT_EQ(HttpServer::Start(options, {}).status().code(), absl::StatusCode::kInvalidArgument);
  options.address = "127.0.0.1";
  auto first = HttpServer::Start(options, {});
  ASSERT_TRUE(first.ok()) << first.status();
  options.port = (*first)->Port();
  EXPECT_EQ(HttpServer::Start(options, {}).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace mockarty

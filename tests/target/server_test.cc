// mockarty-target as users run it: its process, plain sockets and TLS.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/target/target_process.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int kReadTimeoutSeconds = 30;

// A blocking connection to 127.0.0.1; a read that takes too long ends, so that no test hangs.
class Connection {
 public:
  explicit Connection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{kReadTimeoutSeconds, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  bool Write(const std::string& text) {
    return send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // One response: its head, and its body by Content-Length.
  std::string ReadResponse(bool has_body = true) {
    size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return buffer_;
    }
    size_t size = end + 4;
    const size_t length = buffer_.find("Content-Length: ");
    if (has_body && length < end) size += std::strtoul(buffer_.c_str() + length + 16, nullptr, 10);
    while (buffer_.size() < size) {
      if (!Fill()) break;
    }
    std::string response = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return response;
  }

  // Whether the server has closed the connection and sent nothing more.
  bool AtEnd() { return buffer_.empty() && !Fill(); }

 private:
  bool Fill() {
    char chunk[16384];
    const ssize_t size = recv(fd_, chunk, sizeof(chunk), 0);
    if (size > 0) buffer_.append(chunk, static_cast<size_t>(size));
    return size > 0;
  }

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

std::string Get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n"; }

std::string BodyOf(const std::string& response) { return response.substr(response.find("\r\n\r\n") + 4); }

std::string TempPath(const std::string& name) {
  return ::testing::TempDir() + "mockarty_target_" + std::to_string(getpid()) + "_" + name;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class ServerTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> arguments = {}) {
    auto target = TargetProcess::Start(std::move(arguments));
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = *std::move(target);
  }

  std::unique_ptr<TargetProcess> target_;
};

TEST_F(ServerTest, KeepsAConnectionAndAnswersPipelinedRequestsInOrder) {
  Start({"--threads", "2"});
  Connection connection(target_->port());
  ASSERT_TRUE(connection.connected());
  ASSERT_TRUE(connection.Write(Get("/status/201") + Get("/delay/20") + Get("/users/7")));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_EQ(BodyOf(connection.ReadResponse()), "{\"delay_ms\":20}");
  EXPECT_EQ(boost::json::parse(BodyOf(connection.ReadResponse())).at("id"), 7);
  ASSERT_TRUE(connection.Write("GET /get HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(connection.AtEnd());
}

TEST_F(ServerTest, HeadAnd204And304HaveNoBody) {
  Start();
  Connection connection(target_->port());
  ASSERT_TRUE(connection.Write("HEAD /bytes/50 HTTP/1.1\r\nHost: test\r\n\r\n" + Get("/status/204") +
                               Get("/status/304") + Get("/bytes/3")));
  EXPECT_THAT(connection.ReadResponse(false), HasSubstr("Content-Length: 50\r\n"));
  EXPECT_THAT(connection.ReadResponse(),
              ::testing::AllOf(StartsWith("HTTP/1.1 204 "), Not(HasSubstr("Content-Length"))));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 304 "));
  EXPECT_EQ(BodyOf(connection.ReadResponse()), "abc");
}

TEST_F(ServerTest, ReadsChunkedBodiesAndExpectContinue) {
  Start();
  Connection connection(target_->port());
  ASSERT_TRUE(connection.Write(
      "POST /post HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(connection.ReadResponse(false), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(connection.Write("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_EQ(boost::json::parse(BodyOf(connection.ReadResponse())).at("body"), "abcde");
}

TEST_F(ServerTest, RefusesWhatIsTooLargeOrBroken) {
  Start();
  Connection header(target_->port());
  ASSERT_TRUE(header.Write("GET /get HTTP/1.1\r\nHost: test\r\nX: " + std::string(70000, 'x') + "\r\n\r\n"));
  EXPECT_THAT(header.ReadResponse(), StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(header.AtEnd());
  Connection body(target_->port());
  ASSERT_TRUE(body.Write("POST /post HTTP/1.1\r\nHost: test\r\nContent-Length: 16777217\r\n\r\n"));
  EXPECT_THAT(body.ReadResponse(), StartsWith("HTTP/1.1 413 "));
  Connection broken(target_->port());
  ASSERT_TRUE(broken.Write("this is not HTTP\r\n\r\n"));
  EXPECT_THAT(broken.ReadResponse(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(broken.AtEnd());
}

TEST_F(ServerTest, GzipInflatesToWhatItSays) {
  Start();
  Connection connection(target_->port());
  ASSERT_TRUE(connection.Write(Get("/gzip")));
  const std::string response = connection.ReadResponse();
  EXPECT_THAT(response, HasSubstr("Content-Encoding: gzip\r\n"));
  std::string body = BodyOf(response);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  std::string text(4096, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(boost::json::parse(text).at("encoding"), "gzip");
}

TEST_F(ServerTest, FreezeHoldsEveryOtherAnswer) {
  Start();
  Connection control(target_->port());
  Connection other(target_->port());
  ASSERT_TRUE(control.Write(Get("/freeze?ms=600000")));
  EXPECT_EQ(BodyOf(control.ReadResponse()), "{\"freeze_ms\":600000}");
  // Frozen: a short receive timeout ends without a byte, long before ten minutes are over.
  const timeval timeout{0, 200'000};
  setsockopt(other.fd(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  ASSERT_TRUE(other.Write(Get("/get")));
  EXPECT_EQ(other.ReadResponse(), "");
  EXPECT_EQ(target_->Stop(), 0);
}

TEST_F(ServerTest, AShortFreezeThaws) {
  Start();
  Connection control(target_->port());
  ASSERT_TRUE(control.Write(Get("/freeze?ms=50") + Get("/users/1")));
  EXPECT_EQ(BodyOf(control.ReadResponse()), "{\"freeze_ms\":50}");
  EXPECT_THAT(control.ReadResponse(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, LogsALineARequestAndStopsCleanly) {
  const std::string log = TempPath("access.log");
  Start({"--access-log", log});
  Connection connection(target_->port());
  ASSERT_TRUE(connection.Write(Get("/bytes/12?x=1") + Get("/nothing")));
  connection.ReadResponse();
  connection.ReadResponse();
  EXPECT_EQ(target_->Stop(), 0);
  std::istringstream lines(ReadFile(log));
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_THAT(line, MatchesRegex("20[-0-9]+T[:0-9]+\\.[0-9]+Z GET /bytes/12\\?x=1 200 12"));
  std::remove(log.c_str());
}

TEST_F(ServerTest, ServesTlsThatItsAuthorityVouchesFor) {
  const std::string ca = TempPath("ca.pem");
  Start({"--tls", "--ca-out", ca});
  ASSERT_THAT(target_->tls_base_url(), StartsWith("https://127.0.0.1:"));
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  ASSERT_EQ(SSL_CTX_load_verify_locations(context, ca.c_str(), nullptr), 1);
  Connection connection(target_->tls_port());
  SSL* ssl = SSL_new(context);
  ASSERT_EQ(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1"), 1);
  SSL_set_fd(ssl, connection.fd());
  ASSERT_EQ(SSL_connect(ssl), 1) << X509_verify_cert_error_string(SSL_get_verify_result(ssl));
  const std::string request = Get("/status/202");
  ASSERT_EQ(SSL_write(ssl, request.data(), static_cast<int>(request.size())), static_cast<int>(request.size()));
  char text[1024];
  const int size = SSL_read(ssl, text, sizeof(text));
  ASSERT_GT(size, 0);
  EXPECT_THAT(std::string(text, static_cast<size_t>(size)), StartsWith("HTTP/1.1 202 Accepted\r\n"));
  SSL_free(ssl);
  SSL_CTX_free(context);
  std::remove(ca.c_str());
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
  Start();
  const std::string command = std::string(std::getenv("MOCKARTY_BIN_DIR")) + "/mockarty-target --port " +
                              std::to_string(target_->port()) + " 2>&1 >/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char text[512] = "";
  ASSERT_NE(fgets(text, sizeof(text), pipe), nullptr);
  EXPECT_EQ(WEXITSTATUS(pclose(pipe)), 1);
  EXPECT_THAT(std::string(text), HasSubstr("cannot listen on 127.0.0.1 port " + std::to_string(target_->port())));
}

}  // namespace
}  // namespace mockarty::testing

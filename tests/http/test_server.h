// A small server on a free loopback port whose answers are what the test wrote down, byte for byte.
#ifndef TESTS_HTTP_TEST_SERVER_H_
#define TESTS_HTTP_TEST_SERVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mockarty {

// One accepted connection, on a thread of its own; blocking.
class TestConnection {
 public:
  TestConnection(int fd, int index) : fd_(fd), index_(index) {}

  // The next request, head and body by its Content-Length; empty when the client has closed.
  std::string ReadRequest();
  // False once the client is gone.
  bool Write(std::string_view bytes);
  // Sends FIN; reading goes on.
  void HalfClose();
  // Closes with RST.
  void Reset();
  // Blocks until the client closes.
  void WaitForClose();
  // 0 for the first connection of the server.
  int index() const { return index_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  int index_;
  std::string buffered_;
};

class TestServer {
 public:
  using Handler = std::function<void(TestConnection& connection)>;

  // `host`: "127.0.0.1" or "::1". Throws std::runtime_error when the machine has no such address.
  explicit TestServer(Handler handler, const std::string& host = "127.0.0.1");
  // Ends all connections and joins all threads.
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  uint16_t port() const { return port_; }
  // "127.0.0.1:1234"
  std::string Authority() const;
  // "http://127.0.0.1:1234" + path
  std::string Url(std::string_view path) const;
  int connections() const { return connections_.load(); }

 private:
  void Accept();

  Handler handler_;
  std::string host_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

// "HTTP/1.1 200 OK" with a length and the given further header lines ("A: b\r\n").
std::string OkResponse(std::string_view body, std::string_view fields = "");

// A port on which nothing listens.
uint16_t RefusingPort();

// On a fiber: until the other end of this process's connection to `server_port` was closed, and the loop knows.
void WaitForServerClose(uint16_t server_port);

// Runs `body` on a fiber of a loop of its own, on this thread, and returns when it is done.
void RunOnFiber(const std::function<void()>& body);

}  // namespace mockarty

#endif  // TESTS_HTTP_TEST_SERVER_H_

#include "tests/http/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

size_t ContentLength(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const size_t at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::strtoul(lower.c_str() + at + 17, nullptr, 10);
}

int Listen(const std::string& host, uint16_t* port) {
  const bool v6 = host.find(':') != std::string::npos;
  const int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address6{};
  sockaddr_in address4{};
  address6.sin6_family = AF_INET6;
  inet_pton(AF_INET6, host.c_str(), &address6.sin6_addr);
  address4.sin_family = AF_INET;
  inet_pton(AF_INET, host.c_str(), &address4.sin_addr);
  auto* address = v6 ? reinterpret_cast<sockaddr*>(&address6) : reinterpret_cast<sockaddr*>(&address4);
  socklen_t size = v6 ? sizeof address6 : sizeof address4;
  if (bind(fd, address, size) != 0 || listen(fd, 64) != 0) {
    close(fd);
    throw std::runtime_error("cannot listen on " + host);
  }
  getsockname(fd, address, &size);
  *port = ntohs(v6 ? address6.sin6_port : address4.sin_port);
  return fd;
}

}  // namespace

std::string TestConnection::ReadRequest() {
  char chunk[16384];
  while (true) {
    const size_t end = buffered_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const size_t size = end + 4 + ContentLength(buffered_.substr(0, end + 2));
      if (buffered_.size() >= size) {
        std::string request = buffered_.substr(0, size);
        buffered_.erase(0, size);
        return request;
      }
    }
    const ssize_t got = recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) return "";
    buffered_.append(chunk, static_cast<size_t>(got));
  }
}

bool TestConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void TestConnection::HalfClose() { shutdown(fd_, SHUT_WR); }

void TestConnection::Reset() {
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

void TestConnection::WaitForClose() {
  char chunk[4096];
  while (recv(fd_, chunk, sizeof chunk, 0) > 0) {
  }
}

TestServer::TestServer(Handler handler, const std::string& host) : handler_(std::move(handler)), host_(host) {
  listener_ = Listen(host, &port_);
  acceptor_ = std::thread([this] { Accept(); });
}

TestServer::~TestServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
}

void TestServer::Accept() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      open_.push_back(fd);
    }
    threads_.emplace_back([this, fd, index = connections_.fetch_add(1)] {
      TestConnection connection(fd, index);
      handler_(connection);
      std::lock_guard<std::mutex> lock(mutex_);
      open_.erase(std::find(open_.begin(), open_.end(), fd));
      close(fd);
    });
  }
}

std::string TestServer::Authority() const {
  const bool v6 = host_.find(':') != std::string::npos;
  return (v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
}

std::string TestServer::Url(std::string_view path) const { return "http://" + Authority() + std::string(path); }

std::string OkResponse(std::string_view body, std::string_view fields) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

uint16_t RefusingPort() {
  uint16_t port = 0;
  close(Listen("127.0.0.1", &port));
  return port;
}

void WaitForServerClose(uint16_t server_port) {
  constexpr int kMaxFd = 1024;
  for (int fd = 0; fd < kMaxFd; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != server_port) continue;
    pollfd closed{fd, POLLRDHUP, 0};
    poll(&closed, 1, -1);
  }
  // The first turn may be the rest of the present one.
  for (int turn = 0; turn < 2; ++turn) Fiber::Current()->Yield();
}

void RunOnFiber(const std::function<void()>& body) {
  std::unique_ptr<Loop> loop = std::move(Loop::Create()).value();
  auto fiber = std::move(Fiber::Create(loop.get(), [&] {
                 body();
                 loop->Stop();
               })).value();
  loop->MakeReady(fiber.get());
  loop->Run();
}

}  // namespace mockarty

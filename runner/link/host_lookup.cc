#include "runner/link/host_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

using Tcp = boost::asio::ip::tcp;

constexpr std::chrono::milliseconds kStopCheck{100};

}  // namespace

struct HostLookup::Lookup {
  std::string host;
  std::string port;

  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  int error = 0;
  Endpoints endpoints;

  void Run() {
    addrinfo hints = {};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int result = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    std::lock_guard lock(mutex);
    error = result;
    for (addrinfo* each = found; result == 0 && each != nullptr; each = each->ai_next) {
      Tcp::endpoint endpoint;
      if (each->ai_addrlen > endpoint.capacity()) continue;
      std::copy_n(reinterpret_cast<const char*>(each->ai_addr), each->ai_addrlen,
                  reinterpret_cast<char*>(endpoint.data()));
      endpoint.resize(each->ai_addrlen);
      endpoints.push_back(endpoint);
    }
    if (result == 0) freeaddrinfo(found);
    done = true;
    changed.notify_all();
  }
};

absl::StatusOr<HostLookup::Endpoints> HostLookup::Find(const HostPort& host, Nanos deadline,
                                                       const std::function<bool()>& stopped) {
  boost::system::error_code error;
  boost::asio::ip::address address = boost::asio::ip::make_address(host.host, error);
  if (!error) return Endpoints{Tcp::endpoint(address, host.port)};
  if (running_ == nullptr) {
    running_ = std::make_shared<Lookup>();
    running_->host = host.host;
    running_->port = std::to_string(host.port);
    std::thread([lookup = running_] { lookup->Run(); }).detach();
  }
  std::unique_lock lock(running_->mutex);
  while (!running_->done && !stopped() && MonotonicNow() < deadline) running_->changed.wait_for(lock, kStopCheck);
  if (!running_->done) return absl::UnavailableError(Concat("look-up of ", Quoted(host.host), ": no answer"));
  lock.unlock();
  std::shared_ptr<Lookup> over = std::exchange(running_, nullptr);
  if (over->error != 0) {
    return absl::UnavailableError(Concat("look-up of ", Quoted(host.host), ": ", gai_strerror(over->error)));
  }
  if (over->endpoints.empty()) return absl::UnavailableError(Concat("look-up of ", Quoted(host.host), ": no address"));
  return std::move(over->endpoints);
}

}  // namespace mockarty

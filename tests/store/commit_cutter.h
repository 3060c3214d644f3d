// Stands between a store and PostgreSQL, on a socket in a temporary folder, and loses the answer to one COMMIT.
#ifndef TESTS_STORE_COMMIT_CUTTER_H_
#define TESTS_STORE_COMMIT_CUTTER_H_

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/store/temp_folder.h"

namespace mockarty::testing {

// One connection at a time. Arm*() and Release() from the test's thread.
class CommitCutter {
 public:
  // `server`: the folder of its socket.
  explicit CommitCutter(const std::string& server) : server_(server), listener_(Socket()) {
    const sockaddr_un address = Address(folder_.path());
    listening_ =
        bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 && listen(listener_, 8) == 0;
    thread_ = std::thread([this] { Serve(); });
  }
  ~CommitCutter() {
    ending_ = true;
    thread_.join();
    Release();
    close(listener_);
  }

  bool listening() const { return listening_; }
  std::string folder() const { return folder_.path(); }

  // The next COMMIT is done, and its answer lost with the connection.
  void ArmLostAnswer() { armed_ = Armed::kLostAnswer; }
  // The connection breaks at the next COMMIT, which arrives only with Release(), as at a server that hangs.
  void ArmLateCommit() { armed_ = Armed::kLateCommit; }
  bool armed() const { return armed_ != Armed::kNo; }
  // Returns when the server has done it.
  void Release() {
    const int late = late_.exchange(-1);
    if (late < 0) return;
    Pass(late, std::string_view(kCommit, sizeof(kCommit)));
    char answer[64];
    static_cast<void>(recv(late, answer, sizeof(answer), 0));
    close(late);
  }

 private:
  enum class Armed { kNo, kLostAnswer, kLateCommit };
  // A message of the simple query protocol: kind, length in four bytes, text.
  static constexpr char kCommit[] = {'Q', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

  static int Socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }
  static sockaddr_un Address(const std::string& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.s.PGSQL.5432";
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
    return address;
  }
  static bool Pass(int to, std::string_view bytes) {
    return send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  void Serve() {
    while (!ending_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) <= 0) continue;
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const int server = Socket();
      const sockaddr_un address = Address(server_);
      bool keep_server = false;
      if (client >= 0 && connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        keep_server = Forward(client, server);
      }
      close(client);
      if (!keep_server) close(server);
    }
  }

  // True when `server` waits for Release().
  bool Forward(int client, int server) {
    std::vector<char> buffer(size_t{1} << 16);
    while (!ending_) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(both, 2, 20) <= 0) continue;
      for (int side = 0; side < 2; ++side) {
        if (both[side].revents == 0) continue;
        const ssize_t size = recv(both[side].fd, buffer.data(), buffer.size(), 0);
        if (size <= 0) return false;
        const std::string_view bytes(buffer.data(), static_cast<size_t>(size));
        const bool commit = side == 0 && bytes == std::string_view(kCommit, sizeof(kCommit));
        const Armed armed = commit ? armed_.exchange(Armed::kNo) : Armed::kNo;
        if (armed == Armed::kLateCommit) {
          late_ = server;
          return true;
        }
        if (!Pass(both[1 - side].fd, bytes)) return false;
        if (armed == Armed::kLostAnswer) {
          static_cast<void>(recv(server, buffer.data(), buffer.size(), 0));
          return false;
        }
      }
    }
    return false;
  }

  const TempFolder folder_;
  const std::string server_;
  const int listener_;
  bool listening_ = false;
  std::atomic<bool> ending_ = false;
  std::atomic<Armed> armed_ = Armed::kNo;
  std::atomic<int> late_ = -1;
  std::thread thread_;
};

}  // namespace mockarty::testing

#endif  // TESTS_STORE_COMMIT_CUTTER_H_

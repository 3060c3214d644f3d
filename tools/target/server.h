// Sockets of mockarty-target: accepts, reads requests, hands them to App, writes answers.
//
// Limits: a header of 64 KiB, a body of 16 MiB, a minute of idleness; what goes beyond is answered (431, 413) or
// closed. Errors: Create says which address or file it could not use. Threads: Run uses `Options::threads` threads; all
// else is for one thread. Ownership: holds its sockets.
#ifndef TOOLS_TARGET_SERVER_H_
#define TOOLS_TARGET_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/target/options.h"

namespace mockarty::target {

class Server {
 public:
  // Opens the listening sockets; from here on the kernel takes connections.
  static absl::StatusOr<std::unique_ptr<Server>> Create(const Options& options);
  ~Server();

  // http://HOST:PORT, and https://HOST:PORT when there is TLS.
  std::vector<std::string> Urls() const;

  // Serves until SIGTERM or SIGINT.
  void Run();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_SERVER_H_

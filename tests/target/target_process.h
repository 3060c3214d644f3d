// mockarty-target as a child process on free loopback ports, for tests that need a real server.
//
//   ASSERT_OK_AND_ASSIGN / auto target = TargetProcess::Start({"--tls", "--ca-out", path});
//   http GET (*target)->base_url() + "/get"
//
// Errors: Internal when the binary cannot be started or does not say where it listens within 20 seconds.
// Threads: one object a thread. Ownership: the destructor stops the process, by its pid, and waits for it.
#ifndef TESTS_TARGET_TARGET_PROCESS_H_
#define TESTS_TARGET_TARGET_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty::testing {

class TargetProcess {
 public:
  // Runs $MOCKARTY_BIN_DIR/mockarty-target with `--port 0` and `arguments`; --tls is understood.
  static absl::StatusOr<std::unique_ptr<TargetProcess>> Start(std::vector<std::string> arguments = {});
  ~TargetProcess();
  TargetProcess(const TargetProcess&) = delete;
  TargetProcess& operator=(const TargetProcess&) = delete;

  const std::string& base_url() const { return base_url_; }          // http://127.0.0.1:PORT
  const std::string& tls_base_url() const { return tls_base_url_; }  // https://127.0.0.1:PORT, or empty
  uint16_t port() const { return port_; }
  uint16_t tls_port() const { return tls_port_; }
  pid_t pid() const { return pid_; }

  // Sends SIGTERM and waits. The exit code, or 128 + the signal that ended it. May be called once.
  int Stop();

 private:
  TargetProcess() = default;

  pid_t pid_ = -1;
  uint16_t port_ = 0;
  uint16_t tls_port_ = 0;
  std::string base_url_;
  std::string tls_base_url_;
};

}  // namespace mockarty::testing

#endif  // TESTS_TARGET_TARGET_PROCESS_H_

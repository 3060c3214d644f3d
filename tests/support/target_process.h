// A mockarty-target of a test's own: started on a free port, stopped by its process id.
#ifndef TESTS_SUPPORT_TARGET_PROCESS_H_
#define TESTS_SUPPORT_TARGET_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace mockarty {

class TargetProcess {
 public:
  // Blocks until the server listens; aborts the test binary when it does not come up.
  explicit TargetProcess(std::vector<std::string> arguments = {});
  ~TargetProcess();
  TargetProcess(const TargetProcess&) = delete;
  TargetProcess& operator=(const TargetProcess&) = delete;

  // "http://127.0.0.1:41234"
  const std::string& url() const { return url_; }

 private:
  pid_t pid_ = -1;
  std::string url_;
};

}  // namespace mockarty

#endif  // TESTS_SUPPORT_TARGET_PROCESS_H_

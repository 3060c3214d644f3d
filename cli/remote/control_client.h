// A coordinator's Control service as calls that answer with absl::Status.
//
// Errors: as the service's (control.proto), and Unavailable or DeadlineExceeded when there is no way to it.
// Threads: all methods from any thread.
#ifndef CLI_REMOTE_CONTROL_CLIENT_H_
#define CLI_REMOTE_CONTROL_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

class ControlClient {
 public:
  // Connects later, with the first call. InvalidArgument for a CA file that cannot be read.
  static absl::StatusOr<std::unique_ptr<ControlClient>> Create(const CoordinatorArguments& coordinator);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  // Each waits some seconds at most.
  absl::StatusOr<std::string> Submit(const v1::SubmitRequest& request);  // the run's id
  absl::Status Stop(const std::string& run_id, bool now);
  absl::StatusOr<v1::ListRunsResponse> ListRuns(const v1::ListRunsRequest& request);
  absl::StatusOr<v1::ListRunnersResponse> ListRunners();

  // `on_event` on this thread for each event with a number past `after`, until it answers false or the stream ends. OK:
  // it answered false. A stream that the coordinator ends by itself is Unavailable.
  absl::Status Watch(const std::string& run_id, uint64_t after,
                     const std::function<bool(const v1::RunEvent&)>& on_event);

  const std::string& address() const { return address_; }

 private:
  struct Connection;  // keeps gRPC's headers out of here

  ControlClient(std::string address, std::unique_ptr<Connection> connection);

  const std::string address_;
  const std::unique_ptr<Connection> connection_;
};

// Whether the same call may succeed later.
bool IsTransient(const absl::Status& status);

}  // namespace mockarty

#endif  // CLI_REMOTE_CONTROL_CLIENT_H_

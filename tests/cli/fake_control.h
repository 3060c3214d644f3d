// A Control service that a test plays by hand: mockarty-cli's other side.
//
//   FakeControl control;
//   CliProcess cli({"perf", "run", script, "--coordinator", control.address(), "--token", FakeControl::kToken});
//   control.Push(event);
// Threads: all methods from any thread.
#ifndef TESTS_CLI_FAKE_CONTROL_H_
#define TESTS_CLI_FAKE_CONTROL_H_

#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "mockarty/v1/control.grpc.pb.h"

namespace mockarty::testing {

class FakeControl {
 public:
  static constexpr char kToken[] = "mk_test";  // any other is refused
  static constexpr char kRunId[] = "run-1";    // of every run; another is not found

  FakeControl();  // listens on a free port of 127.0.0.1
  ~FakeControl();
  FakeControl(const FakeControl&) = delete;
  FakeControl& operator=(const FakeControl&) = delete;

  std::string address() const;

  // Adds an event of the run, numbered by this call, which watchers see.
  void Push(v1::RunEvent event);
  // Ends the streams that are open with UNAVAILABLE.
  void CutStreams();
  // Closes the port with all that is open; Start() opens the same port again.
  void Stop();
  void Start();
  // The next `count` calls of Submit take the run and lose their answer.
  void LoseSubmitAnswers(int count);
  // The next `count` calls of Submit answer this.
  void RefuseSubmits(int count, grpc::Status why);
  void SetRunners(v1::ListRunnersResponse runners);
  void SetRuns(v1::ListRunsResponse runs);

  // Waits until it is true of what was seen; false after 60 s.
  struct Seen {
    std::vector<v1::SubmitRequest> submits;
    std::vector<v1::StopRequest> stops;
    std::vector<v1::WatchRequest> watches;
    std::vector<v1::ListRunsRequest> lists;
  };
  bool WaitFor(const std::function<bool(const Seen&)>& condition);
  Seen seen() const;

 private:
  class Service;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::RunEvent> events_;
  Seen seen_;
  int lost_answers_ = 0;
  int refusals_ = 0;
  grpc::Status why_refused_;
  uint64_t cuts_ = 0;
  bool down_ = false;
  v1::ListRunnersResponse runners_;
  v1::ListRunsResponse runs_;
  int port_ = 0;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace mockarty::testing

#endif  // TESTS_CLI_FAKE_CONTROL_H_

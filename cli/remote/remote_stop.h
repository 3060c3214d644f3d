// What Ctrl-C means to a run of a coordinator: once, it ends gracefully; twice, at once; three times, mockarty-cli
// leaves and the run goes on.
//
// Calls go out on a thread of their own, again and again while the coordinator cannot be reached.
// Threads: all methods from any thread.
#ifndef CLI_REMOTE_REMOTE_STOP_H_
#define CLI_REMOTE_REMOTE_STOP_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cli/remote/control_client.h"
#include "cli/status_terminal.h"

namespace mockarty {

class RemoteStop {
 public:
  // Both outlive it. `watching`: the run is someone else's, and a signal only ends the watching.
  RemoteStop(ControlClient* client, StatusTerminal* terminal, bool watching);
  ~RemoteStop();
  RemoteStop(const RemoteStop&) = delete;
  RemoteStop& operator=(const RemoteStop&) = delete;

  // Before that a signal ends the process on the spot.
  void RunBegins(std::string run_id);
  // From here on the report is being written: signals are passed over, but for the third.
  void RunEnded();

  void OnSignal(int count);

 private:
  enum class Phase { kSubmitting, kRunning, kReporting };
  enum class Level { kNone, kGraceful, kNow };

  void Work();
  [[noreturn]] void Leave();

  ControlClient& client_;
  StatusTerminal& terminal_;
  const bool watching_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::kSubmitting;
  std::string run_id_;
  Level wanted_ = Level::kNone;
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace mockarty

#endif  // CLI_REMOTE_REMOTE_STOP_H_

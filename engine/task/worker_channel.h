// The worker process's end of the socket pair.
//
// Threads: Next() and Send() belong to one thread; a thread of the channel reads. When the daemon is gone the process
// ends at once, whatever it does: nobody is left to tell.
#ifndef ENGINE_TASK_WORKER_CHANNEL_H_
#define ENGINE_TASK_WORKER_CHANNEL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "mockarty/v1/task.pb.h"

namespace mockarty {

class WorkerChannel {
 public:
  // Takes the descriptor over.
  explicit WorkerChannel(int fd);
  ~WorkerChannel();
  WorkerChannel(const WorkerChannel&) = delete;
  WorkerChannel& operator=(const WorkerChannel&) = delete;

  // Blocks until the next command.
  v1::TaskCommand Next();

  // Called on the reading thread for each TaskStop, before Next() gives it; at once for one that has come already.
  // After a call with null the handler before is not called any more.
  void OnStop(std::function<void(bool now)> handler);

  // Blocks while the daemon does not read.
  void Send(const v1::TaskEvent& event);

 private:
  static constexpr size_t kMaxWaiting = 1'000;  // commands; more make the daemon wait

  void Read();

  const int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<v1::TaskCommand> waiting_;
  std::function<void(bool now)> on_stop_;
  bool stopped_ = false;
  bool stopped_now_ = false;
  bool closing_ = false;
  std::string buffer_;
  std::thread reader_;
};

}  // namespace mockarty

#endif  // ENGINE_TASK_WORKER_CHANNEL_H_

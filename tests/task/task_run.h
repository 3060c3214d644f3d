// A worker process as tests see it: what it said so far, and waiting for more.
#ifndef TESTS_TASK_TASK_RUN_H_
#define TESTS_TASK_TASK_RUN_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/task/task_process.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty::testing {

class TaskRun {
 public:
  TaskRun();  // of this very binary
  ~TaskRun();

  void Send(const v1::TaskCommand& command);
  void Setup(const std::string& archive, const v1::TestPlan& plan, uint32_t assignment = 1);
  void Start(int64_t start_at_ns);
  void Stop(bool now);
  TaskProcess& process() { return *process_; }

  // Blocks until it has happened; false after 30 seconds, or when the process ended first.
  bool WaitReady();
  bool WaitWindows(size_t count);
  bool WaitCount(const std::string& metric, const std::string& tag = "");  // until it was measured at all
  bool WaitFinished();
  bool WaitExit();

  // Copies of what came.
  std::vector<v1::TaskEvent> Events();
  std::optional<v1::TaskReady> Ready();
  std::optional<v1::TaskStarted> Started();
  std::vector<v1::TaskWindow> Windows();
  std::string Console();                                            // all lines
  std::string how() const { return how_.value_or("still there"); }  // after WaitExit()

  // One inspection in a process of its own.
  static v1::TaskInspection Inspect(const v1::TaskInspect& request, std::string* console = nullptr);
  static v1::TaskInspection Inspect(const std::string& script);

 private:
  bool WaitFor(const std::function<bool()>& happened);
  static std::vector<v1::TaskWindow> WindowsOf(const std::vector<v1::TaskEvent>& events);
  bool Has(v1::TaskEvent::KindCase kind, size_t count = 1) const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::TaskEvent> events_;
  std::optional<std::string> how_;
  std::unique_ptr<TaskProcess> process_;
};

// Samples of a metric over all its series; `tag`: only of series with that tag value.
uint64_t CountOf(const std::vector<v1::TaskWindow>& windows, const std::string& metric, const std::string& tag = "");

}  // namespace mockarty::testing

#endif  // TESTS_TASK_TASK_RUN_H_

// What /metrics of a runner shows, in Prometheus' text format. Thread-safe.
#ifndef RUNNER_ADMIN_RUNNER_METRICS_H_
#define RUNNER_ADMIN_RUNNER_METRICS_H_

#include <memory>
#include <string>

#include "agent/agent.h"

namespace mockarty {

class RunnerMetrics {
 public:
  RunnerMetrics();
  ~RunnerMetrics();
  RunnerMetrics(const RunnerMetrics&) = delete;
  RunnerMetrics& operator=(const RunnerMetrics&) = delete;

  void AddTask(const TaskResult& result);
  std::string Text(const Agent::Stats& stats);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace mockarty

#endif  // RUNNER_ADMIN_RUNNER_METRICS_H_

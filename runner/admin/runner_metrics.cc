#include "runner/admin/runner_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace mockarty {

struct RunnerMetrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& tasks = prometheus::BuildCounter()
                                                       .Name("mockarty_runner_tasks_total")
                                                       .Help("Tasks that came to an end")
                                                       .Register(registry);
  prometheus::Counter& completed = tasks.Add({{"type", "performance"}, {"status", "completed"}});
  prometheus::Counter& failed = tasks.Add({{"type", "performance"}, {"status", "failed"}});
  prometheus::Histogram& duration =
      prometheus::BuildHistogram()
          .Name("mockarty_runner_task_duration_seconds")
          .Help("From the lease of a task to its end")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{1, 5, 10, 30, 60, 300, 600, 1800, 3600, 14400, 86400});
  prometheus::Gauge& active = prometheus::BuildGauge()
                                  .Name("mockarty_runner_active_tasks")
                                  .Help("Tasks that have a slot")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& connected = prometheus::BuildGauge()
                                     .Name("mockarty_runner_coordinator_connected")
                                     .Help("1 when at least one coordinator is connected")
                                     .Register(registry)
                                     .Add({});
  prometheus::Gauge& unacknowledged = prometheus::BuildGauge()
                                          .Name("mockarty_runner_windows_unacknowledged")
                                          .Help("Windows of measurements that no coordinator has stored yet")
                                          .Register(registry)
                                          .Add({});
};

RunnerMetrics::RunnerMetrics() : families_(std::make_unique<Families>()) {}
RunnerMetrics::~RunnerMetrics() = default;

void RunnerMetrics::AddTask(const TaskResult& result) {
  (result.ok ? families_->completed : families_->failed).Increment();
  families_->duration.Observe(static_cast<double>(result.duration) / kNanosPerSecond);
}

std::string RunnerMetrics::Text(const Agent::Stats& stats) {
  families_->active.Set(stats.active_tasks);
  families_->connected.Set(stats.connected_links > 0 ? 1 : 0);
  families_->unacknowledged.Set(static_cast<double>(stats.windows_unacknowledged));
  const prometheus::Serializer& serializer = prometheus::TextSerializer();
  return serializer.Serialize(families_->registry.Collect());
}

}  // namespace mockarty

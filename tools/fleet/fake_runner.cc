#include "tools/fleet/fake_runner.h"

#include <algorithm>
#include <utility>

#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/time/clock.h"
#include "common/wire/window_codec.h"

namespace mockarty::fleet {
namespace {

v1::RunnerMessage MakeHello(const RunnerOptions& options) {
  v1::RunnerMessage message;
  v1::Hello* hello = message.mutable_hello();
  hello->mutable_protocol()->set_major(1);
  hello->set_instance_id(options.name);
  hello->set_name(options.name);
  hello->set_version("simulated");
  hello->add_capabilities("performance");
  hello->set_slots(options.slots);
  hello->set_shared(true);
  hello->set_perf_enabled(true);
  hello->set_cores(1);
  if (const size_t equals = options.label.find('='); equals != std::string::npos) {
    v1::Variable* label = hello->add_labels();
    label->set_name(options.label.substr(0, equals));
    label->set_value(options.label.substr(equals + 1));
  }
  return message;
}

v1::RunnerMessage AnswerProbe(const v1::TimeProbe& probe) {
  v1::RunnerMessage answer;
  v1::TimeReply* reply = answer.mutable_time_reply();
  reply->set_number(probe.number());
  reply->set_probe_sent_ns(probe.sent_ns());
  reply->set_received_ns(MonotonicNow());
  reply->set_sent_ns(MonotonicNow());
  return answer;
}

}  // namespace

// Nothing comes before Hello was sent, so that the connection is there when it is answered.
void FakeRunner::Open() {
  connection_ = options_.connect([this](const v1::CoordinatorMessage& message) { OnMessage(message); });
  connection_->Send(MakeHello(options_));
}

void FakeRunner::Send(v1::RunnerMessage message) { connection_->Send(std::move(message)); }

void FakeRunner::Heartbeat(uint32_t active_tasks) {
  v1::RunnerMessage message;
  message.mutable_heartbeat()->set_wall_clock_ms(WallClockMillis());
  message.mutable_heartbeat()->set_active_tasks(active_tasks);
  Send(std::move(message));
}

void FakeRunner::OnMessage(const v1::CoordinatorMessage& message) {
  if (message.has_time_probe()) {
    Send(AnswerProbe(message.time_probe()));
  } else {
    Handle(message);
  }
}

v1::Window MakeWindow(uint32_t assignment, uint64_t seq, int series) {
  MetricRegistry registry;
  Window window;
  window.source = assignment;
  window.first_seq = window.last_seq = seq;
  window.start = static_cast<Nanos>(seq - 1) * kNanosPerSecond;
  window.end = static_cast<Nanos>(seq) * kNanosPerSecond;
  for (int i = 0; i < series; ++i) {
    const bool trend = i % 2 == 1;
    const std::string value = std::to_string(i / 2);
    const TagView tags[] = {{"name", value}};
    const auto metric = registry.FindMetric(trend ? "http_req_duration" : "http_reqs");
    SeriesDelta& delta = window.series.emplace_back();
    delta.id = registry.Intern(*metric, registry.InternTags(tags));
    delta.kind = trend ? MetricKind::kTrend : MetricKind::kCounter;
    for (int sample = 0; sample < 20; ++sample) {
      trend ? delta.AddTrend(10 + static_cast<double>(sample) * 1.5) : delta.AddCounter(1);
    }
  }
  std::sort(window.series.begin(), window.series.end(),
            [](const SeriesDelta& a, const SeriesDelta& b) { return a.id < b.id; });
  window.vus.push_back({uint64_t{assignment} << 16, window.end, 1, 1});
  v1::Window message;
  EncodeWindow(window, registry, &message);
  return message;
}

}  // namespace mockarty::fleet

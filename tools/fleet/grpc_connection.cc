#include "tools/fleet/runner_stream.h"

#include <algorithm>
#include <utility>

#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/time/clock.h"
#include "common/wire/window_codec.h"

namespace mockarty::fleet {
namespace {

std::shared_ptr<grpc::Channel> OwnConnection(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection each, as real runners have
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

RunnerStream::RunnerStream(const RunnerOptions& options)
    : options_(options), channel_(OwnConnection(options.address)), stub_(v1::RunnerLink::NewStub(channel_)) {
  context_.AddMetadata("authorization", "Bearer " + options.token);
}

void RunnerStream::Open() {
  stub_->async()->Connect(&context_, this);
  v1::RunnerMessage message;
  v1::Hello* hello = message.mutable_hello();
  hello->mutable_protocol()->set_major(1);
  hello->set_instance_id(options_.name);
  hello->set_name(options_.name);
  hello->set_version("simulated");
  hello->add_capabilities("performance");
  hello->set_slots(options_.slots);
  hello->set_shared(true);
  hello->set_perf_enabled(true);
  hello->set_cores(1);
  if (const size_t equals = options_.label.find('='); equals != std::string::npos) {
    v1::Variable* label = hello->add_labels();
    label->set_name(options_.label.substr(0, equals));
    label->set_value(options_.label.substr(equals + 1));
  }
  Send(std::move(message));
  StartRead(&incoming_);
  StartCall();
}

void RunnerStream::Close() {
  context_.TryCancel();
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return done_; });
}

void RunnerStream::Send(v1::RunnerMessage message) {
  std::lock_guard lock(mutex_);
  if (done_) return;
  outbox_.push_back(std::move(message));
  if (outbox_.size() == 1) StartWrite(&outbox_.front());
}

void RunnerStream::Heartbeat(uint32_t active_tasks) {
  v1::RunnerMessage message;
  message.mutable_heartbeat()->set_wall_clock_ms(WallClockMillis());
  message.mutable_heartbeat()->set_active_tasks(active_tasks);
  Send(std::move(message));
}

std::string RunnerStream::Failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void RunnerStream::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  outbox_.pop_front();
  if (!ok) {
    outbox_.clear();
  } else if (!outbox_.empty()) {
    StartWrite(&outbox_.front());
  }
}

void RunnerStream::OnReadDone(bool ok) {
  if (!ok) return;
  if (incoming_.has_time_probe()) {
    Send(AnswerProbe(incoming_.time_probe()));
  } else {
    Handle(incoming_);
  }
  StartRead(&incoming_);
}

void RunnerStream::OnDone(const grpc::Status& status) {
  std::lock_guard lock(mutex_);
  done_ = true;
  if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) failure_ = status.error_message();
  ended_.notify_all();
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

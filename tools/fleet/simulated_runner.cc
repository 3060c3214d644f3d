#include "tools/fleet/simulated_runner.h"

#include <algorithm>
#include <utility>

#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/wire/window_codec.h"

namespace mockarty::fleet {
namespace {

std::shared_ptr<grpc::Channel> OwnConnection(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection each, as real runners have
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

SimulatedRunner::SimulatedRunner(const Options& options)
    : options_(options), channel_(OwnConnection(options.address)), stub_(v1::RunnerLink::NewStub(channel_)) {
  context_.AddMetadata("authorization", "Bearer " + options.token);
  stub_->async()->Connect(&context_, this);
  v1::RunnerMessage message;
  v1::Hello* hello = message.mutable_hello();
  hello->mutable_protocol()->set_major(1);
  hello->set_instance_id(options.name);
  hello->set_name(options.name);
  hello->set_version("simulated");
  hello->add_capabilities("performance");
  hello->set_slots(1);
  hello->set_shared(true);
  hello->set_perf_enabled(true);
  hello->set_cores(1);
  Send(std::move(message));
  StartRead(&incoming_);
  StartCall();
}

void SimulatedRunner::Send(v1::RunnerMessage message) {
  std::lock_guard lock(mutex_);
  if (done_) return;
  outbox_.push_back(std::move(message));
  if (outbox_.size() == 1) StartWrite(&outbox_.front());
}

void SimulatedRunner::OnWriteDone(bool ok) {
  std::lock_guard lock(mutex_);
  outbox_.pop_front();
  if (!ok) {
    outbox_.clear();
  } else if (!outbox_.empty()) {
    StartWrite(&outbox_.front());
  }
}

void SimulatedRunner::OnReadDone(bool ok) {
  if (!ok) return;
  Handle(incoming_);
  StartRead(&incoming_);
}

void SimulatedRunner::OnDone(const grpc::Status& status) {
  std::lock_guard lock(mutex_);
  done_ = true;
  if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) failure_ = status.error_message();
  ended_.notify_all();
}

void SimulatedRunner::Handle(const v1::CoordinatorMessage& message) {
  v1::RunnerMessage answer;
  switch (message.kind_case()) {
    case v1::CoordinatorMessage::kTimeProbe: {
      v1::TimeReply* reply = answer.mutable_time_reply();
      reply->set_number(message.time_probe().number());
      reply->set_probe_sent_ns(message.time_probe().sent_ns());
      reply->set_received_ns(MonotonicNow());
      reply->set_sent_ns(MonotonicNow());
      return Send(std::move(answer));
    }
    case v1::CoordinatorMessage::kOffer:
      *answer.mutable_offer_answer()->mutable_id() = message.offer().id();
      answer.mutable_offer_answer()->set_accepted(true);
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kLease:
      *answer.mutable_ready()->mutable_id() = message.lease().id();
      return Send(std::move(answer));
    case v1::CoordinatorMessage::kStart: {
      std::lock_guard lock(mutex_);
      id_ = message.start().id();
      started_ = true;
      return;
    }
    case v1::CoordinatorMessage::kWindowAck: {
      std::lock_guard lock(mutex_);
      const auto& taken = message.window_ack().taken();
      for (int i = 0; i + 1 < taken.size(); i += 2) {
        for (auto at = sent_at_.lower_bound(taken.Get(i)); at != sent_at_.end() && at->first <= taken.Get(i + 1);) {
          latencies_.push_back(MonotonicNow() - at->second);
          at = sent_at_.erase(at);
        }
      }
      return;
    }
    default:
      return;
  }
}

// Half counters, half trends with samples over two octaves.
v1::Window SimulatedRunner::MakeWindow() {
  MetricRegistry registry;
  Window window;
  window.source = id_.number();
  window.first_seq = window.last_seq = ++seq_;
  window.start = static_cast<Nanos>(seq_ - 1) * kNanosPerSecond;
  window.end = static_cast<Nanos>(seq_) * kNanosPerSecond;
  for (int i = 0; i < options_.series; ++i) {
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
  window.vus.push_back({uint64_t{id_.number()} << 16, window.end, 1, 1});
  v1::Window message;
  EncodeWindow(window, registry, &message);
  return message;
}

void SimulatedRunner::Step() {
  v1::RunnerMessage heartbeat;
  heartbeat.mutable_heartbeat()->set_wall_clock_ms(WallClockMillis());
  Send(std::move(heartbeat));
  v1::RunnerMessage message;
  {
    std::lock_guard lock(mutex_);
    if (!started_) return;
    *message.mutable_window()->mutable_id() = id_;
    *message.mutable_window()->mutable_window() = MakeWindow();
    sent_at_[seq_] = MonotonicNow();
  }
  Send(std::move(message));
}

void SimulatedRunner::Finish() {
  v1::RunnerMessage message;
  {
    std::lock_guard lock(mutex_);
    *message.mutable_finished()->mutable_id() = id_;
    message.mutable_finished()->set_outcome(v1::Finished::OUTCOME_COMPLETED);
    message.mutable_finished()->set_last_seq(seq_);
  }
  Send(std::move(message));
}

void SimulatedRunner::Close() {
  context_.TryCancel();
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return done_; });
}

bool SimulatedRunner::Started() const {
  std::lock_guard lock(mutex_);
  return started_;
}

bool SimulatedRunner::Acknowledged() const {
  std::lock_guard lock(mutex_);
  return sent_at_.empty();
}

std::string SimulatedRunner::Failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

std::vector<Nanos> SimulatedRunner::TakeLatencies() {
  std::lock_guard lock(mutex_);
  return std::exchange(latencies_, {});
}

}  // namespace mockarty::fleet

#include "tests/cli/fake_control.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <cstdlib>
#include <utility>

namespace mockarty::testing {

class FakeControl::Service final : public v1::Control::Service {
 public:
  explicit Service(FakeControl* fake) : fake_(*fake) {}

  grpc::Status Submit(grpc::ServerContext* context, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    if (!Known(context)) return Refused();
    std::lock_guard lock(fake_.mutex_);
    fake_.seen_.submits.push_back(*request);
    fake_.changed_.notify_all();
    if (fake_.lost_answers_-- > 0) return {grpc::StatusCode::UNAVAILABLE, "lost"};
    if (fake_.refusals_-- > 0) return fake_.why_refused_;
    response->set_run_id(kRunId);
    return grpc::Status::OK;
  }

  grpc::Status Stop(grpc::ServerContext* context, const v1::StopRequest* request, v1::StopResponse*) override {
    if (!Known(context)) return Refused();
    std::lock_guard lock(fake_.mutex_);
    fake_.seen_.stops.push_back(*request);
    fake_.changed_.notify_all();
    return Check(request->run_id());
  }

  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::RunEvent>* writer) override {
    if (!Known(context)) return Refused();
    std::unique_lock lock(fake_.mutex_);
    fake_.seen_.watches.push_back(*request);
    fake_.changed_.notify_all();
    if (!Check(request->run_id()).ok()) return Check(request->run_id());
    const uint64_t cuts = fake_.cuts_;
    for (size_t next = request->after();;) {
      bool ended = fake_.cuts_ != cuts || fake_.down_ || context->IsCancelled();
      if (ended) return {grpc::StatusCode::UNAVAILABLE, "cut"};
      if (next == fake_.events_.size()) {
        // A client that is gone tells no condition variable.
        fake_.changed_.wait_for(lock, std::chrono::milliseconds(20));
        continue;
      }
      v1::RunEvent event = fake_.events_[next++];
      lock.unlock();
      writer->Write(event);
      if (event.final()) return grpc::Status::OK;
      lock.lock();
    }
  }

  grpc::Status ListRuns(grpc::ServerContext* context, const v1::ListRunsRequest* request,
                        v1::ListRunsResponse* response) override {
    if (!Known(context)) return Refused();
    std::lock_guard lock(fake_.mutex_);
    fake_.seen_.lists.push_back(*request);
    *response = fake_.runs_;
    return grpc::Status::OK;
  }

  grpc::Status ListRunners(grpc::ServerContext* context, const v1::ListRunnersRequest*,
                           v1::ListRunnersResponse* response) override {
    if (!Known(context)) return Refused();
    std::lock_guard lock(fake_.mutex_);
    *response = fake_.runners_;
    return grpc::Status::OK;
  }

 private:
  static bool Known(grpc::ServerContext* context) {
    auto found = context->client_metadata().find("authorization");
    std::string expected = std::string("Bearer ") + kToken;
    return found != context->client_metadata().end() &&
           std::string(found->second.data(), found->second.size()) == expected;
  }
  static grpc::Status Refused() { return {grpc::StatusCode::UNAUTHENTICATED, "the token is not known"}; }
  static grpc::Status Check(const std::string& run_id) {
    if (run_id == kRunId) return grpc::Status::OK;
    return {grpc::StatusCode::NOT_FOUND, "there is no such run"};
  }

  FakeControl& fake_;
};

FakeControl::FakeControl() : service_(std::make_unique<Service>(this)) { Start(); }

FakeControl::~FakeControl() { Stop(); }

std::string FakeControl::address() const { return "127.0.0.1:" + std::to_string(port_); }

void FakeControl::Start() {
  {
    std::lock_guard lock(mutex_);
    down_ = false;
  }
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port_), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) abort();
  port_ = port;
}

void FakeControl::Stop() {
  if (server_ == nullptr) return;
  {
    std::lock_guard lock(mutex_);
    down_ = true;
  }
  changed_.notify_all();
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

void FakeControl::Push(v1::RunEvent event) {
  std::lock_guard lock(mutex_);
  event.set_number(events_.size() + 1);
  event.set_run_id(kRunId);
  events_.push_back(std::move(event));
  changed_.notify_all();
}

void FakeControl::CutStreams() {
  std::lock_guard lock(mutex_);
  ++cuts_;
  changed_.notify_all();
}

void FakeControl::LoseSubmitAnswers(int count) {
  std::lock_guard lock(mutex_);
  lost_answers_ = count;
}

void FakeControl::RefuseSubmits(int count, grpc::Status why) {
  std::lock_guard lock(mutex_);
  refusals_ = count;
  why_refused_ = std::move(why);
}

void FakeControl::SetRunners(v1::ListRunnersResponse runners) {
  std::lock_guard lock(mutex_);
  runners_ = std::move(runners);
}

void FakeControl::SetRuns(v1::ListRunsResponse runs) {
  std::lock_guard lock(mutex_);
  runs_ = std::move(runs);
}

bool FakeControl::WaitFor(const std::function<bool(const Seen&)>& condition) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return condition(seen_); });
}

FakeControl::Seen FakeControl::seen() const {
  std::lock_guard lock(mutex_);
  return seen_;
}

}  // namespace mockarty::testing

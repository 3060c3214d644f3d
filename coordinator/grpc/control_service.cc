// Control: what the command line and the REST service ask.
#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "common/base/concat.h"
#include "coordinator/grpc/service_context.h"
#include "coordinator/grpc/stream_writer.h"
#include "mockarty/v1/control.grpc.pb.h"

namespace mockarty {
namespace {

// The one answer to a unary call. If whoever was to give it is destroyed first, as at the end of the process, the call
// ends as unavailable: gRPC's shutdown waits for every call.
class Answer {
 public:
  explicit Answer(grpc::ServerUnaryReactor* reactor) : reactor_(reactor) {}
  ~Answer() { Give(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the coordinator is shutting down")); }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void Give(const grpc::Status& status) {
    grpc::ServerUnaryReactor* reactor = std::exchange(reactor_, nullptr);
    if (reactor != nullptr) reactor->Finish(status);
  }

 private:
  grpc::ServerUnaryReactor* reactor_;
};

class WatchStream;
using Writer = StreamWriter<WatchStream, v1::RunEvent>;

// Nothing in it that a later event does not say again.
bool IsLiveOnly(const v1::RunEvent& event) {
  return !event.final() && event.message().empty() && event.warnings().empty() && event.console().empty() &&
         !event.has_plan();
}

class WatchSession final : public Watched {
 public:
  WatchSession(ServiceContext& context, WatchStream* stream) : context_(context), writer_(stream) {
    ++context_.watches;
  }
  ~WatchSession() override { --context_.watches; }

  // On the core's thread.
  void Begin(const v1::WatchRequest& request, const Caller& caller, const std::shared_ptr<WatchSession>& self) {
    if (writer_.closing()) return;
    watch_ = context_.core.Watch(
        request.run_id(), request.after(), caller, [self](const v1::RunEvent& event) { self->OnEvent(event); },
        [self](const absl::Status& status) {
          self->over_ = true;
          self->writer_.Close(ToGrpc(status), MonotonicNow());
        });
    if (over_) watch_.reset();
  }
  void End() {
    if (watch_ && !over_) context_.core.Unwatch(*watch_);
    watch_.reset();
  }

  void CheckDeadlines(Nanos now) override {
    // A watcher has longer than a runner to take its report: it may be on a slow line, and holds nothing up.
    std::optional<Nanos> closing_since = writer_.ClosingSince();
    if (closing_since && now - *closing_since > 6 * context_.options.close_timeout) {
      writer_.Abort(grpc::Status(grpc::StatusCode::UNAVAILABLE, "closed"), now);
    }
  }
  void EndOfService() override {
    writer_.Close(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the coordinator is shutting down"), MonotonicNow());
  }

  Writer& writer() { return writer_; }

 private:
  void OnEvent(const v1::RunEvent& event) {
    writer_.Push(event, [this](std::deque<v1::RunEvent>& queue, size_t& bytes, const v1::RunEvent& next) {
      const GrpcServerOptions& limits = context_.options;
      const size_t size = next.ByteSizeLong();
      while (!queue.empty() &&
             (queue.size() >= limits.max_watch_queue_events || bytes + size > limits.max_watch_queue_bytes)) {
        // The oldest live figures make room; if there are none, the oldest event of any kind.
        auto victim = std::find_if(queue.begin(), queue.end(), IsLiveOnly);
        if (victim == queue.end()) victim = queue.begin();
        bytes -= victim->ByteSizeLong();
        queue.erase(victim);
      }
      return true;
    });
    if (!event.final()) return;
    over_ = true;
    writer_.Close(grpc::Status::OK, MonotonicNow());
  }

  ServiceContext& context_;
  Writer writer_;
  std::optional<WatchId> watch_;  // on the core's thread only, as `over_`
  bool over_ = false;             // the core has forgotten the watch
};

class WatchStream final : public grpc::ServerWriteReactor<v1::RunEvent> {
 public:
  WatchStream(ServiceContext& context, grpc::CallbackServerContext* call, const v1::WatchRequest& request,
              const Caller& caller)
      : context_(context), call_(call), session_(std::make_shared<WatchSession>(context, this)) {
    context_.Add(session_);
    context_.core.Post([session = session_, request, caller] { session->Begin(request, caller, session); });
  }

  void OnWriteDone(bool ok) override { session_->writer().OnWriteDone(ok); }
  void OnCancel() override {
    session_->writer().Abort(grpc::Status(grpc::StatusCode::CANCELLED, "the connection is gone"), MonotonicNow());
  }
  void OnDone() override {
    context_.core.Post([session = session_] { session->End(); });
    delete this;
  }
  void TryCancel() { call_->TryCancel(); }

 private:
  ServiceContext& context_;
  grpc::CallbackServerContext* const call_;
  const std::shared_ptr<WatchSession> session_;
};

class RefusedWatch final : public grpc::ServerWriteReactor<v1::RunEvent> {
 public:
  explicit RefusedWatch(const grpc::Status& why) { Finish(why); }
  void OnDone() override { delete this; }
};

class ControlService final : public v1::Control::CallbackService {
 public:
  explicit ControlService(ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* call, const v1::SubmitRequest* request,
                                   v1::SubmitResponse* response) override {
    return Ask(call, [&](const Caller& caller, std::shared_ptr<Answer> answer) {
      context_.core.Post([this, request = *request, response, caller, answer = std::move(answer)] {
        context_.core.Submit(request, caller, [response, answer](const absl::StatusOr<std::string>& run_id) {
          if (run_id.ok()) response->set_run_id(*run_id);
          answer->Give(ToGrpc(run_id.status()));
        });
      });
    });
  }

  grpc::ServerUnaryReactor* Stop(grpc::CallbackServerContext* call, const v1::StopRequest* request,
                                 v1::StopResponse*) override {
    return Ask(call, [&](const Caller& caller, std::shared_ptr<Answer> answer) {
      context_.core.Post([this, request = *request, caller, answer = std::move(answer)] {
        answer->Give(ToGrpc(context_.core.StopRun(request.run_id(), request.now(), caller)));
      });
    });
  }

  grpc::ServerWriteReactor<v1::RunEvent>* Watch(grpc::CallbackServerContext* call,
                                                const v1::WatchRequest* request) override {
    absl::StatusOr<TokenIdentity> identity = context_.Authenticate(*call, TokenType::kUser);
    if (!identity.ok()) return new RefusedWatch(ToGrpc(identity.status()));
    if (context_.watches >= context_.options.max_watches) {
      return new RefusedWatch(
          grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                       Concat("too many watchers: expected at most ", context_.options.max_watches)));
    }
    return new WatchStream(context_, call, *request, CallerOf(*identity));
  }

  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* call, const v1::ListRunsRequest* request,
                                     v1::ListRunsResponse* response) override {
    return Ask(call, [&](const Caller& caller, std::shared_ptr<Answer> answer) {
      context_.core.Post([this, request = *request, response, caller, answer = std::move(answer)] {
        context_.core.ListRuns(request, caller, Giving(response, answer));
      });
    });
  }

  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* call, const v1::GetRunRequest* request,
                                   v1::GetRunResponse* response) override {
    return Ask(call, [&](const Caller& caller, std::shared_ptr<Answer> answer) {
      context_.core.Post([this, request = *request, response, caller, answer = std::move(answer)] {
        context_.core.GetRun(request.run_id(), caller, Giving(response, answer));
      });
    });
  }

  grpc::ServerUnaryReactor* ListRunners(grpc::CallbackServerContext* call, const v1::ListRunnersRequest*,
                                        v1::ListRunnersResponse* response) override {
    return Ask(call, [&](const Caller& caller, std::shared_ptr<Answer> answer) {
      context_.core.Post([this, response, caller, answer = std::move(answer)] {
        *response = context_.core.ListRunners(caller);
        answer->Give(grpc::Status::OK);
      });
    });
  }

 private:
  static Caller CallerOf(const TokenIdentity& identity) {
    return {.token_id = identity.token_id, .name_space = identity.name_space};
  }

  // Runs `ask(caller, answer)` if the token is good. gRPC keeps request and response until the answer is given.
  template <typename F>
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* call, F ask) {
    grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
    absl::StatusOr<TokenIdentity> identity = context_.Authenticate(*call, TokenType::kUser);
    if (!identity.ok()) {
      reactor->Finish(ToGrpc(identity.status()));
    } else {
      ask(CallerOf(*identity), std::make_shared<Answer>(reactor));
    }
    return reactor;
  }

  template <typename Response>
  static std::function<void(absl::StatusOr<Response>)> Giving(Response* response, std::shared_ptr<Answer> answer) {
    return [response, answer = std::move(answer)](absl::StatusOr<Response> result) {
      if (!result.ok()) return answer->Give(ToGrpc(result.status()));
      *response = *std::move(result);
      answer->Give(grpc::Status::OK);
    };
  }

  ServiceContext& context_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeControlService(ServiceContext& context) {
  return std::make_unique<ControlService>(context);
}

}  // namespace mockarty

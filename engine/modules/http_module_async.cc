#include "engine/modules/http_module_async.h"

#include <memory>
#include <utility>

#include "engine/modules/http_body.h"
#include "engine/modules/http_params.h"
#include "engine/modules/http_send.h"
#include "engine/modules/http_session.h"
#include "engine/script/js_heap.h"
#include "engine/script/js_promise.h"
#include "engine/vu/fiber.h"
#include "engine/vu/fiber_pool.h"
#include "engine/vu/vu_context.h"
#include "engine/vu/vu_event_loop.h"

namespace mockarty {
namespace {

class AsyncRequest;

// Shared by the operation and the fiber: either may go first.
struct Sending {
  HttpBatchItem item;
  GroupId group = kRootGroup;
  HttpSession* session = nullptr;  // waits for the fiber before it goes
  AsyncRequest* operation = nullptr;
  Fiber* fiber = nullptr;  // null: not under way
};

class AsyncRequest final : public PendingPromise {
 public:
  explicit AsyncRequest(std::shared_ptr<Sending> sending) : sending_(std::move(sending)) { sending_->operation = this; }
  ~AsyncRequest() override {
    sending_->operation = nullptr;
    if (sending_->fiber != nullptr) {
      sending_->fiber->Interrupt();
    }
  }

  // Begins on a fiber; without one, for want of stacks, it is an error of the request.
  void Start(Loop* loop) {
    if (!sending_->item.exchange->Begin(sending_->item.request, &sending_->item.response)) {
      return Signal();
    }
    auto owner = std::make_unique<std::shared_ptr<Sending>>(sending_);
    auto fiber = loop->Fibers().Start(&AsyncRequest::Run, owner.get());
    if (!fiber.ok()) {
      sending_->item.response.error = {HttpErrorCode::kGeneric, std::string(fiber.status().message())};
      return Signal();
    }
    static_cast<void>(owner.release());  // Run() has it
    sending_->fiber = *fiber;
    ++sending_->session->requests_under_way;
  }

 protected:
  bool PushResult(JsCall call) override {
    auto& vu = call.Host<VuContext>();
    HttpBatchItem& item = sending_->item;
    EmitSamples(vu, item.response, &item.call, item.params, sending_->group);
    if (vu.settings->http.throw_on_error && item.response.status == 0) {
      call.PushString(item.response.error.message);
      return false;
    }
    PushAnswer(call, item.request, item.response, item.params);
    return true;
  }

 private:
  static void Run(void* argument) {
    const std::unique_ptr<std::shared_ptr<Sending>> owner(static_cast<std::shared_ptr<Sending>*>(argument));
    Sending& sending = **owner;
    sending.item.exchange->Run(&sending.item.response);
    sending.fiber = nullptr;
    --sending.session->requests_under_way;
    if (sending.operation != nullptr) {
      sending.operation->Signal();
    } else {
      sending.item.exchange.reset();  // before the session may go
    }
  }

  std::shared_ptr<Sending> sending_;
};

}  // namespace

JsReturn HttpAsyncRequest(JsCall call) {
  auto& vu = call.Host<VuContext>();
  RequireSending(call, vu, "asyncRequest");
  WaitForTurn(call, vu, 1);  // the cap holds the script up here: there is no queue that could grow behind its back
  call.Heap().CollectIfGrown();
  call.SetTop(4);
  if (call.IsNullOrUndefined(1)) {
    call.Throw(JsError::kTypeError, "http.asyncRequest: expected a URL as the second argument");
  }
  HttpRequest request;
  HttpParams params;
  params.tags = vu.scope.tags;
  HttpCall& memory = vu.http->calls.Take(__builtin_frame_address(0));
  call.CoerceToString(0);
  params.method = memory.Add(call.String(0));
  ReadUrl(call, 1, "asyncRequest", memory, params);
  ReadParams(call, 3, "asyncRequest", memory, request, params);
  ReadBody(call, 2, "asyncRequest", memory, request, &params.body);
  PushPromise(call);
  call.Duplicate(-1);
  VuEventLoop& events = vu.Events();
  const VuEventLoop::Ticket ticket = events.Keep(call);
  // Nothing throws from here on.
  auto sending = std::make_shared<Sending>();
  sending->item.call = std::move(memory);
  vu.http->calls.Release(memory);
  sending->item.params = params;
  sending->item.request = request;
  sending->item.exchange = vu.http->client.MakeExchange();
  FinishRequest(sending->item.call, params, sending->item.request);
  ApplyOptions(vu, params, sending->item.request);
  sending->group = vu.scope.group;
  sending->session = vu.http;
  auto operation = std::make_unique<AsyncRequest>(std::move(sending));
  AsyncRequest* added = operation.get();
  events.Add(ticket, std::move(operation));
  added->Start(vu.fiber->loop());
  return JsReturn::kTop;
}

}  // namespace mockarty

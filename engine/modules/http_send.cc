#include "engine/modules/http_send.h"

#include <string>
#include <string_view>

#include "engine/collect/collector.h"
#include "engine/modules/http_response.h"
#include "engine/modules/http_session.h"
#include "engine/vu/fiber.h"
#include "engine/vu/request_gate.h"

namespace mockarty {
namespace {

// What a native needs of its stack below Duktape's limit: the client's frames, and OpenSSL's in a handshake.
constexpr size_t kStackBytes = 24 * 1024;

}  // namespace

void RequireSending(JsCall call, const VuContext& vu, const char* function) {
  if (vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "http.%s: requests are not available in the init stage, only in the default function",
               function);
  }
  if (vu.fiber->StackLeft() < kStackBytes) {
    call.Throw(JsError::kRangeError, "http.%s: no stack left for a request; the script recurses too deeply", function);
  }
}

void WaitForTurn(JsCall call, const VuContext& vu, size_t requests) {
  if (vu.settings->gate == nullptr) {
    return;
  }
  const Nanos now = MonotonicNow();
  const Nanos turn = vu.settings->gate->Reserve(now, requests);
  if (turn > now) {
    vu.fiber->SleepUntil(turn);
  }
  if (vu.fiber->Interrupted()) {
    call.Throw(JsError::kError, "interrupted: the run is ending");
  }
}

void ApplyOptions(const VuContext& vu, const HttpParams& params, HttpRequest& request) {
  if (vu.settings->http.discard_response_bodies && !params.says_body_kind) {
    request.discard_body = true;
  }
}

void EmitSamples(VuContext& vu, const HttpResponse& response, const HttpCall* memory, const HttpParams& params,
                 GroupId group) {
  const std::string_view name = memory != nullptr ? memory->View(params.name) : std::string_view();
  const StatusSet& expected = memory != nullptr && memory->has_expected ? memory->expected : vu.http->expected;
  const TagSetId scenario = vu.scenario != nullptr ? vu.scenario->tags : kNoTags;
  std::string remote;
  for (const HttpHop& hop : response.hops) {
    RequestSample sample;
    sample.method = hop.method;
    sample.url = hop.url;
    sample.name = name;
    sample.status = hop.status;
    sample.error_code = hop.error.code;
    sample.expected = hop.challenge || expected.Contains(hop.status);
    sample.protocol = hop.protocol;
    sample.tls_version = hop.tls_version;
    sample.error = hop.error.message;
    if (vu.settings->system_tags.Has(SystemTag::kIp)) {
      remote = hop.remote.Ip();
      sample.remote = remote;
    }
    sample.scenario = scenario;
    sample.group = group;
    sample.tags = params.tags;
    sample.blocked = hop.timings.blocked;
    sample.connecting = hop.timings.connecting;
    sample.tls_handshaking = hop.timings.tls_handshaking;
    sample.sending = hop.timings.sending;
    sample.waiting = hop.timings.waiting;
    sample.receiving = hop.timings.receiving;
    sample.bytes_sent = hop.bytes_sent;
    sample.bytes_received = hop.bytes_received;
    sample.lag = vu.lag;
    ++vu.requests;
    vu.collector->AddRequest(sample);
  }
  if (!response.error.message.empty()) {
    vu.collector->AddError(response.error.message, scenario);
  }
}

void PushAnswer(JsCall call, const HttpRequest& request, const HttpResponse& response, const HttpParams& params) {
  ResponseData data;
  data.status = response.status;
  data.error_code = response.error.code;
  data.error = response.error.message;
  data.method = request.method;
  data.url = request.url;
  if (!response.hops.empty()) {
    const HttpHop& last = response.hops.back();
    data.method = last.method;
    data.url = last.url;
    data.remote = last.remote;
    data.timings = last.timings;
    data.tls_version = last.tls_version;
    data.tls_cipher = last.tls_cipher;
  }
  if (response.message != nullptr) {
    data.head = response.message->head;
  }
  data.body = response.body;
  data.body_kind = request.discard_body ? ResponseBodyKind::kNone : params.body_kind;
  data.request = &request;
  PushResponse(call, data);
}

void SendRequest(JsCall call, VuContext& vu, const char* function, HttpRequest& request, HttpCall* memory,
                 const HttpParams& params) {
  RequireSending(call, vu, function);
  ApplyOptions(vu, params, request);
  WaitForTurn(call, vu, 1);
  HttpResponse& response = vu.http->response;
  vu.http->client.Execute(request, &response);
  if (vu.fiber->Interrupted()) {
    call.Throw(JsError::kError, "interrupted: the run is ending");
  }
  EmitSamples(vu, response, memory, params, vu.scope.group);
  if (vu.settings->http.throw_on_error && response.status == 0) {
    call.Throw(JsError::kError, "%s", response.error.message.c_str());
  }
  PushAnswer(call, request, response, params);
}

}  // namespace mockarty

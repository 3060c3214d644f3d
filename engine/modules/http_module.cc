#include "engine/modules/http_module.h"

#include <iterator>
#include <string_view>

#include "engine/collect/collector.h"
#include "engine/modules/http_params.h"
#include "engine/modules/http_response.h"
#include "engine/modules/http_session.h"
#include "engine/script/js_heap.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// What a native needs of its stack below Duktape's limit: the client's frames, and OpenSSL's in a handshake.
constexpr size_t kStackBytes = 24 * 1024;

enum class Arguments { kUrlParams, kUrlBodyParams };

struct VerbSpec {
  const char* name;    // of the function
  const char* method;  // null: the first argument
  Arguments arguments;
};

enum Verb { kGet, kHead, kPost, kPut, kPatch, kDel, kOptions, kDelK6, kOptionsK6, kRequest };

constexpr VerbSpec kVerbs[] = {
    {"get", "GET", Arguments::kUrlParams},
    {"head", "HEAD", Arguments::kUrlParams},
    {"post", "POST", Arguments::kUrlBodyParams},
    {"put", "PUT", Arguments::kUrlBodyParams},
    {"patch", "PATCH", Arguments::kUrlBodyParams},
    {"del", "DELETE", Arguments::kUrlParams},
    {"options", "OPTIONS", Arguments::kUrlParams},
    {"del", "DELETE", Arguments::kUrlBodyParams},
    {"options", "OPTIONS", Arguments::kUrlBodyParams},
    {"request", nullptr, Arguments::kUrlBodyParams},
};

// One sample for each request that went out, redirects included.
void Emit(VuContext& vu, const HttpResponse& response, std::string_view name, TagSetId tags) {
  for (const HttpHop& hop : response.hops) {
    RequestSample sample;
    sample.method = hop.method;
    sample.url = hop.url;
    sample.name = name;
    sample.status = hop.status;
    sample.error_code = hop.error.code;
    sample.expected = hop.status >= 200 && hop.status < 400;
    sample.group = vu.scope.group;
    sample.tags = tags;
    sample.blocked = hop.timings.blocked;
    sample.connecting = hop.timings.connecting;
    sample.tls_handshaking = hop.timings.tls_handshaking;
    sample.sending = hop.timings.sending;
    sample.waiting = hop.timings.waiting;
    sample.receiving = hop.timings.receiving;
    sample.bytes_sent = hop.bytes_sent;
    sample.bytes_received = hop.bytes_received;
    vu.collector->AddRequest(sample);
  }
  if (!response.error.message.empty()) {
    vu.collector->AddError(response.error.message);
  }
}

// Sends the request and pushes the Response. Nothing is owned here when the heap is called.
void Execute(JsCall call, VuContext& vu, const char* function, HttpRequest& request, HttpCall* memory,
             const HttpParams& params) {
  if (vu.fiber->StackLeft() < kStackBytes) {
    call.Throw(JsError::kRangeError, "http.%s: no stack left for a request; the script recurses too deeply", function);
  }
  const bool throw_on_error = vu.settings->http.throw_on_error;
  if (vu.settings->http.discard_response_bodies && params.body_kind == ResponseBodyKind::kText) {
    request.discard_body = true;
  }
  HttpResponse& response = vu.http->response;
  vu.http->client.Execute(request, &response);
  if (vu.fiber->Interrupted()) {
    call.Throw(JsError::kError, "interrupted: the run is ending");
  }
  Emit(vu, response, memory != nullptr ? memory->View(params.name) : std::string_view(), params.tags);
  if (throw_on_error && response.status == 0) {
    call.Throw(JsError::kError, "%s", response.error.message.c_str());
  }
  ResponseData data;
  data.status = response.status;
  data.error_code = response.error.code;
  data.error = response.error.message;
  data.method = request.method;
  data.url = response.hops.empty() ? request.url : response.url();
  if (!response.hops.empty()) {
    data.method = response.hops.back().method;
    data.remote = response.hops.back().remote;
    data.timings = response.hops.back().timings;
  }
  if (response.message != nullptr) {
    data.head = response.message->head;
  }
  data.body = response.body;
  data.body_kind = request.discard_body ? ResponseBodyKind::kNone : params.body_kind;
  PushResponse(call, data);
}

void RequireIteration(JsCall call, const VuContext& vu, const char* function) {
  if (vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "http.%s: requests are not available in the init stage, only in the default function",
               function);
  }
}

// The URL argument as text at `index`; objects are coerced, as new URL(...) objects are meant to be.
void CoerceUrl(JsCall call, int index, const char* function) {
  if (call.IsNullOrUndefined(index)) {
    call.Throw(JsError::kTypeError, "http.%s: expected a URL as the %s argument", function,
               index == 0 ? "first" : "second");
  }
  if (!call.IsString(index)) {
    call.CoerceToString(index);
  }
}

// Which argument is what: `first` is that of the URL.
void Locate(JsCall call, const VerbSpec& verb, int first, int* body, int* params) {
  // A third argument is params always: k6's helpers write http.get(url, null, params).
  const bool three = verb.arguments == Arguments::kUrlBodyParams || !call.IsNullOrUndefined(first + 2);
  *body = three ? first + 1 : -1;
  *params = three ? first + 2 : first + 1;
}

JsReturn Send(JsCall call) {
  const VerbSpec& verb = kVerbs[call.Magic()];
  auto& vu = call.Host<VuContext>();
  RequireIteration(call, vu, verb.name);
  call.Heap().CollectIfGrown();
  const int first = verb.method == nullptr ? 1 : 0;
  call.SetTop(4);
  CoerceUrl(call, first, verb.name);
  HttpRequest request;
  HttpParams params;
  params.tags = vu.scope.tags;
  int body_index;
  int params_index;
  Locate(call, verb, first, &body_index, &params_index);
  const bool plain = (body_index < 0 || call.IsNullOrUndefined(body_index)) && call.IsNullOrUndefined(params_index);
  // The quick way: a method, and a URL that is the same in both encodings.
  if (verb.method != nullptr && plain && call.String(first).data() == call.RawString(first).data()) {
    request.method = verb.method;
    request.url = call.RawString(first);
    Execute(call, vu, verb.name, request, nullptr, params);
    return JsReturn::kTop;
  }
  HttpCall& memory = vu.http->calls.Take(__builtin_frame_address(0));
  const HttpCall::Text url = memory.Add(call.String(first));
  HttpCall::Text method;
  if (verb.method == nullptr) {
    call.CoerceToString(0);
    method = memory.Add(call.String(0));
  } else {
    method = memory.Add(verb.method);
  }
  HttpCall::Text body;
  if (body_index >= 0) {
    ReadBody(call, body_index, verb.name, memory, request, params, &body);
  }
  ReadParams(call, params_index, verb.name, memory, request, params);
  if (params.form_body && !memory.HasHeader("content-type")) {
    const HttpCall::Text name = memory.Add("Content-Type");
    const HttpCall::Text value = memory.Add("application/x-www-form-urlencoded");
    memory.AddHeader(name, value);
  }
  memory.Finish(request);
  request.method = memory.View(method);
  request.url = memory.View(url);
  request.body = memory.View(body);
  request.compression = memory.View(params.compression);
  Execute(call, vu, verb.name, request, &memory, params);
  vu.http->calls.Release(memory);
  return JsReturn::kTop;
}

constexpr const char* kLater[] = {
    "batch", "asyncRequest", "file", "url", "cookieJar", "CookieJar", "setResponseCallback", "expectedStatuses"};

JsReturn NotYet(JsCall call) {
  call.Throw(JsError::kError, "http.%s is not supported by this version", kLater[call.Magic()]);
}

constexpr JsFunctionSpec kFunctions[] = {
    {"get", &JsTrampoline<Send>, 3, kGet},     {"head", &JsTrampoline<Send>, 3, kHead},
    {"post", &JsTrampoline<Send>, 3, kPost},   {"put", &JsTrampoline<Send>, 3, kPut},
    {"patch", &JsTrampoline<Send>, 3, kPatch}, {"request", &JsTrampoline<Send>, 4, kRequest},
};

void PushModule(JsCall call, Verb del, Verb options) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
  const JsFunctionSpec differing[] = {{"del", &JsTrampoline<Send>, 3, del},
                                      {"options", &JsTrampoline<Send>, 3, options}};
  PutFunctions(call, differing, std::size(differing));
  for (int i = 0; i < static_cast<int>(std::size(kLater)); ++i) {
    call.PushFunction(&JsTrampoline<NotYet>, 0, i);
    call.PutProperty(-2, kLater[i]);
  }
}

}  // namespace

void PushHttpModule(JsCall call) { PushModule(call, kDel, kOptions); }
void PushHttpModuleForK6(JsCall call) { PushModule(call, kDelK6, kOptionsK6); }

}  // namespace mockarty

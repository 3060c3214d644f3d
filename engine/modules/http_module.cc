#include "engine/modules/http_module.h"

#include <iterator>

#include "engine/modules/http_body.h"
#include "engine/modules/http_cookie_jar.h"
#include "engine/modules/http_module_async.h"
#include "engine/modules/http_module_batch.h"
#include "engine/modules/http_params.h"
#include "engine/modules/http_send.h"
#include "engine/modules/http_session.h"
#include "engine/modules/http_status_set.h"
#include "engine/modules/http_url_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

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

void RequireUrl(JsCall call, int index, const char* function) {
  if (call.IsNullOrUndefined(index)) {
    call.Throw(JsError::kTypeError, "http.%s: expected a URL as the %s argument", function,
               index == 0 ? "first" : "second");
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
  RequireSending(call, vu, verb.name);
  call.Heap().CollectIfGrown();
  const int first = verb.method == nullptr ? 1 : 0;
  call.SetTop(4);
  RequireUrl(call, first, verb.name);
  HttpRequest request;
  HttpParams params;
  params.tags = vu.scope.tags;
  int body_index;
  int params_index;
  Locate(call, verb, first, &body_index, &params_index);
  const bool plain = (body_index < 0 || call.IsNullOrUndefined(body_index)) && call.IsNullOrUndefined(params_index);
  // The quick way: a method, and a URL that is the same in both encodings.
  if (verb.method != nullptr && plain && call.IsString(first) &&
      call.String(first).data() == call.RawString(first).data()) {
    request.method = verb.method;
    request.url = call.RawString(first);
    SendRequest(call, vu, verb.name, request, nullptr, params);
    return JsReturn::kTop;
  }
  HttpCall& memory = vu.http->calls.Take(__builtin_frame_address(0));
  ReadUrl(call, first, verb.name, memory, params);
  if (verb.method == nullptr) {
    call.CoerceToString(0);
    params.method = memory.Add(call.String(0));
  } else {
    params.method = memory.Add(verb.method);
  }
  ReadParams(call, params_index, verb.name, memory, request, params);
  if (body_index >= 0) {
    ReadBody(call, body_index, verb.name, memory, request, &params.body);
  }
  FinishRequest(memory, params, request);
  SendRequest(call, vu, verb.name, request, &memory, params);
  vu.http->calls.Release(memory);
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"get", &JsTrampoline<Send>, 3, kGet},     {"head", &JsTrampoline<Send>, 3, kHead},
    {"post", &JsTrampoline<Send>, 3, kPost},   {"put", &JsTrampoline<Send>, 3, kPut},
    {"patch", &JsTrampoline<Send>, 3, kPatch}, {"request", &JsTrampoline<Send>, 4, kRequest},
};

constexpr JsFunctionSpec kOthers[] = {
    {"batch", &JsTrampoline<HttpBatch>, 1, 0},
    {"asyncRequest", &JsTrampoline<HttpAsyncRequest>, 4, 0},
    {"url", &JsTrampoline<UrlTag>, -1, 0},
    {"file", &JsTrampoline<MakeFile>, 3, 0},
    {"cookieJar", &JsTrampoline<GetCookieJar>, 0, 0},
    {"CookieJar", &JsTrampoline<NewCookieJar>, 0, 0},
    {"expectedStatuses", &JsTrampoline<ExpectedStatuses>, -1, 0},
    {"setResponseCallback", &JsTrampoline<SetResponseCallback>, 1, 0},
};

void PushModule(JsCall call, Verb del, Verb options) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
  const JsFunctionSpec differing[] = {{"del", &JsTrampoline<Send>, 3, del},
                                      {"options", &JsTrampoline<Send>, 3, options}};
  PutFunctions(call, differing, std::size(differing));
  PutFunctions(call, kOthers, std::size(kOthers));
}

}  // namespace

void PushHttpModule(JsCall call) { PushModule(call, kDel, kOptions); }
void PushHttpModuleForK6(JsCall call) { PushModule(call, kDelK6, kOptionsK6); }

}  // namespace mockarty

#include "engine/modules/http_module_batch.h"

#include <cstdio>

#include "engine/modules/http_batch_call.h"
#include "engine/modules/http_body.h"
#include "engine/modules/http_params.h"
#include "engine/modules/http_send.h"
#include "engine/modules/http_session.h"
#include "engine/modules/http_url_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// The parts of one request, spread over `at` and the three above it: method, url, body, params.
void Spread(JsCall call, int at, const char* function) {
  static constexpr const char* kNames[] = {"method", "url", "body", "params"};
  const bool is_array = call.IsArray(at);
  const bool is_named_url = call.IsObject(at) && call.GetHidden(at, kUrlTextKey);
  call.SetTop(at + 1);
  if (!call.IsObject(at) || is_named_url) {
    if (!call.IsString(at) && !is_named_url) {
      call.Throw(JsError::kTypeError,
                 "http.%s: expected a URL, [method, url, body, params] or {method, url, body, params}", function);
    }
    call.PushString("GET");
    call.Insert(at);
    call.SetTop(at + 4);
    return;
  }
  for (unsigned i = 0; i < 4; ++i) {
    if (is_array) {
      call.GetIndex(at, i);
    } else {
      call.GetProperty(at, kNames[i]);
    }
  }
  call.Remove(at);
  if (call.IsNullOrUndefined(at)) {
    call.PushString("GET");
    call.Replace(at);
  }
}

// Takes the request on the top of the stack, and pops it.
void ReadItem(JsCall call, VuContext& vu, HttpBatchCall& batch) {
  char function[32];
  snprintf(function, sizeof function, "batch[%zu]", batch.Count());
  if (batch.Count() == HttpBatchCall::kMaxRequests) {
    call.Throw(JsError::kRangeError, "http.batch: expected at most %zu requests", HttpBatchCall::kMaxRequests);
  }
  const int at = call.Top() - 1;
  call.Require(16);
  Spread(call, at, function);
  HttpBatchItem& item = batch.Add(vu.http->client);
  HttpParams& params = item.params;
  params.tags = vu.scope.tags;
  call.CoerceToString(at);
  params.method = item.call.Add(call.String(at));
  ReadUrl(call, at + 1, function, item.call, params);
  ReadParams(call, at + 3, function, item.call, item.request, params);
  ReadBody(call, at + 2, function, item.call, item.request, &params.body);
  FinishRequest(item.call, params, item.request);
  ApplyOptions(vu, params, item.request);
  call.SetTop(at);
}

void ReadAll(JsCall call, VuContext& vu, HttpBatchCall& batch) {
  if (call.IsArray(0)) {
    const auto count = static_cast<unsigned>(call.Length(0));
    for (unsigned i = 0; i < count; ++i) {
      call.GetIndex(0, i);
      ReadItem(call, vu, batch);
    }
    return;
  }
  call.BeginProperties(0);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    ReadItem(call, vu, batch);
    call.SetTop(enumerator + 1);
  }
  call.SetTop(enumerator);
}

void PushOne(JsCall call, HttpBatchItem& item) { PushAnswer(call, item.request, item.response, item.params); }

// Pushes the responses in the shape of the argument. An object that a getter has changed meanwhile gives fewer.
void PushAll(JsCall call, HttpBatchCall& batch) {
  if (call.IsArray(0)) {
    call.PushArray();
    for (size_t i = 0; i < batch.Count(); ++i) {
      PushOne(call, batch.At(i));
      call.PutIndex(-2, static_cast<unsigned>(i));
    }
    return;
  }
  call.PushObject();
  const int object = call.Top() - 1;
  call.BeginProperties(0);
  const int enumerator = call.Top() - 1;
  for (size_t i = 0; i < batch.Count() && call.NextProperty(enumerator); ++i) {
    call.Pop();
    PushOne(call, batch.At(i));
    call.PutKeyValue(object);
  }
  call.SetTop(object + 1);
}

}  // namespace

JsReturn HttpBatch(JsCall call) {
  auto& vu = call.Host<VuContext>();
  RequireSending(call, vu, "batch");
  call.SetTop(1);
  if (!call.IsObject(0) || call.IsFunction(0)) {
    call.Throw(JsError::kTypeError, "http.batch: expected an array or an object of requests");
  }
  call.Heap().CollectIfGrown();
  HttpBatchCall& batch = vu.http->batches.Take(__builtin_frame_address(0));
  ReadAll(call, vu, batch);
  WaitForTurn(call, vu, batch.Count());
  batch.Run({vu.settings->http.batch, vu.settings->http.batch_per_host});
  if (vu.fiber->Interrupted()) {
    call.Throw(JsError::kError, "interrupted: the run is ending");
  }
  for (size_t i = 0; i < batch.Count(); ++i) {
    HttpBatchItem& item = batch.At(i);
    EmitSamples(vu, item.response, &item.call, item.params, vu.scope.group);
  }
  for (size_t i = 0; i < batch.Count() && vu.settings->http.throw_on_error; ++i) {
    if (batch.At(i).response.status == 0) {
      call.Throw(JsError::kError, "%s", batch.At(i).response.error.message.c_str());
    }
  }
  PushAll(call, batch);
  vu.http->batches.Release(batch);
  return JsReturn::kTop;
}

}  // namespace mockarty

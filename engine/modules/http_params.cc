#include "engine/modules/http_params.h"

#include <cmath>

#include "common/base/duration.h"
#include "engine/modules/http_cookie_jar.h"
#include "engine/modules/http_status_set.h"
#include "engine/modules/http_url_object.h"
#include "engine/modules/tag_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr double kMaxTimeoutMs = 24.0 * 3600 * 1000;

int Shown(std::string_view text) { return static_cast<int>(text.size() < 100 ? text.size() : 100); }

void ReadHeaders(JsCall call, int index, const char* function, HttpCall& into) {
  if (!call.IsObject(index)) {
    ThrowBadParam(call, function, "headers", "an object of names and values", index);
  }
  call.BeginProperties(index);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    call.CoerceToString(-1);
    const HttpCall::Text name = into.Add(call.String(-2));
    const HttpCall::Text value = into.Add(call.String(-1));
    into.AddHeader(name, value);
    call.Pop(2);
  }
  call.SetTop(enumerator);
}

// {name: value} or {name: {value, replace}}
void ReadCookies(JsCall call, int index, const char* function, HttpCall& into) {
  if (!call.IsObject(index)) {
    ThrowBadParam(call, function, "cookies", "an object of names and values", index);
  }
  call.BeginProperties(index);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    bool replace = false;
    if (call.IsObject(-1)) {
      call.GetProperty(-1, "replace");
      replace = call.Truthy(-1);
      call.Pop();
      call.GetProperty(-1, "value");
      call.Remove(-2);
    }
    call.CoerceToString(-1);
    const HttpCall::Text name = into.Add(call.String(-2));
    const HttpCall::Text value = into.Add(call.String(-1));
    into.AddCookie(name, value, replace);
    call.Pop(2);
  }
  call.SetTop(enumerator);
}

// Milliseconds as a number, or a duration such as "10s".
Nanos ReadTimeout(JsCall call, int index, const char* function) {
  double milliseconds = NAN;
  if (call.IsNumber(index)) {
    milliseconds = call.Number(index);
  } else if (call.IsString(index)) {
    const auto parsed = ParseDuration(call.String(index));
    if (parsed.ok()) {
      milliseconds = static_cast<double>(*parsed) / kNanosPerMilli;
    }
  }
  if (!(milliseconds > 0) || milliseconds > kMaxTimeoutMs) {
    ThrowBadParam(call, function, "timeout", "milliseconds above 0, or a duration such as \"10s\", up to 24h", index);
  }
  return static_cast<Nanos>(milliseconds * kNanosPerMilli);
}

void ReadResponseType(JsCall call, int index, const char* function, HttpRequest& request, HttpParams& params) {
  const std::string_view type = call.RawString(index);
  if (type == "text") {
    params.body_kind = ResponseBodyKind::kText;
  } else if (type == "binary") {
    params.body_kind = ResponseBodyKind::kBinary;
  } else if (type == "none") {
    params.body_kind = ResponseBodyKind::kNone;
  } else {
    ThrowBadParam(call, function, "responseType", "\"text\", \"binary\" or \"none\"", index);
  }
  params.says_body_kind = true;
  request.discard_body = params.body_kind == ResponseBodyKind::kNone;
}

void ReadCompression(JsCall call, int index, const char* function, HttpCall& into, HttpCall::Text* compression) {
  if (!call.IsString(index)) {
    ThrowBadParam(call, function, "compression", "\"gzip\", \"deflate\", \"br\" or \"zstd\"", index);
  }
  *compression = into.Add(call.String(index));
}

// Pushes params[name]; false, with nothing pushed, when there is none.
bool Param(JsCall call, int index, const char* name) {
  call.GetProperty(index, name);
  if (call.IsNullOrUndefined(-1)) {
    call.Pop();
    return false;
  }
  return true;
}

void ReadAuth(JsCall call, int index, const char* function, HttpRequest& request) {
  const std::string_view auth = call.RawString(index);
  if (auth == "ntlm") {
    call.Throw(JsError::kError, "http.%s: params.auth: \"ntlm\" is not supported; \"basic\" and \"digest\" are",
               function);
  }
  if (auth != "basic" && auth != "digest") {
    ThrowBadParam(call, function, "auth", "\"basic\" or \"digest\"", index);
  }
  request.auth = auth == "digest" ? HttpAuth::kDigest : HttpAuth::kBasic;
}

void ReadTagParam(JsCall call, int index, const char* function, HttpCall& into, HttpParams& params) {
  if (!call.IsObject(index)) {
    ThrowBadParam(call, function, "tags", "an object of names and values", index);
  }
  if (Param(call, index, "name")) {
    call.CoerceToString(-1);
    params.name = into.Add(call.String(-1));
    call.Pop();
  }
  params.tags = ReadTags(call, index, params.tags);
}

void ReadRedirects(JsCall call, int index, const char* function, HttpRequest& request) {
  const double redirects = call.Number(index);
  if (!(redirects >= 0) || redirects > 1000 || redirects != std::floor(redirects)) {
    ThrowBadParam(call, function, "redirects", "a whole number from 0 to 1000", index);
  }
  request.max_redirects = static_cast<int>(redirects);
}

// Null, which is a value here, or what expectedStatuses() made.
void ReadCallback(JsCall call, int index, const char* function, HttpCall& into) {
  call.GetProperty(index, "responseCallback");
  if (!call.IsUndefined(-1)) {
    if (!ReadStatusSet(call, -1, into.expected)) {
      ThrowBadParam(call, function, "responseCallback", "http.expectedStatuses(...) or null", -1);
    }
    into.has_expected = true;
  }
  call.Pop();
}

}  // namespace

void ThrowBadParam(JsCall call, const char* function, const char* param, const char* expected, int value) {
  call.CoerceToString(value);
  const std::string_view text = call.String(value);
  call.Throw(JsError::kTypeError, "http.%s: params.%s: expected %s, got \"%.*s\"", function, param, expected,
             Shown(text), text.data());
}

void ReadParams(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request,
                HttpParams& params) {
  if (call.IsNullOrUndefined(index)) {
    return;
  }
  if (!call.IsObject(index) || call.IsFunction(index)) {
    call.Throw(JsError::kTypeError, "http.%s: params: expected an object", function);
  }
  const int base = call.Top();
  if (Param(call, index, "headers")) {
    ReadHeaders(call, base, function, into);
    call.SetTop(base);
  }
  if (Param(call, index, "cookies")) {
    ReadCookies(call, base, function, into);
    call.SetTop(base);
  }
  if (Param(call, index, "jar")) {
    const std::shared_ptr<CookieJar>* jar = ReadJar(call, base);
    if (jar == nullptr) {
      ThrowBadParam(call, function, "jar", "a CookieJar", base);
    }
    into.jar = *jar;  // params made by a getter may be gone before the request is
    request.jar = into.jar.get();
    call.SetTop(base);
  }
  if (Param(call, index, "tags")) {
    ReadTagParam(call, base, function, into, params);
    call.SetTop(base);
  }
  if (Param(call, index, "timeout")) {
    request.timeout = ReadTimeout(call, base, function);
    call.SetTop(base);
  }
  if (Param(call, index, "redirects")) {
    ReadRedirects(call, base, function, request);
    call.SetTop(base);
  }
  if (Param(call, index, "responseType")) {
    ReadResponseType(call, base, function, request, params);
    call.SetTop(base);
  }
  if (Param(call, index, "auth")) {
    ReadAuth(call, base, function, request);
    call.SetTop(base);
  }
  if (Param(call, index, "compression")) {
    ReadCompression(call, base, function, into, &params.compression);
    call.SetTop(base);
  }
  ReadCallback(call, index, function, into);
  RequireSize(call, function, into);
}

void RequireSize(JsCall call, const char* function, const HttpCall& into) {
  if (into.TooLarge()) {
    call.Throw(JsError::kRangeError, "http.%s: expected a request of at most %zu MiB with all its headers", function,
               HttpCall::kMaxBytes >> 20);
  }
}

void ReadUrl(JsCall call, int index, const char* function, HttpCall& into, HttpParams& params) {
  if (call.IsNullOrUndefined(index)) {
    call.Throw(JsError::kTypeError, "http.%s: expected a URL", function);
  }
  if (call.IsObject(index)) {
    const bool named = call.GetHidden(index, kUrlNameKey);
    if (named) {
      params.name = into.Add(call.String(-1));
      call.GetHidden(index, kUrlTextKey);
      params.url = into.Add(call.String(-1));
      call.Pop();
    }
    call.Pop();
    if (named) {
      return;
    }
  }
  if (!call.IsString(index)) {
    call.Duplicate(index);
    call.CoerceToString(-1);
    params.url = into.Add(call.String(-1));
    call.Pop();
    return;
  }
  params.url = into.Add(call.String(index));
}

void FinishRequest(HttpCall& into, const HttpParams& params, HttpRequest& request) {
  into.Finish(request);
  request.method = into.View(params.method);
  request.url = into.View(params.url);
  request.body = into.View(params.body);
  request.compression = into.View(params.compression);
}

}  // namespace mockarty

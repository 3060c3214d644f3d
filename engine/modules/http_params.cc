#include "engine/modules/http_params.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/base/duration.h"
#include "engine/modules/tag_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr double kMaxTimeoutMs = 24.0 * 3600 * 1000;

int Shown(std::string_view text) { return static_cast<int>(text.size() < 100 ? text.size() : 100); }

[[noreturn]] void ThrowBadParam(JsCall call, const char* function, const char* param, const char* expected, int value) {
  call.CoerceToString(value);
  const std::string_view text = call.String(value);
  call.Throw(JsError::kTypeError, "http.%s: params.%s: expected %s, got \"%.*s\"", function, param, expected,
             Shown(text), text.data());
}

// application/x-www-form-urlencoded as browsers write it: space is +, the rest by percent.
void AppendFormText(std::string_view text, HttpCall& into, HttpCall::Text* body) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '*') {
      into.Append(*body, {&c, 1});
    } else if (c == ' ') {
      into.Append(*body, "+");
    } else {
      const auto byte = static_cast<unsigned char>(c);
      const char escaped[] = {'%', kHex[byte >> 4], kHex[byte & 15]};
      into.Append(*body, {escaped, 3});
    }
  }
}

void AppendFormField(JsCall call, int key, int value, HttpCall& into, HttpCall::Text* body) {
  call.CoerceToString(value);
  if (body->size > 0) {
    into.Append(*body, "&");
  }
  AppendFormText(call.String(key), into, body);
  into.Append(*body, "=");
  AppendFormText(call.String(value), into, body);
}

// Fields in order; an array gives its key once for each element, as k6 does. Values are read before they are
// appended: a getter must not find the arena half written.
void ReadForm(JsCall call, int index, HttpCall& into, HttpCall::Text* body) {
  *body = into.Add("");
  call.BeginProperties(index);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    const int key = enumerator + 1;
    const int value = enumerator + 2;
    if (call.IsArray(value)) {
      const auto length = static_cast<unsigned>(call.Length(value));
      for (unsigned i = 0; i < length; ++i) {
        call.GetIndex(value, i);
        AppendFormField(call, key, call.Top() - 1, into, body);
        call.Pop();
      }
    } else {
      AppendFormField(call, key, value, into, body);
    }
    call.SetTop(enumerator + 1);
  }
  call.SetTop(enumerator);
}

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

void RefuseLater(JsCall call, int index, const char* function, const char* name) {
  if (Param(call, index, name)) {
    call.Throw(JsError::kError, "http.%s: params.%s is not supported by this version", function, name);
  }
}

}  // namespace

void ReadBody(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request, HttpParams& params,
              HttpCall::Text* body) {
  if (call.IsNullOrUndefined(index)) {
    return;
  }
  request.has_body = true;
  if (call.IsString(index)) {
    *body = into.Add(call.String(index));
  } else if (call.IsBuffer(index)) {
    *body = into.Add(call.Bytes(index));
  } else if (call.IsNumber(index) || call.IsBoolean(index)) {
    call.CoerceToString(index);
    *body = into.Add(call.String(index));
  } else if (call.IsObject(index) && !call.IsFunction(index) && !call.IsArray(index)) {
    ReadForm(call, index, into, body);
    params.form_body = true;
  } else {
    call.Throw(JsError::kTypeError,
               "http.%s: the body must be a string, an ArrayBuffer or typed array, or an object sent as a form "
               "(use JSON.stringify for JSON)",
               function);
  }
}

void ReadParams(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request,
                HttpParams& params) {
  if (call.IsNullOrUndefined(index)) {
    return;
  }
  if (!call.IsObject(index) || call.IsFunction(index)) {
    ThrowBadParam(call, function, "", "an object", index);
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
  if (Param(call, index, "tags")) {
    if (!call.IsObject(base)) {
      ThrowBadParam(call, function, "tags", "an object of names and values", base);
    }
    if (Param(call, base, "name")) {
      call.CoerceToString(-1);
      params.name = into.Add(call.String(-1));
      call.Pop();
    }
    params.tags = ReadTags(call, base, params.tags);
    call.SetTop(base);
  }
  if (Param(call, index, "timeout")) {
    request.timeout = ReadTimeout(call, base, function);
    call.SetTop(base);
  }
  if (Param(call, index, "redirects")) {
    const double redirects = call.Number(base);
    if (!(redirects >= 0) || redirects > 1000 || redirects != std::floor(redirects)) {
      ThrowBadParam(call, function, "redirects", "a whole number from 0 to 1000", base);
    }
    request.max_redirects = static_cast<int>(redirects);
    call.SetTop(base);
  }
  if (Param(call, index, "responseType")) {
    ReadResponseType(call, base, function, request, params);
    call.SetTop(base);
  }
  if (Param(call, index, "auth")) {
    // Basic authentication is what credentials in the URL mean anyway.
    if (call.RawString(base) != "basic") {
      ThrowBadParam(call, function, "auth", "\"basic\" (the only one in this version)", base);
    }
    call.SetTop(base);
  }
  if (Param(call, index, "compression")) {
    HttpCall::Text compression;
    ReadCompression(call, base, function, into, &compression);
    params.compression = compression;
    call.SetTop(base);
  }
  RefuseLater(call, index, function, "jar");
  RefuseLater(call, index, function, "responseCallback");
}

}  // namespace mockarty

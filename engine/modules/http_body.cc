#include "engine/modules/http_body.h"

#include <cstdint>
#include <cstdio>
#include <random>

#include "absl/strings/ascii.h"
#include "engine/modules/http_params.h"
#include "engine/script/js_heap.h"

namespace mockarty {
namespace {

// What marks the objects of http.file().
constexpr std::string_view kFileKey = MOCKARTY_HIDDEN_KEY("f");
constexpr size_t kBoundaryBytes = 48;

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

// Quotes and line ends in names are written as browsers write them.
void AppendQuoted(std::string_view text, HttpCall& into, HttpCall::Text* body) {
  into.Append(*body, "\"");
  for (const char c : text) {
    if (c == '"') {
      into.Append(*body, "%22");
    } else if (c == '\r') {
      into.Append(*body, "%0D");
    } else if (c == '\n') {
      into.Append(*body, "%0A");
    } else {
      into.Append(*body, {&c, 1});
    }
  }
  into.Append(*body, "\"");
}

// Letters and digits that no body is likely to hold.
void MakeBoundary(char (&boundary)[kBoundaryBytes + 1]) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  static constexpr char kLetters[] = "0123456789abcdef";
  uint64_t bits = 0;
  for (size_t i = 0; i < kBoundaryBytes; ++i) {
    if (i % 16 == 0) {
      bits = random();
    }
    boundary[i] = kLetters[bits & 15];
    bits >>= 4;
  }
  boundary[kBoundaryBytes] = '\0';
}

bool HasFile(JsCall call, int index) {
  call.BeginProperties(index);
  const int enumerator = call.Top() - 1;
  bool found = false;
  while (!found && call.NextProperty(enumerator)) {
    if (call.IsObject(-1)) {
      found = call.GetHidden(-1, kFileKey);
    }
    call.SetTop(enumerator + 1);
  }
  call.SetTop(enumerator);
  return found;
}

// One value; `at` is its index. Everything is read before the arena is written.
void AppendPart(JsCall call, int key, int at, const char* boundary, HttpCall& into, HttpCall::Text* body) {
  const int base = call.Top();
  const bool is_file = call.IsObject(at) && call.GetHidden(at, kFileKey);
  call.SetTop(base);
  if (is_file) {
    call.GetProperty(at, "filename");
    call.GetProperty(at, "content_type");
    call.GetProperty(at, "data");
    for (int i = base; i < base + 2; ++i) {
      call.CoerceToString(i);
    }
    if (!call.IsBuffer(base + 2)) {
      call.CoerceToString(base + 2);
    }
  } else {
    call.CoerceToString(at);
  }
  into.Append(*body, "--");
  into.Append(*body, boundary);
  into.Append(*body, "\r\nContent-Disposition: form-data; name=");
  AppendQuoted(call.String(key), into, body);
  if (is_file) {
    into.Append(*body, "; filename=");
    AppendQuoted(call.String(base), into, body);
    into.Append(*body, "\r\nContent-Type: ");
    into.Append(*body, call.String(base + 1));
  }
  into.Append(*body, "\r\n\r\n");
  if (!is_file) {
    into.Append(*body, call.String(at));
  } else if (call.IsBuffer(base + 2)) {
    into.Append(*body, call.Bytes(base + 2));
  } else {
    into.Append(*body, call.String(base + 2));
  }
  into.Append(*body, "\r\n");
  call.SetTop(base);
}

// multipart/form-data (RFC 7578). An array gives its key once for each element.
void ReadMultipart(JsCall call, int index, const char* boundary, HttpCall& into, HttpCall::Text* body) {
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
        AppendPart(call, key, value + 1, boundary, into, body);
        call.SetTop(value + 1);
      }
    } else {
      AppendPart(call, key, value, boundary, into, body);
    }
    call.SetTop(enumerator + 1);
  }
  call.SetTop(enumerator);
  into.Append(*body, "--");
  into.Append(*body, boundary);
  into.Append(*body, "--\r\n");
}

void ReadObjectBody(JsCall call, int index, HttpCall& into, HttpCall::Text* body) {
  const bool has_type = into.HasHeader("content-type");
  HttpCall::Text name;
  HttpCall::Text value;
  if (!HasFile(call, index)) {
    if (!has_type) {
      name = into.Add("Content-Type");
      value = into.Add("application/x-www-form-urlencoded");
      into.AddHeader(name, value);
    }
    ReadForm(call, index, into, body);
    return;
  }
  char boundary[kBoundaryBytes + 1];
  MakeBoundary(boundary);
  if (!has_type) {
    name = into.Add("Content-Type");
    value = into.Add("multipart/form-data; boundary=");
    into.Append(value, boundary);
    into.AddHeader(name, value);
  }
  ReadMultipart(call, index, boundary, into, body);
}

}  // namespace

JsReturn MakeFile(JsCall call) {
  call.SetTop(3);
  if (!call.IsString(0) && !call.IsBuffer(0)) {
    call.Throw(JsError::kTypeError, "http.file: expected the data as a string, an ArrayBuffer or a typed array");
  }
  for (int i = 1; i < 3; ++i) {
    if (call.IsNullOrUndefined(i)) {
      call.PushString(i == 1 ? "file" : "application/octet-stream");
      call.Replace(i);
    }
    call.CoerceToString(i);
    if (call.RawString(i).find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      call.Throw(JsError::kTypeError, "http.file: the %s holds a line end", i == 1 ? "file name" : "content type");
    }
  }
  call.PushObject();
  static constexpr const char* kNames[] = {"data", "filename", "content_type"};
  for (int i = 0; i < 3; ++i) {
    call.Duplicate(i);
    call.PutProperty(3, kNames[i]);
  }
  call.PushBool(true);
  call.PutHidden(3, kFileKey);
  return JsReturn::kTop;
}

void ReadBody(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request,
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
    ReadObjectBody(call, index, into, body);
  } else {
    call.Throw(JsError::kTypeError,
               "http.%s: the body must be a string, an ArrayBuffer or typed array, or an object sent as a form "
               "(use JSON.stringify for JSON)",
               function);
  }
  RequireSize(call, function, into);
}

}  // namespace mockarty

#include "engine/modules/http_response.h"

#include <iterator>
#include <string>

#include "engine/clients/http/http_transport.h"
#include "engine/modules/http_page.h"
#include "engine/modules/json_path.h"
#include "engine/modules/json_text.h"
#include "engine/modules/response_headers.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// Hidden properties of a Response.
constexpr std::string_view kBufferKey = MOCKARTY_HIDDEN_KEY("r");
constexpr std::string_view kBodyKey = MOCKARTY_HIDDEN_KEY("b");
constexpr std::string_view kJsonKey = MOCKARTY_HIDDEN_KEY("j");
constexpr std::string_view kTimingsKey = MOCKARTY_HIDDEN_KEY("t");

// The start of the buffer; the texts follow in this order.
struct Packed {
  int32_t status;
  int32_t error_code;
  ResponseBodyKind body_kind;
  SocketAddress remote;
  HttpTimings timings;
  const char* tls_version;  // static texts
  const char* tls_cipher;
  uint32_t error_size;
  uint32_t method_size;
  uint32_t url_size;
  uint32_t head_size;
  uint32_t body_size;
  uint32_t request_size;  // see PackRequest()
  uint32_t request_body_size;

  const char* Text() const { return reinterpret_cast<const char*>(this + 1); }
  std::string_view Error() const { return {Text(), error_size}; }
  std::string_view Method() const { return {Error().end(), method_size}; }
  std::string_view Url() const { return {Method().end(), url_size}; }
  std::string_view Head() const { return {Url().end(), head_size}; }
  std::string_view Body() const { return {Head().end(), body_size}; }
  std::string_view Request() const { return {Body().end(), request_size}; }
  std::string_view RequestBody() const { return {Request().end(), request_body_size}; }
};

enum Field {
  kStatus,
  kStatusText,
  kBody,
  kHeaders,
  kCookies,
  kTimings,
  kUrl,
  kError,
  kErrorCode,
  kProto,
  kRemoteIp,
  kRemotePort,
  kTlsVersion,
  kTlsCipherSuite,
  kRequest,
};

constexpr const char* kFieldNames[] = {"status",    "status_text", "body",        "headers",          "cookies",
                                       "timings",   "url",         "error",       "error_code",       "proto",
                                       "remote_ip", "remote_port", "tls_version", "tls_cipher_suite", "request"};

// Leaves `this` at index `at` and its buffer at `at + 1`.
const Packed& Unpack(JsCall call, int at) {
  call.SetTop(at);
  call.PushThis();
  if (!call.IsObject(at) || !call.GetHidden(at, kBufferKey)) {
    call.Throw(JsError::kTypeError, "not a Response");
  }
  return *reinterpret_cast<const Packed*>(call.Bytes(-1).data());
}

// Pushes the value kept under a hidden key of the Response at `at`, if there is one.
bool PushKept(JsCall call, int at, std::string_view key) {
  if (call.GetHidden(at, key)) {
    return true;
  }
  call.Pop();
  return false;
}

void Keep(JsCall call, int at, std::string_view key) {
  call.Duplicate(-1);
  call.PutHidden(at, key);
}

void PushBody(JsCall call, const Packed& packed, int at) {
  if (packed.body_kind == ResponseBodyKind::kNone || packed.status == 0) {
    call.PushNull();
    return;
  }
  if (PushKept(call, at, kBodyKey)) {
    return;
  }
  if (packed.body_kind == ResponseBodyKind::kBinary) {
    const auto offset = static_cast<size_t>(packed.Body().data() - reinterpret_cast<const char*>(&packed));
    call.PushArrayBuffer(at + 1, offset, packed.body_size);
  } else {
    call.PushString(packed.Body());
  }
  Keep(call, at, kBodyKey);
}

void PushTimings(JsCall call, const Packed& packed, int at) {
  if (PushKept(call, at, kTimingsKey)) {
    return;
  }
  const HttpTimings& timings = packed.timings;
  const struct {
    const char* name;
    Nanos value;
  } rows[] = {{"duration", timings.Duration()},
              {"blocked", timings.blocked},
              {"looking_up", timings.looking_up},
              {"connecting", timings.connecting},
              {"tls_handshaking", timings.tls_handshaking},
              {"sending", timings.sending},
              {"waiting", timings.waiting},
              {"receiving", timings.receiving}};
  call.PushObject();
  for (const auto& row : rows) {
    call.PushNumber(static_cast<double>(row.value) / kNanosPerMilli);
    call.PutProperty(-2, row.name);
  }
  Keep(call, at, kTimingsKey);
}

void PushRemoteIp(JsCall call, const SocketAddress& remote) {
  char text[64];
  size_t size = 0;
  if (remote.IsSet()) {
    size = remote.Ip().copy(text, sizeof text);  // the string is gone before the heap is called
  }
  call.PushString({text, size});
}

std::string_view TakeText(std::string_view* rest) {
  const std::string_view text = rest->substr(0, rest->find('\0'));
  rest->remove_prefix(text.size() + 1);
  return text;
}

// Puts `value` as the sole element of an array, as k6 has header values.
void PutList(JsCall call, int object, std::string_view name, std::string_view value) {
  call.PushArray();
  call.PushString(value);
  call.PutIndex(-2, 0);
  call.PutProperty(object, name);
}

// {method, url, headers: {name: [value]}, cookies: {name: [{name, value, replace}]}, body}
void PushRequest(JsCall call, const Packed& packed) {
  call.PushObject();
  const int object = call.Top() - 1;
  call.PushString(packed.Method());
  call.PutProperty(object, "method");
  call.PushString(packed.Url());
  call.PutProperty(object, "url");
  call.PushString(packed.RequestBody());
  call.PutProperty(object, "body");
  call.PushObject();
  const std::string& user_agent = call.Host<VuContext>().settings->http.user_agent;
  PutList(call, object + 1, "User-Agent",
          user_agent.empty() ? HttpClientOptions::kDefaultUserAgent : std::string_view(user_agent));
  std::string_view rest = packed.Request();
  while (!rest.empty() && rest.front() == 'h') {
    const std::string_view name = TakeText(&rest).substr(1);
    PutList(call, object + 1, name, TakeText(&rest));
  }
  call.PutProperty(object, "headers");
  call.PushObject();
  while (!rest.empty()) {
    const bool replace = rest.front() == 'r';
    const std::string_view name = TakeText(&rest).substr(1);
    call.PushArray();
    call.PushObject();
    call.PushString(name);
    call.PutProperty(-2, "name");
    call.PushString(TakeText(&rest));
    call.PutProperty(-2, "value");
    call.PushBool(replace);
    call.PutProperty(-2, "replace");
    call.PutIndex(-2, 0);
    call.PutProperty(object + 1, name);
  }
  call.PutProperty(object, "cookies");
}

void PushField(JsCall call, const Packed& packed, int at, int field) {
  switch (field) {
    case kStatus:
      call.PushNumber(packed.status);
      return;
    case kStatusText:
      call.PushString(StatusText(packed.Head()));
      return;
    case kBody:
      PushBody(call, packed, at);
      return;
    case kHeaders:
      PushHeaders(call, packed.Head());
      return;
    case kCookies:
      PushCookies(call, packed.Head());
      return;
    case kTimings:
      PushTimings(call, packed, at);
      return;
    case kUrl:
      call.PushString(packed.Url());
      return;
    case kError:
      call.PushString(packed.Error());
      return;
    case kErrorCode:
      call.PushNumber(packed.error_code);
      return;
    case kProto:
      call.PushString(packed.Head().substr(0, packed.Head().find(' ')));
      return;
    case kRemoteIp:
      PushRemoteIp(call, packed.remote);
      return;
    case kRemotePort:
      call.PushNumber(packed.remote.IsSet() ? packed.remote.port() : 0);
      return;
    case kTlsVersion:
      call.PushString(packed.tls_version);
      return;
    case kTlsCipherSuite:
      call.PushString(packed.tls_cipher);
      return;
    default:
      PushRequest(call, packed);
      return;
  }
}

JsReturn GetStatus(JsCall call) {
  call.PushNumber(Unpack(call, 0).status);
  return JsReturn::kTop;
}

JsReturn GetField(JsCall call) {
  const int field = call.Magic();
  const Packed& packed = Unpack(call, 0);
  PushField(call, packed, 0, field);
  return JsReturn::kTop;
}

// response.json(selector)
JsReturn Json(JsCall call) {
  const Packed& packed = Unpack(call, 1);
  const bool selects = call.IsString(0);
  if (selects && call.RawString(0).size() > kMaxJsonPathBytes) {
    call.Throw(JsError::kRangeError, "json: the selector is longer than %zu bytes", kMaxJsonPathBytes);
  }
  if (packed.status == 0 || packed.body_kind == ResponseBodyKind::kNone) {
    call.Throw(JsError::kError, "json: the response has no body%s%.*s", packed.error_size > 0 ? ": " : "",
               static_cast<int>(packed.error_size), packed.Error().data());
  }
  // Characters that the heap writes in another way than the answer are for the parsed answer.
  const bool same_bytes = selects && call.String(0).data() == call.RawString(0).data();
  if (same_bytes && PushJsonSelection(call, packed.Body(), call.RawString(0))) {
    return JsReturn::kTop;
  }
  if (!PushKept(call, 1, kJsonKey)) {
    if (!PushJson(call, packed.Body())) {
      call.PushString(packed.Body());
      call.DecodeJson(-1);
    }
    Keep(call, 1, kJsonKey);
  }
  if (selects) {
    SelectJsonPath(call, 0);
  }
  return JsReturn::kTop;
}

// JSON.stringify(response): getters of the prototype are not own properties, so the fields are listed here.
JsReturn ToJson(JsCall call) {
  const Packed& packed = Unpack(call, 0);
  call.PushObject();
  const int object = call.Top() - 1;
  for (int field = 0; field < static_cast<int>(std::size(kFieldNames)); ++field) {
    PushField(call, packed, 0, field);
    call.PutProperty(object, kFieldNames[field]);
    call.SetTop(object + 1);
  }
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kMethods[] = {
    {"json", &JsTrampoline<Json>, 1, 0},
    {"toJSON", &JsTrampoline<ToJson>, 0, 0},
    {"html", &JsTrampoline<ResponseHtml>, 1, 0},
    {"submitForm", &JsTrampoline<ResponseSubmitForm>, 1, 0},
    {"clickLink", &JsTrampoline<ResponseClickLink>, 1, 0},
};

const void* Prototype(JsCall call) {
  const void*& prototype = call.Host<VuContext>().prototypes[VuContext::kHttpResponse];
  if (prototype == nullptr) {
    call.PushStash();
    call.PushObject();
    call.PutGetter(-1, kFieldNames[kStatus], &JsTrampoline<GetStatus>);
    for (int field = kStatusText; field < static_cast<int>(std::size(kFieldNames)); ++field) {
      call.PutGetter(-1, kFieldNames[field], &JsTrampoline<GetField>, field);
    }
    PutFunctions(call, kMethods, std::size(kMethods));
    prototype = call.HeapPointer(-1);
    call.PutProperty(-2, "response_prototype");
    call.Pop();
  }
  return prototype;
}

char* Copy(char* to, std::string_view text) { return to + text.copy(to, text.size()); }

// Header fields as "hname\0value\0", then cookies as "rname\0value\0" (replacing) or "cname\0value\0".
size_t PackedRequestSize(const HttpRequest& request) {
  size_t size = 0;
  for (const HttpHeader& header : request.headers) {
    size += header.name.size() + header.value.size() + 3;
  }
  for (const HttpRequestCookie& cookie : request.cookies) {
    size += cookie.name.size() + cookie.value.size() + 3;
  }
  return size;
}

char* PackPair(char* to, char kind, std::string_view name, std::string_view value) {
  *to++ = kind;
  to = Copy(to, name);
  *to++ = '\0';
  to = Copy(to, value);
  *to++ = '\0';
  return to;
}

char* PackRequest(char* to, const HttpRequest& request) {
  for (const HttpHeader& header : request.headers) {
    to = PackPair(to, 'h', header.name, header.value);
  }
  for (const HttpRequestCookie& cookie : request.cookies) {
    to = PackPair(to, cookie.replace ? 'r' : 'c', cookie.name, cookie.value);
  }
  return to;
}

}  // namespace

void PushResponse(JsCall call, const ResponseData& data) {
  call.PushObjectWithPrototype(Prototype(call), 1);
  const size_t request_size = PackedRequestSize(*data.request);
  const size_t text_size = data.error.size() + data.method.size() + data.url.size() + data.head.size() +
                           data.body.size() + request_size + data.request->body.size();
  char* buffer = call.PushFixedBuffer(sizeof(Packed) + text_size + kJsonPadding);
  auto* packed = new (buffer) Packed;
  packed->status = data.status;
  packed->error_code = data.error_code;
  packed->remote = data.remote;
  packed->body_kind = data.body_kind;
  packed->timings = data.timings;
  packed->tls_version = data.tls_version;
  packed->tls_cipher = data.tls_cipher;
  packed->error_size = static_cast<uint32_t>(data.error.size());
  packed->method_size = static_cast<uint32_t>(data.method.size());
  packed->url_size = static_cast<uint32_t>(data.url.size());
  packed->head_size = static_cast<uint32_t>(data.head.size());
  packed->body_size = static_cast<uint32_t>(data.body.size());
  packed->request_size = static_cast<uint32_t>(request_size);
  packed->request_body_size = static_cast<uint32_t>(data.request->body.size());
  char* text = buffer + sizeof(Packed);
  for (const std::string_view piece : {data.error, data.method, data.url, data.head, data.body}) {
    text = Copy(text, piece);
  }
  Copy(PackRequest(text, *data.request), data.request->body);
  call.PutHidden(-2, kBufferKey);
}

}  // namespace mockarty

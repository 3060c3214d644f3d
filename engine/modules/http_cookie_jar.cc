#include "engine/modules/http_cookie_jar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/url.h"
#include "engine/modules/http_session.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// A buffer that holds a JarPlace.
constexpr std::string_view kJarKey = MOCKARTY_HIDDEN_KEY("c");

struct JarPlace {
  std::shared_ptr<CookieJar>* holder = nullptr;
  const void* owner = nullptr;  // the object; what inherits from it has the key too, and is finalized as well
};

int64_t NowSeconds() { return WallClockMillis() / 1000; }

CookieJar& ThisJar(JsCall call, const char* method) {
  call.PushThis();
  const std::shared_ptr<CookieJar>* jar = ReadJar(call, call.Top() - 1);
  call.Pop();
  if (jar == nullptr) {
    call.Throw(JsError::kTypeError, "CookieJar.%s: not called on a CookieJar", method);
  }
  return **jar;
}

// What the methods own while they talk to the jar; nothing of the heap is called meanwhile.
bool ParseUrlArgument(JsCall call, Url* url, char* message, size_t size) {
  auto parsed = Url::Parse(call.String(0));
  if (parsed.ok()) {
    *url = *std::move(parsed);
    return true;
  }
  const absl::string_view text = parsed.status().message();
  message[text.copy(message, size - 1)] = '\0';
  return false;
}

void CoerceArguments(JsCall call, int count, const char* method) {
  call.SetTop(3);
  for (int i = 0; i < count; ++i) {
    if (call.IsNullOrUndefined(i)) {
      call.Throw(JsError::kTypeError, "CookieJar.%s: expected %s", method, i == 0 ? "a URL" : "the cookie's name");
    }
    call.CoerceToString(i);
  }
}

// What set() takes beside name and value; -1: not given. Texts stay on the stack.
struct SetOptions {
  std::string_view domain;
  std::string_view path;
  std::string_view expires;
  double max_age = NAN;
  bool secure = false;
  bool http_only = false;
};

// Pushes options[a], or options[b] where there is no a.
void PushOption(JsCall call, const char* a, const char* b) {
  call.GetProperty(3, a);
  if (call.IsNullOrUndefined(-1) && b != nullptr) {
    call.Pop();
    call.GetProperty(3, b);
  }
}

SetOptions ReadSetOptions(JsCall call) {
  SetOptions options;
  if (!call.IsObject(3)) {
    return options;
  }
  static constexpr const char* kTexts[] = {"domain", "path", "expires"};
  std::string_view* const texts[] = {&options.domain, &options.path, &options.expires};
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    call.GetProperty(3, kTexts[i]);
    if (!call.IsNullOrUndefined(-1)) {
      call.CoerceToString(-1);
      *texts[i] = call.RawString(-1);
    }
  }
  PushOption(call, "max_age", "maxAge");
  if (!call.IsNullOrUndefined(-1)) {
    options.max_age = call.CoerceToNumber(-1);
  }
  PushOption(call, "secure", nullptr);
  options.secure = call.Truthy(-1);
  PushOption(call, "http_only", "httpOnly");
  options.http_only = call.Truthy(-1);
  return options;
}

// False, with a message, for what no cookie can be.
bool Store(JsCall call, CookieJar& jar, const SetOptions& options, char* message, size_t size) {
  Url url;
  if (!ParseUrlArgument(call, &url, message, size)) {
    return false;
  }
  Cookie cookie;
  cookie.name = std::string(call.String(1));
  cookie.value = std::string(call.String(2));
  cookie.path = std::string(options.path);
  cookie.domain = std::string(options.domain.substr(options.domain.starts_with('.') ? 1 : 0));
  cookie.secure = options.secure;
  cookie.http_only = options.http_only;
  const int64_t now = NowSeconds();
  if (!options.expires.empty()) {
    const auto date = ParseCookieDate(options.expires);
    if (!date.has_value()) {
      snprintf(message, size, "expires: expected a date such as \"Mon, 02 Jan 2006 15:04:05 GMT\"");
      return false;
    }
    cookie.expires_s = *date;
  }
  if (!std::isnan(options.max_age)) {
    cookie.expires_s = options.max_age <= 0 ? INT64_MIN : now + static_cast<int64_t>(std::min(options.max_age, 1e12));
  }
  if (!jar.Store(url, std::move(cookie), now)) {
    snprintf(message, size, "the cookie cannot be set for that URL: see its name, value, domain, path and secure");
    return false;
  }
  return true;
}

// set(url, name, value, options)
JsReturn Set(JsCall call) {
  const int given = call.Top();
  call.SetTop(4);
  CookieJar& jar = ThisJar(call, "set");
  if (given < 3) {
    call.Throw(JsError::kTypeError, "CookieJar.set: expected a URL, a name and a value");
  }
  for (int i = 0; i < 3; ++i) {
    call.CoerceToString(i);
  }
  const SetOptions options = ReadSetOptions(call);
  char message[400];
  if (!Store(call, jar, options, message, sizeof message)) {
    call.Throw(JsError::kError, "CookieJar.set: %s", message);
  }
  call.PushBool(true);
  return JsReturn::kTop;
}

// Copies the matching cookies as "name\0value\0" into the session's text.
bool CopyMatching(JsCall call, CookieJar& jar, char* message, size_t size) {
  Url url;
  if (!ParseUrlArgument(call, &url, message, size)) {
    return false;
  }
  std::string& joined = call.Host<VuContext>().http->text;
  joined.clear();
  for (const Cookie* cookie : jar.Matching(url, NowSeconds())) {
    joined.append(cookie->name).push_back('\0');
    joined.append(cookie->value).push_back('\0');
  }
  return true;
}

std::string_view TakeText(std::string_view* rest) {
  const std::string_view text = rest->substr(0, rest->find('\0'));
  rest->remove_prefix(text.size() + 1);
  return text;
}

// cookiesForURL(url): {name: [value, ...]}
JsReturn CookiesForUrl(JsCall call) {
  CoerceArguments(call, 1, "cookiesForURL");
  CookieJar& jar = ThisJar(call, "cookiesForURL");
  char message[400];
  if (!CopyMatching(call, jar, message, sizeof message)) {
    call.Throw(JsError::kError, "CookieJar.cookiesForURL: %s", message);
  }
  std::string_view rest = call.Host<VuContext>().http->text;
  call.PushObject();
  const int object = call.Top() - 1;
  while (!rest.empty()) {
    const std::string_view name = TakeText(&rest);
    const std::string_view value = TakeText(&rest);
    call.GetProperty(object, name);
    if (!call.IsArray(-1)) {
      call.Pop();
      call.PushArray();
      call.Duplicate(-1);
      call.PutProperty(object, name);
    }
    const auto at = static_cast<unsigned>(call.Length(-1));
    call.PushString(value);
    call.PutIndex(-2, at);
    call.SetTop(object + 1);
  }
  return JsReturn::kTop;
}

// delete(url, name)
JsReturn Delete(JsCall call) {
  CoerceArguments(call, 2, "delete");
  CookieJar& jar = ThisJar(call, "delete");
  char message[400];
  bool ok;
  {
    Url url;
    ok = ParseUrlArgument(call, &url, message, sizeof message);
    if (ok) {
      jar.Remove(url, std::string(call.String(1)), NowSeconds());
    }
  }
  if (!ok) {
    call.Throw(JsError::kError, "CookieJar.delete: %s", message);
  }
  return JsReturn::kUndefined;
}

// clear(url); without a URL: everything.
JsReturn Clear(JsCall call) {
  CookieJar& jar = ThisJar(call, "clear");
  if (call.IsNullOrUndefined(0)) {
    jar.Clear();
    return JsReturn::kUndefined;
  }
  CoerceArguments(call, 1, "clear");
  char message[400];
  bool ok;
  {
    Url url;
    ok = ParseUrlArgument(call, &url, message, sizeof message);
    if (ok) {
      jar.Remove(url, NowSeconds());
    }
  }
  if (!ok) {
    call.Throw(JsError::kError, "CookieJar.clear: %s", message);
  }
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kMethods[] = {
    {"set", &JsTrampoline<Set>, -1, 0},
    {"cookiesForURL", &JsTrampoline<CookiesForUrl>, 1, 0},
    {"delete", &JsTrampoline<Delete>, 2, 0},
    {"clear", &JsTrampoline<Clear>, 1, 0},
};

// Pushes the buffer of the jar at `index`, if it is one.
bool GetPlace(JsCall call, int index, JarPlace* place) {
  if (!call.IsObject(index)) {
    return false;
  }
  call.GetHidden(index, kJarKey);
  const std::string_view bytes = call.Bytes(-1);
  if (bytes.size() != sizeof(JarPlace)) {
    call.Pop();
    return false;
  }
  memcpy(place, bytes.data(), sizeof(JarPlace));
  return true;
}

JsReturn FreeJar(JsCall call) {
  JarPlace place;
  if (GetPlace(call, 0, &place) && place.owner == call.HeapPointer(0)) {
    memset(const_cast<char*>(call.Bytes(-1).data()), 0, sizeof(JarPlace));
    delete place.holder;
  }
  return JsReturn::kUndefined;
}

// Pushes an object and leaves its buffer, to be filled, above it. It is finalized whatever happens meanwhile.
char* PushJar(JsCall call) {
  call.PushObject();
  PutFunctions(call, kMethods, std::size(kMethods));
  memset(call.PushFixedBuffer(sizeof(JarPlace)), 0, sizeof(JarPlace));
  call.Duplicate(-1);
  call.PutHidden(-3, kJarKey);
  call.SetFinalizer(-2, &JsTrampoline<FreeJar>);
  return const_cast<char*>(call.Bytes(-1).data());
}

// Gives what PushJar() left its jar.
void FillJar(JsCall call, char* bytes, std::shared_ptr<CookieJar> jar) {
  const JarPlace place{new std::shared_ptr<CookieJar>(std::move(jar)), call.HeapPointer(-2)};
  memcpy(bytes, &place, sizeof(JarPlace));
}

}  // namespace

const std::shared_ptr<CookieJar>* ReadJar(JsCall call, int index) {
  JarPlace place;
  if (!GetPlace(call, index, &place)) {
    return nullptr;
  }
  call.Pop();
  return place.holder;
}

JsReturn GetCookieJar(JsCall call) {
  auto& vu = call.Host<VuContext>();
  if (vu.http == nullptr || vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "http.cookieJar: not available in the init stage, only in the default function");
  }
  char* place = PushJar(call);
  // Not ours to free: it lives as long as the virtual user.
  FillJar(call, place, std::shared_ptr<CookieJar>(std::shared_ptr<void>(), &vu.http->client.cookies()));
  call.Pop();
  return JsReturn::kTop;
}

JsReturn NewCookieJar(JsCall call) {
  char* place = PushJar(call);
  FillJar(call, place, std::make_shared<CookieJar>());
  call.Pop();
  return JsReturn::kTop;
}

}  // namespace mockarty

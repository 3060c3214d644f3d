#include "engine/modules/response_headers.h"

#include <charconv>

#include "absl/strings/ascii.h"
#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

// Names longer than this are shown as they came.
constexpr size_t kMaxCanonicalName = 128;

struct HeaderLine {
  std::string_view name;
  std::string_view value;
};

// Walks the header lines of a head that the parser accepted.
class HeaderLines {
 public:
  explicit HeaderLines(std::string_view head) : rest_(head) { TakeLine(); }

  bool Next(HeaderLine* line) {
    while (!rest_.empty()) {
      const std::string_view text = TakeLine();
      const size_t colon = text.find(':');
      if (colon != text.npos && colon > 0) {
        line->name = text.substr(0, colon);
        line->value = TrimSpace(text.substr(colon + 1));
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view TakeLine() {
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    return line;
  }

  std::string_view rest_;
};

// "content-TYPE" -> "Content-Type", into `buffer` where it differs in length limits.
std::string_view Canonical(std::string_view name, char (&buffer)[kMaxCanonicalName]) {
  if (name.size() > kMaxCanonicalName) {
    return name;
  }
  bool start = true;
  for (size_t i = 0; i < name.size(); ++i) {
    buffer[i] = start ? absl::ascii_toupper(name[i]) : absl::ascii_tolower(name[i]);
    start = name[i] == '-';
  }
  return {buffer, name.size()};
}

void PutText(JsCall call, const char* key, std::string_view value) {
  call.PushString(value);
  call.PutProperty(-2, key);
}

// "key=value" or "key"; both trimmed.
void SplitPair(std::string_view text, std::string_view* key, std::string_view* value) {
  const size_t equals = text.find('=');
  *key = TrimSpace(text.substr(0, equals));
  *value = equals == text.npos ? std::string_view() : TrimSpace(text.substr(equals + 1));
}

void PushCookie(JsCall call, std::string_view name, std::string_view value, std::string_view attributes) {
  call.PushObject();
  PutText(call, "name", name);
  PutText(call, "value", value);
  std::string_view domain;
  std::string_view path;
  int64_t expires_s = 0;
  int64_t max_age = 0;
  bool http_only = false;
  bool secure = false;
  while (!attributes.empty()) {
    const size_t end = attributes.find(';');
    std::string_view key;
    std::string_view text;
    SplitPair(attributes.substr(0, end), &key, &text);
    attributes.remove_prefix(end == attributes.npos ? attributes.size() : end + 1);
    if (EqualsIgnoreCase(key, "domain")) {
      domain = text;
    } else if (EqualsIgnoreCase(key, "path")) {
      path = text;
    } else if (EqualsIgnoreCase(key, "expires")) {
      expires_s = ParseCookieDate(text).value_or(0);
    } else if (EqualsIgnoreCase(key, "max-age")) {
      std::from_chars(text.data(), text.data() + text.size(), max_age);
    } else if (EqualsIgnoreCase(key, "httponly")) {
      http_only = true;
    } else if (EqualsIgnoreCase(key, "secure")) {
      secure = true;
    }
  }
  PutText(call, "domain", domain);
  PutText(call, "path", path);
  // k6's documentation and k6 itself differ in how they write these.
  for (const char* key : {"max_age", "maxAge"}) {
    call.PushNumber(static_cast<double>(max_age));
    call.PutProperty(-2, key);
  }
  for (const char* key : {"http_only", "httpOnly"}) {
    call.PushBool(http_only);
    call.PutProperty(-2, key);
  }
  call.PushBool(secure);
  call.PutProperty(-2, "secure");
  call.PushNumber(static_cast<double>(expires_s) * 1000);
  call.PutProperty(-2, "expires");
}

}  // namespace

std::string_view StatusText(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const size_t space = line.find(' ');
  return space == line.npos ? std::string_view() : line.substr(space + 1);
}

void PushHeaders(JsCall call, std::string_view head) {
  call.PushObject();
  HeaderLines lines(head);
  HeaderLine line;
  char buffer[kMaxCanonicalName];
  while (lines.Next(&line)) {
    const std::string_view name = Canonical(line.name, buffer);
    if (call.GetProperty(-1, name) && call.IsString(-1)) {
      call.PushString(", ");
      call.PushString(line.value);
      call.Concatenate(3);
    } else {
      call.Pop();
      call.PushString(line.value);
    }
    call.PutProperty(-2, name);
  }
}

void PushCookies(JsCall call, std::string_view head) {
  call.PushObject();
  const int object = call.Top() - 1;
  HeaderLines lines(head);
  HeaderLine line;
  while (lines.Next(&line)) {
    if (!EqualsIgnoreCase(line.name, "set-cookie")) {
      continue;
    }
    const size_t end = line.value.find(';');
    std::string_view name;
    std::string_view value;
    SplitPair(line.value.substr(0, end), &name, &value);
    if (name.empty()) {
      continue;
    }
    call.GetProperty(object, name);
    if (!call.IsArray(-1)) {
      call.Pop();
      call.PushArray();
      call.Duplicate(-1);
      call.PutProperty(object, name);
    }
    const auto at = static_cast<unsigned>(call.Length(-1));
    PushCookie(call, name, value, end == line.value.npos ? std::string_view() : line.value.substr(end + 1));
    call.PutIndex(-2, at);
    call.SetTop(object + 1);
  }
}

}  // namespace mockarty

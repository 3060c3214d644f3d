#include "engine/clients/http/cookie_jar.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/clients/http/text.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 6265, 5.1.1: what separates the parts of a date.
bool IsDateDelimiter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x09 || (byte >= 0x20 && byte <= 0x2f) || (byte >= 0x3b && byte <= 0x40) ||
         (byte >= 0x5b && byte <= 0x60) || (byte >= 0x7b && byte <= 0x7e);
}

// Reads `min` to `max` digits at the front; what follows must not be a digit. -1 when it does not fit.
int LeadingNumber(std::string_view text, size_t min, size_t max) {
  size_t count = 0;
  int value = 0;
  while (count < text.size() && IsDigit(text[count])) {
    if (++count > max) return -1;
    value = value * 10 + (text[count - 1] - '0');
  }
  return count >= min ? value : -1;
}

struct DateParts {
  int hour = -1, minute = -1, second = -1, day = -1, month = -1, year = -1;
};

bool ReadTime(std::string_view token, DateParts* date) {
  const size_t first = token.find(':');
  const size_t second = first == std::string_view::npos ? first : token.find(':', first + 1);
  if (second == std::string_view::npos) return false;
  const int h = LeadingNumber(token.substr(0, first), 1, 2);
  const int m = LeadingNumber(token.substr(first + 1, second - first - 1), 1, 2);
  const int s = LeadingNumber(token.substr(second + 1), 1, 2);
  if (h < 0 || m < 0 || s < 0) return false;
  date->hour = h;
  date->minute = m;
  date->second = s;
  return true;
}

int MonthOf(std::string_view token) {
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                               "jul", "aug", "sep", "oct", "nov", "dec"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (EqualsIgnoreCase(token.substr(0, 3), kMonths[i])) return static_cast<int>(i) + 1;
  }
  return -1;
}

// Days since 1970-01-01 of a proleptic Gregorian date; the usual shift of the year to March.
int64_t DaysFromCivil(int year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return int64_t{era} * 146097 + day_of_era - 719468;
}

// RFC 6265, 5.1.3.
bool DomainMatches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.' &&
         !SocketAddress::FromLiteral(host, 0).has_value();
}

// RFC 6265, 5.1.4.
bool PathMatches(std::string_view path, std::string_view cookie_path) {
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') || path[cookie_path.size()] == '/';
}

std::string_view DefaultPath(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

int64_t ExpiryOfMaxAge(std::string_view text, int64_t now_s) {
  const bool negative = text.front() == '-';
  int64_t seconds = 0;
  for (char c : text.substr(negative ? 1 : 0)) {
    seconds = std::min<int64_t>(seconds * 10 + (c - '0'), int64_t{1} << 40);
  }
  return negative || seconds == 0 ? INT64_MIN : now_s + seconds;
}

void ApplyAttribute(std::string_view name, std::string_view value, int64_t now_s, bool* has_max_age, Cookie* cookie) {
  if (EqualsIgnoreCase(name, "max-age")) {
    const std::string_view digits = value.substr(!value.empty() && value.front() == '-' ? 1 : 0);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), IsDigit)) return;
    cookie->expires_s = ExpiryOfMaxAge(value, now_s);
    *has_max_age = true;
  } else if (EqualsIgnoreCase(name, "expires")) {
    const auto date = ParseCookieDate(value);
    if (date.has_value() && !*has_max_age) cookie->expires_s = *date;
  } else if (EqualsIgnoreCase(name, "domain")) {
    if (value.starts_with('.')) value.remove_prefix(1);
    cookie->domain = value;
    LowerAscii(&cookie->domain);
  } else if (EqualsIgnoreCase(name, "path")) {
    cookie->path = value.starts_with('/') ? value : std::string_view();
  } else if (EqualsIgnoreCase(name, "secure")) {
    cookie->secure = true;
  } else if (EqualsIgnoreCase(name, "httponly")) {
    cookie->http_only = true;
  }
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

std::optional<int64_t> ParseCookieDate(std::string_view text) {
  DateParts date;
  size_t at = 0;
  while (at < text.size()) {
    if (IsDateDelimiter(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && !IsDateDelimiter(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    at = end;
    if (date.hour < 0 && ReadTime(token, &date)) continue;
    if (date.day < 0 && (date.day = LeadingNumber(token, 1, 2)) >= 0) continue;
    if (date.month < 0 && (date.month = MonthOf(token)) >= 0) continue;
    if (date.year < 0) date.year = LeadingNumber(token, 2, 4);
  }
  if (date.year >= 70 && date.year <= 99) date.year += 1900;
  if (date.year >= 0 && date.year <= 69) date.year += 2000;
  const bool ok = date.day >= 1 && date.day <= 31 && date.month >= 1 && date.year >= 1601 && date.hour >= 0 &&
                  date.hour <= 23 && date.minute <= 59 && date.second <= 59;
  if (!ok) return std::nullopt;
  return DaysFromCivil(date.year, date.month, date.day) * 86400 + date.hour * 3600 + date.minute * 60 + date.second;
}

std::optional<Cookie> ParseSetCookie(std::string_view field, int64_t now_s) {
  if (field.size() > CookieJar::kMaxCookieBytes || HasControl(field)) return std::nullopt;
  const size_t pair_end = std::min(field.find(';'), field.size());
  const std::string_view pair = field.substr(0, pair_end);
  const size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Cookie cookie;
  cookie.name = TrimSpace(pair.substr(0, equals));
  cookie.value = TrimSpace(pair.substr(equals + 1));
  cookie.path.clear();
  if (cookie.name.empty()) return std::nullopt;
  bool has_max_age = false;
  field.remove_prefix(pair_end);
  while (!field.empty()) {
    field.remove_prefix(1);  // the ';'
    const size_t end = std::min(field.find(';'), field.size());
    const std::string_view attribute = field.substr(0, end);
    const size_t sign = attribute.find('=');
    const std::string_view value =
        sign == std::string_view::npos ? std::string_view() : TrimSpace(attribute.substr(sign + 1));
    ApplyAttribute(TrimSpace(attribute.substr(0, sign)), value, now_s, &has_max_age, &cookie);
    field.remove_prefix(end);
  }
  return cookie;
}

void CookieJar::StoreField(const Url& url, std::string_view field, int64_t now_s) {
  if (auto cookie = ParseSetCookie(field, now_s)) Store(url, *std::move(cookie), now_s);
}

bool CookieJar::Store(const Url& url, Cookie cookie, int64_t now_s) {
  if (cookie.name.empty() || cookie.name.size() + cookie.value.size() > kMaxCookieBytes) return false;
  const bool sendable = !HasControl(cookie.name) && !HasControl(cookie.value) &&
                        cookie.name.find_first_of("=;") == std::string::npos &&
                        cookie.value.find(';') == std::string::npos;
  if (!sendable) return false;
  const std::string_view host = url.host();
  if (cookie.domain.empty() || cookie.domain == host) {
    cookie.host_only = cookie.domain.empty();
    cookie.domain = host;
  } else {
    if (cookie.domain.find('.') == std::string::npos || !DomainMatches(host, cookie.domain)) return false;
    cookie.host_only = false;
  }
  if (cookie.path.empty()) cookie.path = DefaultPath(url.path());
  if (cookie.secure && !url.https()) return false;  // RFC 6265bis, 5.6
  if (cookie.name.starts_with("__Secure-") && !cookie.secure) return false;
  if (cookie.name.starts_with("__Host-") && !(cookie.secure && cookie.host_only && cookie.path == "/")) return false;

  const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const Cookie& kept) {
    return kept.name == cookie.name && kept.domain == cookie.domain && kept.path == cookie.path;
  });
  const bool gone = cookie.expires_s <= now_s;
  if (same != cookies_.end()) {
    if (gone) {
      cookies_.erase(same);
    } else {
      *same = std::move(cookie);  // keeps its place: its age is that of the first (5.3, 11.3)
    }
    return true;
  }
  if (gone) return true;
  Expire(now_s);
  MakeRoom(cookie.domain);
  cookies_.push_back(std::move(cookie));
  return true;
}

void CookieJar::Expire(int64_t now_s) {
  std::erase_if(cookies_, [now_s](const Cookie& cookie) { return cookie.expires_s <= now_s; });
}

void CookieJar::MakeRoom(const std::string& domain) {
  const auto of_domain = [&](const Cookie& cookie) { return cookie.domain == domain; };
  if (std::count_if(cookies_.begin(), cookies_.end(), of_domain) >= static_cast<std::ptrdiff_t>(kMaxPerDomain)) {
    cookies_.erase(std::find_if(cookies_.begin(), cookies_.end(), of_domain));
  } else if (cookies_.size() >= kMaxCookies) {
    cookies_.erase(cookies_.begin());
  }
}

std::vector<const Cookie*> CookieJar::Matching(const Url& url, int64_t now_s) {
  Expire(now_s);
  std::vector<const Cookie*> result;
  for (const Cookie& cookie : cookies_) {
    const bool domain_ok = cookie.host_only ? url.host() == cookie.domain : DomainMatches(url.host(), cookie.domain);
    if (domain_ok && (url.https() || !cookie.secure) && PathMatches(url.path(), cookie.path)) {
      result.push_back(&cookie);
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Cookie* a, const Cookie* b) { return a->path.size() > b->path.size(); });
  return result;
}

void CookieJar::Remove(const Url& url, int64_t now_s) {
  const std::vector<const Cookie*> matching = Matching(url, now_s);
  std::erase_if(cookies_, [&](const Cookie& cookie) {
    return std::find(matching.begin(), matching.end(), &cookie) != matching.end();
  });
}

void CookieJar::Remove(const Url& url, std::string_view name, int64_t now_s) {
  std::vector<std::pair<std::string, std::string>> keys;
  for (const Cookie* cookie : Matching(url, now_s)) {
    if (cookie->name == name) keys.emplace_back(cookie->domain, cookie->path);
  }
  std::erase_if(cookies_, [&](const Cookie& cookie) {
    return cookie.name == name &&
           std::find(keys.begin(), keys.end(), std::pair(cookie.domain, cookie.path)) != keys.end();
  });
}

}  // namespace mockarty

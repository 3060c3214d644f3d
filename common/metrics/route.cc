#include "common/metrics/route.h"

#include <algorithm>
#include <cstddef>

#include "common/metrics/registry.h"

namespace mockarty {
namespace {

constexpr size_t kMaxNameBytes = MetricRegistry::kMaxTagValueBytes;
constexpr size_t kMaxSegments = 32;
constexpr size_t kMinHexDigits = 16;
constexpr std::string_view kCutMark = "...";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool IsUuid(std::string_view segment) {
  if (segment.size() != 36) {
    return false;
  }
  for (size_t i = 0; i < segment.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? segment[i] != '-' : !IsHexDigit(segment[i])) {
      return false;
    }
  }
  return true;
}

std::string_view NormaliseSegment(std::string_view segment) {
  if (segment.empty()) {
    return segment;
  }
  if (std::all_of(segment.begin(), segment.end(), IsDigit)) {
    return "{id}";
  }
  if (IsUuid(segment)) {
    return "{uuid}";
  }
  if (segment.size() >= kMinHexDigits && std::all_of(segment.begin(), segment.end(), IsHexDigit) &&
      std::any_of(segment.begin(), segment.end(), IsDigit)) {
    return "{hex}";
  }
  return segment;
}

// Appends the normalised path to `name`, which already holds what comes before it.
void AppendPath(std::string_view path, std::string& name) {
  path = path.substr(0, path.find_first_of("?#"));
  if (path.empty() || path[0] != '/') {
    name.push_back('/');
  } else {
    path.remove_prefix(1);
    name.push_back('/');
  }
  size_t segments = 0;
  while (!path.empty()) {
    if (++segments > kMaxSegments || name.size() > kMaxNameBytes) {
      name += kCutMark;
      break;
    }
    const size_t slash = path.find('/');
    name += NormaliseSegment(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      break;
    }
    name.push_back('/');
    path.remove_prefix(slash + 1);
  }
  if (name.size() > kMaxNameBytes) {
    name.resize(CutUtf8(name, kMaxNameBytes - kCutMark.size()).size());
    name += kCutMark;
  }
}

}  // namespace

std::string NormalisePath(std::string_view path) {
  std::string name;
  AppendPath(path, name);
  return name;
}

std::string RouteName(std::string_view url) {
  std::string name;
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && scheme <= 16) {
    std::string_view rest = url.substr(scheme + 3);
    const size_t host_end = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, host_end);
    if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
      authority.remove_prefix(at + 1);
    }
    name.reserve(url.size() + 8);
    name.append(url.substr(0, scheme + 3));
    for (const char c : CutUtf8(authority, kMaxNameBytes / 2)) {
      name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    url = rest.substr(host_end);
  }
  AppendPath(url, name);
  return name;
}

}  // namespace mockarty

#include "engine/script/file_url.h"

#include <charconv>

namespace mockarty {
namespace {

constexpr std::string_view kScheme = "file://";
constexpr std::string_view kRoot = "/@test/";
constexpr std::string_view kUp = "@up/";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (text->substr(0, prefix.size()) != prefix) {
    return false;
  }
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string FileUrlOf(std::string_view file) {
  std::string url(kScheme);
  if (file.substr(0, 1) != "/") {
    url += kRoot;
  }
  while (TakePrefix(&file, "../")) {
    url += kUp;
  }
  constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : file) {
    if (IsPlain(c)) {
      url += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return url;
}

std::optional<std::string> FileOfUrl(std::string_view url) {
  TakePrefix(&url, kScheme);
  if (!TakePrefix(&url, kRoot)) {
    return std::nullopt;
  }
  std::string file;
  while (TakePrefix(&url, kUp)) {
    file += "../";
  }
  for (size_t i = 0; i < url.size(); ++i) {
    unsigned byte = 0;
    if (url[i] == '%' && i + 2 < url.size() &&
        std::from_chars(url.data() + i + 1, url.data() + i + 3, byte, 16).ptr == url.data() + i + 3) {
      file += static_cast<char>(byte);
      i += 2;
    } else {
      file += url[i];
    }
  }
  return file;
}

}  // namespace mockarty

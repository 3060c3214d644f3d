#include "engine/modules/http_call.h"

#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

// Arenas above this are freed between iterations.
constexpr size_t kKeptArenaBytes = 4096;

}  // namespace

bool HttpCall::HasRoomFor(std::string_view text) {
  too_large_ = too_large_ || text.size() > kMaxBytes - arena_.size();
  return !too_large_;
}

HttpCall::Text HttpCall::Add(std::string_view text) {
  if (!HasRoomFor(text)) {
    text = {};
  }
  const Text added{static_cast<uint32_t>(arena_.size()), static_cast<uint32_t>(text.size())};
  arena_.append(text);
  return added;
}

void HttpCall::Append(Text& text, std::string_view more) {
  if (!HasRoomFor(more)) {
    return;
  }
  arena_.append(more);
  text.size += static_cast<uint32_t>(more.size());
}

bool HttpCall::HasHeader(std::string_view name) const {
  for (const Header& header : headers_) {
    if (EqualsIgnoreCase(View(header.name), name)) {
      return true;
    }
  }
  return false;
}

void HttpCall::Finish(HttpRequest& request) {
  header_views_.clear();
  for (const Header& header : headers_) {
    header_views_.push_back({View(header.name), View(header.value)});
  }
  cookie_views_.clear();
  for (const RequestCookie& cookie : cookies_) {
    cookie_views_.push_back({View(cookie.name), View(cookie.value), cookie.replace});
  }
  request.headers = header_views_;
  request.cookies = cookie_views_;
}

void HttpCall::Clear() {
  arena_.clear();
  too_large_ = false;
  headers_.clear();
  cookies_.clear();
  header_views_.clear();
  cookie_views_.clear();
  has_expected = false;
  jar.reset();
}

void HttpCall::Trim() {
  jar.reset();
  if (arena_.capacity() > kKeptArenaBytes) {
    std::string().swap(arena_);
  }
}

}  // namespace mockarty

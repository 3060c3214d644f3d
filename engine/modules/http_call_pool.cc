#include "engine/modules/http_call_pool.h"

#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

// Entries and arenas above these are freed between iterations.
constexpr size_t kKeptCalls = 1;
constexpr size_t kKeptArenaBytes = 4096;

}  // namespace

HttpCall::Text HttpCall::Add(std::string_view text) {
  const Text added{static_cast<uint32_t>(arena_.size()), static_cast<uint32_t>(text.size())};
  arena_.append(text);
  return added;
}

void HttpCall::Append(Text& text, std::string_view more) {
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
  headers_.clear();
  cookies_.clear();
  header_views_.clear();
  cookie_views_.clear();
}

HttpCall& HttpCallPool::Take(const void* frame) {
  for (const auto& call : calls_) {
    // Stacks grow down: a native that still runs has a frame above ours.
    if (call->frame_ == nullptr || call->frame_ <= frame) {
      call->Clear();
      call->frame_ = frame;
      return *call;
    }
  }
  calls_.push_back(std::make_unique<HttpCall>());
  calls_.back()->frame_ = frame;
  return *calls_.back();
}

void HttpCallPool::Release(HttpCall& call) { call.frame_ = nullptr; }

void HttpCallPool::ReleaseAll() {
  if (calls_.size() > kKeptCalls) {
    calls_.resize(kKeptCalls);
  }
  for (const auto& call : calls_) {
    call->frame_ = nullptr;
    if (call->arena_.capacity() > kKeptArenaBytes) {
      std::string().swap(call->arena_);
    }
  }
}

}  // namespace mockarty

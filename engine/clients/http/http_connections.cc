#include "engine/clients/http/http_connections.h"

#include <algorithm>

#include "engine/clients/http/http_endpoint.h"

namespace mockarty {

HttpConnections::HttpConnections(const HttpTransport* transport)
    : transport_(transport), user_(transport->TakeUser()) {}

HttpConnections::~HttpConnections() = default;

HttpEndpoint& HttpConnections::Acquire(const Url& url, bool fresh, Nanos deadline) {
  ++uses_;
  for (;;) {
    HttpEndpoint* closed = nullptr;
    HttpEndpoint* opening = nullptr;
    for (auto& endpoint : endpoints_) {
      if (!endpoint->Serves(url)) continue;
      if (endpoint->users > 0) {
        if (!fresh && endpoint->CanShare()) {
          ++endpoint->users;
          endpoint->last_use = uses_;
          return *endpoint;
        }
        if (endpoint->opening() && endpoint->MayShare()) opening = endpoint.get();
        continue;
      }
      if (!fresh && endpoint->Usable()) {
        endpoint->users = 1;
        endpoint->last_use = uses_;
        return *endpoint;
      }
      closed = endpoint.get();
    }
    // Past the deadline the caller finds out by itself.
    if (!fresh && opening != nullptr && opening->WaitUntilOpen(deadline)) continue;
    HttpEndpoint& taken = closed != nullptr ? *closed : Add(url);
    taken.Close();
    taken.users = 1;
    taken.last_use = uses_;
    return taken;
  }
}

void HttpConnections::Release(HttpEndpoint& endpoint, bool keep) {
  if (!keep) endpoint.retired = true;
  if (--endpoint.users > 0) return;
  if (endpoint.retired) endpoint.Close();
  if (endpoints_.size() > kMaxKept) MakeRoom();
}

HttpEndpoint& HttpConnections::Add(const Url& url) {
  if (endpoints_.size() >= kMaxKept) MakeRoom();
  endpoints_.push_back(std::make_unique<HttpEndpoint>(url));
  return *endpoints_.back();
}

// The one unused for longest goes.
void HttpConnections::MakeRoom() {
  auto oldest = endpoints_.end();
  for (auto it = endpoints_.begin(); it != endpoints_.end(); ++it) {
    if ((*it)->users == 0 && (oldest == endpoints_.end() || (*it)->last_use < (*oldest)->last_use)) oldest = it;
  }
  if (oldest != endpoints_.end()) endpoints_.erase(oldest);
}

void HttpConnections::Close() {
  for (auto& endpoint : endpoints_) {
    endpoint->retired = true;
    if (endpoint->users == 0) endpoint->Close();
  }
}

void HttpConnections::VisitMemory(const std::function<void(const void* begin, size_t size)>& visit) const {
  visit(endpoints_.data(), endpoints_.size() * sizeof(endpoints_[0]));
  for (const auto& endpoint : endpoints_) visit(endpoint.get(), sizeof *endpoint);
}

}  // namespace mockarty

#include "engine/clients/net/dns_resolver.h"

#include <netdb.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

// More addresses than this are not kept: nobody tries them all.
constexpr size_t kMaxAddresses = 64;

DnsResolver::Answer SystemLookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  DnsResolver::Answer answer;
  if (code != 0) {
    const bool unknown = code == EAI_NONAME || code == EAI_NODATA;
    answer.error.kind = unknown ? NetErrorKind::kNoSuchHost : NetErrorKind::kDns;
    const std::string why = code == EAI_SYSTEM ? std::generic_category().message(errno) : gai_strerror(code);
    answer.error.message = unknown ? absl::StrCat("no such host \"", host, "\"")
                                   : absl::StrCat("looking up host \"", host, "\" failed: ", why);
    return answer;
  }
  for (const addrinfo* item = list; item != nullptr && answer.addresses.size() < kMaxAddresses; item = item->ai_next) {
    if (item->ai_family == AF_INET) {
      answer.addresses.push_back(
          SocketAddress::FromV4(reinterpret_cast<const sockaddr_in*>(item->ai_addr)->sin_addr, 0));
    } else if (item->ai_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(item->ai_addr);
      answer.addresses.push_back(SocketAddress::FromV6(v6->sin6_addr, v6->sin6_scope_id, 0));
    }
  }
  freeaddrinfo(list);
  if (answer.addresses.empty()) {
    answer.error = {NetErrorKind::kNoSuchHost, absl::StrCat("host \"", host, "\" has no IPv4 or IPv6 address")};
  }
  return answer;
}

// One waiting fiber. `answer` is written before the event is posted, which is touched on the loop's thread only.
struct Waiter {
  Loop* loop;
  Event event;
  DnsResolver::Answer answer;
};

struct Entry {
  bool in_flight = false;
  DnsResolver::Answer answer;
  Nanos expires = INT64_MIN;
  uint32_t turn = 0;
  std::vector<std::shared_ptr<Waiter>> waiters;
};

// IPv4 first, as machines without a route to IPv6 are common; each family rotated by one more at every call.
DnsResolver::Answer TakeAnswer(Entry* entry, bool rotate, bool one_family) {
  DnsResolver::Answer taken;
  taken.error = entry->answer.error;
  const uint32_t turn = entry->turn++;
  if (one_family) {
    taken.addresses = entry->answer.addresses;
    if (rotate && !taken.addresses.empty()) {
      const auto count = static_cast<std::ptrdiff_t>(taken.addresses.size());
      std::rotate(taken.addresses.begin(), taken.addresses.begin() + turn % count, taken.addresses.end());
    }
    return taken;
  }
  for (const bool v6 : {false, true}) {
    const auto begin = static_cast<std::ptrdiff_t>(taken.addresses.size());
    for (const SocketAddress& address : entry->answer.addresses) {
      if (address.IsV6() == v6) taken.addresses.push_back(address);
    }
    const auto count = static_cast<std::ptrdiff_t>(taken.addresses.size()) - begin;
    if (rotate && count > 1) {
      std::rotate(taken.addresses.begin() + begin, taken.addresses.begin() + begin + turn % count,
                  taken.addresses.end());
    }
  }
  return taken;
}

}  // namespace

struct DnsResolver::State {
  explicit State(Options given) : options(std::move(given)) {
    if (!options.lookup) options.lookup = SystemLookup;
  }

  Nanos Now() const { return options.clock != nullptr ? options.clock->Now() : MonotonicNow(); }
  // On a lookup thread.
  void RunLookups();
  // These need `mutex` held.
  bool MakeRoom();
  void Complete(const std::string& host, Answer answer);

  Options options;
  std::mutex mutex;
  std::condition_variable work_added;
  bool stopped = false;  // guarded by mutex, as all below
  int threads = 0;
  int idle_threads = 0;
  std::deque<std::string> queue;
  std::unordered_map<std::string, Entry> entries;
};

// False when every name is being looked up or waited for.
bool DnsResolver::State::MakeRoom() {
  if (entries.size() < options.max_names) return true;
  auto victim = entries.end();
  for (auto it = entries.begin(); it != entries.end(); ++it) {
    if (it->second.in_flight) continue;
    if (victim == entries.end() || it->second.expires < victim->second.expires) victim = it;
  }
  if (victim == entries.end()) return false;
  entries.erase(victim);
  return true;
}

void DnsResolver::State::Complete(const std::string& host, Answer answer) {
  Entry& entry = entries[host];
  entry.in_flight = false;
  entry.expires = Now() + (answer.error.ok() ? options.ttl : options.negative_ttl);
  entry.answer = std::move(answer);
  // Posting under the mutex: a waiter that gives up takes it too, so its loop is still there.
  for (const std::shared_ptr<Waiter>& waiter : entry.waiters) {
    waiter->answer = TakeAnswer(&entry, options.rotate, options.one_family);
    waiter->loop->Post([waiter] { waiter->event.Set(); });
  }
  entry.waiters.clear();
}

void DnsResolver::State::RunLookups() {
  std::unique_lock<std::mutex> lock(mutex);
  while (true) {
    ++idle_threads;
    work_added.wait(lock, [this] { return stopped || !queue.empty(); });
    --idle_threads;
    if (stopped) return;
    const std::string host = std::move(queue.front());
    queue.pop_front();
    lock.unlock();
    Answer answer = options.lookup(host);
    lock.lock();
    if (stopped) return;
    Complete(host, std::move(answer));
  }
}

DnsResolver::DnsResolver(Options options) : state_(std::make_shared<State>(std::move(options))) {}

DnsResolver::~DnsResolver() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->stopped = true;
  state_->work_added.notify_all();
}

NetError DnsResolver::Resolve(std::string_view host, uint16_t port, Nanos deadline,
                              std::vector<SocketAddress>* addresses) {
  addresses->clear();
  if (const auto literal = SocketAddress::FromLiteral(host, port)) {
    addresses->push_back(*literal);
    return {};
  }
  Answer answer;
  if (NetError error = Find(std::string(host), deadline, &answer); !error.ok()) return error;
  *addresses = std::move(answer.addresses);
  for (SocketAddress& address : *addresses) address.set_port(port);
  return std::move(answer.error);
}

NetError DnsResolver::Find(const std::string& host, Nanos deadline, Answer* answer) {
  auto waiter = std::make_shared<Waiter>();
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    auto found = state_->entries.find(host);
    if (found == state_->entries.end()) {
      if (!state_->MakeRoom())
        return {NetErrorKind::kDns, absl::StrCat("too many host names at once, at \"", host, "\"")};
      found = state_->entries.try_emplace(host).first;
    }
    Entry& entry = found->second;
    if (!entry.in_flight && state_->Now() < entry.expires) {
      *answer = TakeAnswer(&entry, state_->options.rotate, state_->options.one_family);
      return {};
    }
    if (!entry.in_flight) Enqueue(host, &entry.in_flight);
    waiter->loop = Fiber::Current()->loop();
    entry.waiters.push_back(waiter);
  }
  const WaitResult result = Fiber::Current()->WaitEvent(waiter->event, deadline);
  if (result == WaitResult::kReady) {
    *answer = std::move(waiter->answer);
    return {};
  }
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto found = state_->entries.find(host); found != state_->entries.end()) {
    std::erase(found->second.waiters, waiter);
  }
  if (result == WaitResult::kInterrupted) return {NetErrorKind::kInterrupted, "interrupted"};
  return {NetErrorKind::kDns, absl::StrCat("looking up host \"", host, "\" timed out")};
}

// With the mutex held.
void DnsResolver::Enqueue(const std::string& host, bool* in_flight) {
  *in_flight = true;
  state_->queue.push_back(host);
  if (state_->idle_threads == 0 && state_->threads < state_->options.threads) {
    ++state_->threads;
    // Not joined: getaddrinfo cannot be cancelled and may take many seconds.
    std::thread([state = state_] { state->RunLookups(); }).detach();
  }
  state_->work_added.notify_one();
}

}  // namespace mockarty

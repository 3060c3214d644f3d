#include "engine/clients/net/dns_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/time/clock.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

// Answers from a table, counts, and can be held back.
class FakeLookup {
 public:
  void Add(const std::string& host, const std::vector<std::string>& addresses) { table_[host] = addresses; }

  DnsResolver::Answer operator()(const std::string& host) {
    std::unique_lock<std::mutex> lock(mutex_);
    ++calls_;
    changed_.wait(lock, [this] { return open_; });
    DnsResolver::Answer answer;
    for (const std::string& address : table_[host]) {
      answer.addresses.push_back(*SocketAddress::FromLiteral(address, 0));
    }
    if (answer.addresses.empty()) answer.error = {NetErrorKind::kNoSuchHost, "no such host \"" + host + "\""};
    return answer;
  }

  void Hold() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = false;
  }
  void Release() {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int calls() {
    std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }

 private:
  std::map<std::string, std::vector<std::string>> table_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int calls_ = 0;
};

class DnsResolverTest : public testing::Test {
 protected:
  DnsResolver::Options Options() {
    DnsResolver::Options options;
    options.lookup = [lookup = lookup_](const std::string& host) { return (*lookup)(host); };
    options.clock = &clock_;
    return options;
  }

  // "ip:port ip:port", or the error.
  static std::string Resolve(DnsResolver& resolver, const std::string& host, Nanos deadline = kNever) {
    std::vector<SocketAddress> addresses;
    const NetError error = resolver.Resolve(host, 80, deadline, &addresses);
    std::string text = error.message;
    for (const SocketAddress& address : addresses) text += (text.empty() ? "" : " ") + address.ToString();
    return text;
  }

  // Shared: a lookup thread may outlive the test.
  std::shared_ptr<FakeLookup> lookup_ = std::make_shared<FakeLookup>();
  FakeClock clock_;
};

TEST_F(DnsResolverTest, LiteralsNeedNoLookup) {
  DnsResolver resolver(Options());
  EXPECT_EQ(Resolve(resolver, "127.0.0.1"), "127.0.0.1:80");
  EXPECT_EQ(Resolve(resolver, "::1"), "[::1]:80");
  EXPECT_EQ(lookup_->calls(), 0);
}

TEST_F(DnsResolverTest, RotatesEachFamilyAndPrefersIpv4) {
  lookup_->Add("h", {"::1", "10.0.0.1", "10.0.0.2", "::2", "10.0.0.3"});
  DnsResolver resolver(Options());
  RunOnFiber([&] {
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 [::1]:80 [::2]:80");
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.2:80 10.0.0.3:80 10.0.0.1:80 [::2]:80 [::1]:80");
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.3:80 10.0.0.1:80 10.0.0.2:80 [::1]:80 [::2]:80");
  });
  EXPECT_EQ(lookup_->calls(), 1);
}

TEST_F(DnsResolverTest, OneFamilyIsTheOrderOfTheAnswerRotated) {
  lookup_->Add("h", {"::1", "10.0.0.1", "::2"});
  DnsResolver::Options options = Options();
  options.one_family = true;
  DnsResolver resolver(options);
  options.rotate = false;
  DnsResolver first(options);
  RunOnFiber([&] {
    EXPECT_EQ(Resolve(resolver, "h"), "[::1]:80 10.0.0.1:80 [::2]:80");
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.1:80 [::2]:80 [::1]:80");
    EXPECT_EQ(Resolve(first, "h"), "[::1]:80 10.0.0.1:80 [::2]:80");
    EXPECT_EQ(Resolve(first, "h"), "[::1]:80 10.0.0.1:80 [::2]:80");
    EXPECT_EQ(Resolve(first, "none"), "no such host \"none\"");
  });
}

TEST_F(DnsResolverTest, ForgetsWhenTheTimeIsUp) {
  lookup_->Add("h", {"10.0.0.1"});
  DnsResolver resolver(Options());
  RunOnFiber([&] {
    Resolve(resolver, "h");
    clock_.Advance(299 * kNanosPerSecond);
    Resolve(resolver, "h");
    EXPECT_EQ(lookup_->calls(), 1);
    clock_.Advance(kNanosPerSecond);
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.1:80");
    EXPECT_EQ(lookup_->calls(), 2);
    EXPECT_EQ(Resolve(resolver, "none"), "no such host \"none\"");
    EXPECT_EQ(Resolve(resolver, "none"), "no such host \"none\"");
    EXPECT_EQ(lookup_->calls(), 3);
    clock_.Advance(kNanosPerSecond);
    Resolve(resolver, "none");
    EXPECT_EQ(lookup_->calls(), 4);
  });
}

TEST_F(DnsResolverTest, LooksANameUpOnceForAllWhoAsk) {
  lookup_->Add("h", {"10.0.0.1"});
  lookup_->Hold();
  DnsResolver resolver(Options());
  auto loop = std::move(Loop::Create()).value();
  std::vector<std::unique_ptr<Fiber>> fibers;
  int left = 50;
  for (int i = 0; i < 50; ++i) {
    fibers.push_back(std::move(Fiber::Create(loop.get(), [&] {
                       EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.1:80");
                       if (--left == 0) loop->Stop();
                     })).value());
    loop->MakeReady(fibers.back().get());
  }
  loop->Post([&] { lookup_->Release(); });
  loop->Run();
  EXPECT_EQ(left, 0);
  EXPECT_EQ(lookup_->calls(), 1);
}

TEST_F(DnsResolverTest, GivesUpAtTheDeadlineAndWhenInterrupted) {
  lookup_->Add("h", {"10.0.0.1"});
  lookup_->Hold();
  DnsResolver resolver(Options());
  RunOnFiber([&] {
    EXPECT_EQ(Resolve(resolver, "h", MonotonicNow() + kNanosPerMilli), "looking up host \"h\" timed out");
    Fiber::Current()->Interrupt();
    EXPECT_EQ(Resolve(resolver, "h"), "interrupted");
    Fiber::Current()->ClearInterrupt();
    lookup_->Release();
    EXPECT_EQ(Resolve(resolver, "h"), "10.0.0.1:80");
  });
}

TEST_F(DnsResolverTest, KeepsABoundedNumberOfNames) {
  DnsResolver::Options options = Options();
  options.max_names = 3;
  DnsResolver resolver(std::move(options));
  for (const char* host : {"a", "b", "c", "d"}) lookup_->Add(host, {"10.0.0.1"});
  RunOnFiber([&] {
    for (const char* host : {"a", "b", "c", "d"}) {
      EXPECT_EQ(Resolve(resolver, host), "10.0.0.1:80");
      clock_.Advance(kNanosPerSecond);
    }
    EXPECT_EQ(lookup_->calls(), 4);
    Resolve(resolver, "d");
    EXPECT_EQ(lookup_->calls(), 4);
    Resolve(resolver, "a");  // the oldest had to go
    EXPECT_EQ(lookup_->calls(), 5);
  });
}

TEST_F(DnsResolverTest, ReadsTheHostsFile) {
  DnsResolver resolver;
  RunOnFiber([&] { EXPECT_THAT(Resolve(resolver, "localhost"), HasSubstr("127.0.0.1:80")); });
}

TEST_F(DnsResolverTest, AsksAboutNamesThatCannotExist) {
  DnsResolver resolver;
  RunOnFiber([&] {
    std::vector<SocketAddress> addresses;
    // .invalid never exists (RFC 6761); without a name server the machine cannot say so, which is another error.
    const NetError error = resolver.Resolve("no-such-host.invalid", 80, kNever, &addresses);
    EXPECT_TRUE(error.kind == NetErrorKind::kNoSuchHost || error.kind == NetErrorKind::kDns);
    EXPECT_THAT(error.message, HasSubstr("no-such-host.invalid"));
    EXPECT_TRUE(addresses.empty());
  });
}

}  // namespace
}  // namespace mockarty

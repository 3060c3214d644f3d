#include "engine/clients/http/http_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/vu/fiber.h"
#include "engine/vu/fiber_pool.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

class HttpBatchTest : public HttpClientFixture {
 protected:
  struct Item {
    std::string url;
    HttpRequest request;
    HttpResponse response;
    std::unique_ptr<HttpExchange> exchange;
  };

  void Add(const std::string& url) {
    items_.push_back(std::make_unique<Item>());
    Item& item = *items_.back();
    item.url = url;
    item.request.url = item.url;
    item.exchange = client_->MakeExchange();
  }
  void RunBatch(const HttpBatchLimits& limits) {
    std::vector<HttpBatchRequest> list;
    for (const auto& item : items_) list.push_back({item->exchange.get(), &item->request, &item->response});
    RunHttpBatch(list, limits);
  }
  void TearDown() override { items_.clear(); }

  std::vector<std::unique_ptr<Item>> items_;
};

// Answers no request before `together` of them are there, and remembers the most at a time.
class CountingServer {
 public:
  explicit CountingServer(int together)
      : server_([this, together](TestConnection& connection) {
          for (std::string request; !(request = connection.ReadRequest()).empty();) {
            const int now = ++inside_;
            for (int most = most_; now > most && !most_.compare_exchange_weak(most, now);) {
            }
            ++seen_;
            while (seen_ < together && !over_) std::this_thread::yield();
            --inside_;
            connection.Write(OkResponse(request.substr(4, request.find(" HTTP") - 4)));
          }
        }) {}
  ~CountingServer() { over_ = true; }

  std::string Url(const std::string& path) const { return server_.Url(path); }
  int most() const { return most_; }
  int connections() const { return server_.connections(); }

 private:
  std::atomic<int> inside_{0}, most_{0}, seen_{0};
  std::atomic<bool> over_{false};
  TestServer server_;
};

TEST_F(HttpBatchTest, RunsRequestsBesideOneAnother) {
  CountingServer server(5);  // would hang if they came one after another
  RunOnFiber([&] {
    for (int i = 0; i < 5; ++i) Add(server.Url("/" + std::to_string(i)));
    RunBatch({20, 6});
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(items_[i]->response.status, 200) << items_[i]->response.error.message;
      EXPECT_EQ(items_[i]->response.body, "/" + std::to_string(i));
    }
    RunBatch({20, 6});  // on the same connections
    items_.clear();
  });
  EXPECT_EQ(server.connections(), 5);
  EXPECT_EQ(server.most(), 5);
}

TEST_F(HttpBatchTest, KeepsToItsLimits) {
  for (const HttpBatchLimits limits : {HttpBatchLimits{4, 0}, HttpBatchLimits{20, 3}, HttpBatchLimits{1, 6}}) {
    CountingServer server(1);
    RunOnFiber([&] {
      for (int i = 0; i < 30; ++i) Add(server.Url("/" + std::to_string(i)));
      RunBatch(limits);
      for (int i = 0; i < 30; ++i) EXPECT_EQ(items_[i]->response.body, "/" + std::to_string(i));
      items_.clear();
    });
    EXPECT_LE(server.most(),
              static_cast<int>(limits.per_host == 0 ? limits.parallel : std::min(limits.parallel, limits.per_host)));
    EXPECT_LE(server.connections(), 4);
  }
}

TEST_F(HttpBatchTest, AHostAtItsLimitLetsOthersPass) {
  CountingServer slow(1);
  CountingServer other(2);
  RunOnFiber([&] {
    Add(other.Url("/a"));
    for (int i = 0; i < 5; ++i) Add(slow.Url("/s"));
    Add(other.Url("/b"));  // needed by /a
    RunBatch({20, 2});
    for (const auto& item : items_) EXPECT_EQ(item->response.status, 200) << item->response.error.message;
    items_.clear();
  });
}

TEST_F(HttpBatchTest, EachRequestHasItsOwnError) {
  TestServer server([](TestConnection& connection) {
    while (!connection.ReadRequest().empty()) connection.Write(OkResponse("ok"));
  });
  RunOnFiber([&] {
    Add("no url");
    Add("http://127.0.0.1:" + std::to_string(RefusingPort()) + "/");
    Add(server.Url("/"));
    RunBatch({});
    EXPECT_EQ(items_[0]->response.error.code, HttpErrorCode::kUrl);
    EXPECT_EQ(items_[1]->response.error.code, HttpErrorCode::kDialRefused);
    EXPECT_EQ(items_[2]->response.status, 200);
    items_.clear();
    Add("bad");
    RunBatch({});
    EXPECT_EQ(items_[0]->response.error.code, HttpErrorCode::kUrl);
    items_.clear();
    RunBatch({});
  });
}

TEST_F(HttpBatchTest, AnInterruptEndsAllOfThem) {
  TestServer server([](TestConnection& connection) {
    connection.ReadRequest();
    connection.WaitForClose();
  });
  RunOnFiber([&] {
    Fiber* self = Fiber::Current();
    Timer timer(
        self->loop(), [](Timer&, void* fiber) { static_cast<Fiber*>(fiber)->Interrupt(); }, self);
    timer.Arm(MonotonicNow() + 30 * kNanosPerMilli);
    for (int i = 0; i < 8; ++i) Add(server.Url("/"));
    RunBatch({});
    int sent = 0;
    for (const auto& item : items_) {
      EXPECT_EQ(item->response.status, 0);
      if (!item->response.hops.empty()) {
        ++sent;
        EXPECT_THAT(item->response.error.message, HasSubstr("interrupted"));
      }
    }
    EXPECT_EQ(sent, 6);
    self->ClearInterrupt();
    items_.clear();
  });
}

TEST_F(HttpBatchTest, FibersAreUsedAgain) {
  CountingServer server(3);
  RunOnFiber([&] {
    for (int round = 0; round < 5; ++round) {
      for (int i = 0; i < 3; ++i) Add(server.Url("/"));
      RunBatch({});
      items_.clear();
    }
    EXPECT_EQ(Fiber::Current()->loop()->Fibers().Idle(), 3u);
  });
}

}  // namespace
}  // namespace mockarty

// Store calls on a thread: their order, what they share, what is refused.
#include "coordinator/store/store_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <vector>

#include "tests/coordinator/memory_store.h"
#include "tests/store/temp_folder.h"

namespace mockarty {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

RunRecord MakeRun(const std::string& id) {
  RunRecord run;
  run.run_id = id;
  return run;
}

// Notes its batches; their begin or end fails when told to.
class BatchStore final : public testing::MemoryStore {
 public:
  explicit BatchStore(std::vector<std::string>* log) : log_(*log) {}
  absl::Status BeginBatch() override {
    log_.push_back("begin");
    return begin;
  }
  absl::Status EndBatch() override {
    log_.push_back("end");
    return end;
  }
  absl::Status begin;
  absl::Status end;

 private:
  std::vector<std::string>& log_;
};

struct StoreThreadTest : ::testing::Test {
  std::vector<std::string> log;  // of the store's thread
  BatchStore* const store = new BatchStore(&log);

  static StoreQueue::Work Ok() {
    return [](Store&) { return absl::OkStatus(); };
  }
  // Holds the store's thread until `go`, so that what comes behind waits together.
  static void Hold(StoreThread& queue, std::future<void> go) {
    auto began = std::make_shared<std::promise<void>>();
    auto held = std::make_shared<std::future<void>>(std::move(go));
    queue.Run(
        [began, held](Store&) {
          began->set_value();
          held->wait();
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    began->get_future().wait();
  }
  void RunLogged(StoreThread& queue, const std::string& name, const absl::Status& status) {
    queue.Run(
        [this, name, status](Store&) {
          log.push_back(name);
          return status;
        },
        [this, name](const absl::Status& answer) { log.push_back(name + " " + answer.ToString()); });
  }
};

TEST_F(StoreThreadTest, WhatWaitsIsOneBatchAndAnsweredAfterItsEnd) {
  std::promise<void> go;
  {
    StoreThread queue{std::unique_ptr<Store>(store)};
    Hold(queue, go.get_future());
    RunLogged(queue, "a", absl::OkStatus());
    RunLogged(queue, "b", absl::AbortedError("no"));
    RunLogged(queue, "c", absl::OkStatus());
    go.set_value();
  }
  EXPECT_THAT(log, ElementsAre("begin", "a", "b", "c", "end", "a OK", "b ABORTED: no", "c OK"));
}

TEST_F(StoreThreadTest, OneAloneIsNoBatch) {
  {
    StoreThread queue{std::unique_ptr<Store>(store)};
    RunLogged(queue, "a", absl::OkStatus());
  }
  EXPECT_THAT(log, ElementsAre("a", "a OK"));
}

TEST_F(StoreThreadTest, ABatchThatIsNotStoredIsTheErrorOfAll) {
  std::promise<void> go;
  store->end = absl::UnavailableError("full");
  {
    StoreThread queue{std::unique_ptr<Store>(store)};
    Hold(queue, go.get_future());
    RunLogged(queue, "a", absl::OkStatus());
    RunLogged(queue, "b", absl::AbortedError("no"));
    go.set_value();
  }
  EXPECT_THAT(log, ElementsAre("begin", "a", "b", "end", "a UNAVAILABLE: full", "b UNAVAILABLE: full"));
}

TEST_F(StoreThreadTest, ABatchThatCannotBeginRunsNothing) {
  std::promise<void> go;
  store->begin = absl::UnavailableError("away");
  {
    StoreThread queue{std::unique_ptr<Store>(store)};
    Hold(queue, go.get_future());
    RunLogged(queue, "a", absl::OkStatus());
    RunLogged(queue, "b", absl::OkStatus());
    go.set_value();
  }
  EXPECT_THAT(log, ElementsAre("begin", "a UNAVAILABLE: away", "b UNAVAILABLE: away"));
}

TEST_F(StoreThreadTest, BatchesAreBounded) {
  std::promise<void> go;
  {
    StoreThread queue(std::unique_ptr<Store>(store), {.batch = 2});
    Hold(queue, go.get_future());
    for (const char* name : {"a", "b", "c"}) RunLogged(queue, name, absl::OkStatus());
    go.set_value();
  }
  EXPECT_THAT(log, ElementsAre("begin", "a", "b", "end", "a OK", "b OK", "c", "c OK"));
}

TEST_F(StoreThreadTest, WhatDoesNotFitIsRefusedAtOnce) {
  std::promise<void> go;
  std::vector<absl::Status> refused;
  std::vector<absl::Status> done;
  const auto note = [&](std::vector<absl::Status>& where) {
    return [&where](const absl::Status& status) { where.push_back(status); };
  };
  {
    StoreThread queue(std::unique_ptr<Store>(store), {.calls = 3, .bytes = 1'000});
    Hold(queue, go.get_future());
    queue.Run(Ok(), note(done), 900);
    queue.Run(Ok(), note(refused), 101);
    ASSERT_THAT(refused, SizeIs(1)) << "bytes";
    queue.Run(Ok(), note(done), 100);
    queue.Run(Ok(), note(done));
    queue.Run(Ok(), note(refused));
    ASSERT_THAT(refused, SizeIs(2)) << "calls";
    go.set_value();
  }
  EXPECT_THAT(done, SizeIs(3));
  EXPECT_THAT(done, Each(absl::OkStatus()));
  EXPECT_EQ(refused[1], absl::UnavailableError("the store is behind: 3 calls wait for it"));
}

TEST_F(StoreThreadTest, RoomIsThereAgainWhenItIsDone) {
  StoreThread queue(std::unique_ptr<Store>(store), {.bytes = 1'000});
  for (int i = 0; i < 10; ++i) {
    std::promise<absl::Status> answer;
    queue.Run(
        Ok(), [&](const absl::Status& status) { answer.set_value(status); }, 5'000);
    EXPECT_TRUE(answer.get_future().get().ok()) << "alone it may be larger than the limit";
    // Counted out after its answer.
    std::promise<void> next;
    queue.Run(Ok(), [&](const absl::Status&) { next.set_value(); });
    next.get_future().wait();
  }
}

TEST(StoreThread, AllIsStoredInOrderBeforeItEnds) {
  const testing::TempFolder folder;
  std::vector<int> order;
  {
    StoreThread queue(*OpenSqliteStore(folder.path() + "/store.db"));
    for (int i = 0; i < 500; ++i) {
      queue.Run([i](Store& store) { return store.CreateRun(MakeRun(std::to_string(i))); },
                [i, &order](const absl::Status& status) {
                  EXPECT_TRUE(status.ok()) << status;
                  order.push_back(i);
                });
    }
  }
  ASSERT_THAT(order, SizeIs(500));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_THAT(*(*OpenSqliteStore(folder.path() + "/store.db"))->ListRuns("", 1'000, 0), SizeIs(500));
}

}  // namespace
}  // namespace mockarty

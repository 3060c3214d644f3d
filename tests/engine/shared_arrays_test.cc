// What a SharedArray costs, who makes it, and how its rows are divided: by count of bytes and rows.
#include "engine/vu/shared_arrays.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/base/concat.h"
#include "common/metrics/registry.h"
#include "common/plan/segment.h"
#include "engine/collect/collector.h"
#include "engine/modules/module_table.h"
#include "engine/script/js_heap.h"
#include "engine/script/program.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

class RecordingConsole : public ConsoleSink {
 public:
  void Write(ConsoleLevel, uint32_t, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

// Heaps that have run a script's top level, as those of virtual users.
class Heaps {
 public:
  explicit Heaps(const std::string& code) {
    ScriptSource source;
    source.path = "script.js";
    source.code = code;
    program_ = std::move(Program::Compile(source)).value();
    settings.console = &console;
    settings.registry = &registry_;
    settings.shared_arrays = &arrays;
  }

  // Bytes of the heap, collected.
  size_t Add() {
    contexts_.push_back(std::make_unique<VuContext>());
    VuContext& context = *contexts_.back();
    context.settings = &settings;
    context.collector = &collector_;
    JsHeapOptions options;
    options.host = &context;
    heaps_.push_back(std::move(JsHeap::Create(options)).value());
    context.heap = heaps_.back().get();
    ScriptError error;
    const void* function = nullptr;
    EXPECT_TRUE(program_->Instantiate(*heaps_.back(), ScriptEnvironment(), "", &function, &error)) << error.ToString();
    heaps_.back()->Collect();
    return heaps_.back()->UsedBytes();
  }

  SharedArrays arrays;
  RunSettings settings;
  RecordingConsole console;

 private:
  MetricRegistry registry_;
  Collector collector_{&registry_, {}};
  std::shared_ptr<const Program> program_;
  std::vector<std::unique_ptr<VuContext>> contexts_;
  std::vector<std::unique_ptr<JsHeap>> heaps_;
};

constexpr char kRows[] = R"(
  var data = require('k6/data');
  var rows = new data.SharedArray('rows', function () {
    var made = [];
    for (var i = 0; i < 100000; i++) made.push({ id: i, name: 'user ' + i });
    return made;
  });
  if (rows.length !== 100000 || rows[99999].name !== 'user 99999') throw new Error('wrong rows');
  exports.default = function () { return rows; };)";

constexpr char kNoRows[] = R"(
  var data = require('k6/data');
  var rows = [];
  exports.default = function () { return rows; };)";

TEST(SharedArraysTest, HundredThousandRowsAndThousandUsersCostOneCopy) {
  Heaps heaps(kRows);
  size_t json = 0;
  for (int i = 0; i < 100000; ++i) {
    json += Concat("{\"id\":", i, ",\"name\":\"user ", i, "\"}").size();
  }
  heaps.Add();
  EXPECT_EQ(heaps.arrays.Bytes(), json + 100000 * sizeof(uint32_t));
  Heaps without(kNoRows);
  const size_t bare = without.Add();
  size_t all = 0;
  for (int i = 0; i < 999; ++i) {
    all += heaps.Add();
  }
  EXPECT_EQ(heaps.arrays.Bytes(), json + 100000 * sizeof(uint32_t)) << "another copy";
  // The Proxy, its handler and the script's own code; 100,000 rows as objects would be some 15 MB.
  EXPECT_LT(all / 999, bare + 2500);
}

TEST(SharedArraysTest, OneOfManyThreadsMakesIt) {
  SharedArrays arrays;
  std::atomic<int> builders{0};
  std::atomic<int> readers{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      uint32_t id = 0;
      if (arrays.Begin("rows", &id) == SharedArrays::Claim::kBuild) {
        ++builders;
        for (int row = 0; row < 1000; ++row) {
          arrays.AddRow(id, Concat(row));
        }
        arrays.Finish(id);
      }
      if (arrays.Rows(id) == 1000 && arrays.Row(id, 999) == "999" && arrays.Row(id, 0) == "0") {
        ++readers;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(builders, 1);
  EXPECT_EQ(readers, 8);
}

TEST(SharedArraysTest, WhoFailsLeavesItToTheNext) {
  SharedArrays arrays;
  uint32_t id = 0;
  ASSERT_EQ(arrays.Begin("rows", &id), SharedArrays::Claim::kBuild);
  arrays.AddRow(id, "\"half\"");
  std::thread waiting([&] {
    uint32_t same = 0;
    EXPECT_EQ(arrays.Begin("rows", &same), SharedArrays::Claim::kBuild);
    EXPECT_EQ(same, id);
    EXPECT_EQ(arrays.Rows(same), 0u);
    arrays.AddRow(same, "1");
    arrays.Finish(same);
  });
  arrays.Abandon(id);
  waiting.join();
  EXPECT_EQ(arrays.Begin("rows", &id), SharedArrays::Claim::kReady);
  EXPECT_EQ(arrays.Row(id, 0), "1");
  EXPECT_EQ(arrays.Bytes(), 1 + sizeof(uint32_t));
}

TEST(SharedArraysTest, LimitsAreKept) {
  SharedArrays arrays;
  uint32_t id = 0;
  for (size_t i = 0; i < SharedArrays::kMaxArrays; ++i) {
    ASSERT_EQ(arrays.Begin(Concat("n", i), &id), SharedArrays::Claim::kBuild);
    arrays.Finish(id);
  }
  EXPECT_EQ(arrays.Begin("one more", &id), SharedArrays::Claim::kTooMany);
  EXPECT_EQ(arrays.Begin("n0", &id), SharedArrays::Claim::kReady);
}

TEST(SharedArraysTest, RowsPastTheLimitAreRefusedAndRoomComesBack) {
  SharedArrays arrays(100);
  uint32_t id = 0;
  ASSERT_EQ(arrays.Begin("rows", &id), SharedArrays::Claim::kBuild);
  EXPECT_TRUE(arrays.AddRow(id, std::string(90, 'x')));
  EXPECT_FALSE(arrays.AddRow(id, "1234567"));
  EXPECT_EQ(arrays.Bytes(), 94u);
  arrays.Abandon(id);
  EXPECT_EQ(arrays.Bytes(), 0u);
  ASSERT_EQ(arrays.Begin("rows", &id), SharedArrays::Claim::kBuild);
  EXPECT_TRUE(arrays.AddRow(id, "1234567"));
}

TEST(SharedArraysTest, ShardsOfRunnersAreDisjointAndTogetherAllRows) {
  std::vector<int> seen(1000);
  const std::vector<uint32_t> weights = {1, 3, 2};
  for (uint32_t part = 0; part < weights.size(); ++part) {
    const Segment segment = std::move(Segment().Divide(weights, part)).value();
    Heaps heaps(R"(
      var data = require('k6/data');
      function make() { var made = []; for (var i = 0; i < 1000; i++) made.push(i); return made; }
      var all = new data.SharedArray('rows', make);
      var own = new data.SharedArray('rows', make, { shard: true });
      console.log(all.length);
      own.forEach(function (row) { console.log(row); });
      exports.default = function () {};)");
    heaps.settings.segment = &segment;
    heaps.Add();
    ASSERT_EQ(heaps.console.lines.size(), 1 + segment.Share(1000));
    EXPECT_EQ(heaps.console.lines[0], "1000");
    for (size_t i = 1; i < heaps.console.lines.size(); ++i) {
      ++seen[std::stoul(heaps.console.lines[i])];
    }
  }
  EXPECT_EQ(seen, std::vector<int>(1000, 1));
}

}  // namespace
}  // namespace mockarty

// The inspector against processes that misbehave: what it makes of them, and how many there are at a time.
#include "coordinator/local/process_inspector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <vector>

#include "coordinator/core_loop.h"
#include "coordinator/local/inspection_cache.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

using testing::HasSubstr;

class ProcessInspectorTest : public testing::Test {
 protected:
  void SetUp() override { loop_.Start({}); }
  void TearDown() override {
    inspector_.reset();
    loop_.Stop();
    for (const std::string& path : files_) unlink(path.c_str());
  }

  void Start(ProcessInspectorOptions options) {
    inspector_ = std::make_unique<ProcessInspector>(
        options, [this](std::function<void()> function) { loop_.Post(std::move(function)); });
  }
  std::string Worker() const { return std::string(getenv("MOCKARTY_BIN_DIR")) + "/mockarty-runner"; }
  // An executable that runs `line` instead of being a worker.
  std::string Shell(const std::string& line) {
    std::string path = testing::TempDir() + "/inspector-" + std::to_string(getpid()) + ".sh";
    FILE* file = fopen(path.c_str(), "w");
    EXPECT_NE(file, nullptr);
    fprintf(file, "#!/bin/sh\n%s\n", line.c_str());
    fclose(file);
    chmod(path.c_str(), 0700);
    files_.push_back(path);
    return path;
  }
  void Inspect(const std::string& script) {
    v1::TaskInspect request;
    request.set_script_name("a.js");
    request.set_script(script);
    inspector_->Inspect(request, [this](v1::TaskInspection answer) {
      std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));
      changed_.notify_all();
    });
  }
  bool WaitForAnswers(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(2), [&] { return answers_.size() >= count; });
  }

  CoreLoop loop_;
  std::unique_ptr<ProcessInspector> inspector_;
  std::vector<std::string> files_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::TaskInspection> answers_;
};

TEST_F(ProcessInspectorTest, ConvertsGoodScriptsAndNamesWhatIsWrongWithOthers) {
  Start({.executable = Worker()});
  Inspect("exports.options = {vus: 3, iterations: 6}; exports.default = function () {};");
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(answers_[0].error(), v1::TaskInspection::ERROR_NONE) << answers_[0].message();
  EXPECT_EQ(answers_[0].plan().shared_iterations().vus(), 3u);
  Inspect("throw new Error('at the top');");
  ASSERT_TRUE(WaitForAnswers(2));
  EXPECT_EQ(answers_[1].error(), v1::TaskInspection::ERROR_INIT_THREW);
  EXPECT_THAT(answers_[1].message(), HasSubstr("at the top"));
}

TEST_F(ProcessInspectorTest, MoreThanFitAreAnsweredOneAfterTheOther) {
  Start({.executable = Worker(), .max_processes = 2});
  for (int i = 0; i < 6; ++i) {
    Inspect("exports.options = {vus: 1, iterations: " + std::to_string(i + 1) + "}; exports.default = function () {};");
  }
  ASSERT_TRUE(WaitForAnswers(6));
  for (const v1::TaskInspection& answer : answers_) EXPECT_EQ(answer.error(), v1::TaskInspection::ERROR_NONE);
}

TEST_F(ProcessInspectorTest, TheSameScriptIsLookedAtOnce) {
  const std::string log = testing::TempDir() + "/inspections-" + std::to_string(getpid());
  files_.push_back(log);
  const auto processes = [&log] {
    std::ifstream file(log);
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  };
  Start({.executable = Shell("echo begun >> " + log + "; exec " + Worker() + " \"$@\""), .max_processes = 2});
  const std::string script = "exports.options = {vus: 1, iterations: 1}; exports.default = function () {};";
  for (int i = 0; i < 6; ++i) Inspect(script);
  ASSERT_TRUE(WaitForAnswers(6));
  Inspect(script);
  ASSERT_TRUE(WaitForAnswers(7));
  for (const v1::TaskInspection& answer : answers_) {
    EXPECT_EQ(answer.error(), v1::TaskInspection::ERROR_NONE) << answer.message();
    EXPECT_EQ(answer.archive(), answers_[0].archive());
  }
  EXPECT_EQ(processes(), 1);
  Inspect(script + " ");
  ASSERT_TRUE(WaitForAnswers(8));
  EXPECT_EQ(processes(), 2);
}

TEST_F(ProcessInspectorTest, AnErrorIsLookedAtAgain) {
  Start({.executable = Shell("kill -9 $$")});
  Inspect("x");
  ASSERT_TRUE(WaitForAnswers(1));
  inspector_.reset();
  answers_.clear();
  Start({.executable = Worker()});
  const std::string script = "throw new Error('at the top');";
  Inspect(script);
  ASSERT_TRUE(WaitForAnswers(1));
  Inspect(script);
  ASSERT_TRUE(WaitForAnswers(2));
  EXPECT_EQ(answers_[1].error(), v1::TaskInspection::ERROR_INIT_THREW);
}

std::shared_ptr<v1::TaskInspection> MakeAnswer(size_t bytes,
                                               v1::TaskInspection::Error error = v1::TaskInspection::ERROR_NONE) {
  auto answer = std::make_shared<v1::TaskInspection>();
  answer->set_archive(std::string(bytes, 'a'));
  answer->set_error(error);
  return answer;
}

TEST(InspectionCache, ForgetsWithTimeAndWhatDoesNotFit) {
  InspectionCache cache(100, 3'000);
  const InspectionCache::Answer first = MakeAnswer(1'000);
  cache.Put("a", first, 0);
  EXPECT_EQ(cache.Find("a", 99), first);
  EXPECT_EQ(cache.Find("b", 99), nullptr);
  EXPECT_EQ(cache.Find("a", 100), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
  for (const char* key : {"a", "b", "c"}) cache.Put(key, MakeAnswer(1'200), 200);
  EXPECT_EQ(cache.Find("a", 200), nullptr) << "the oldest made room";
  EXPECT_NE(cache.Find("b", 200), nullptr);
  EXPECT_LE(cache.bytes(), 3'000u);
  cache.Put("c", MakeAnswer(10), 200);
  cache.Put("too large", MakeAnswer(3'001), 200);
  cache.Put("wrong", MakeAnswer(1, v1::TaskInspection::ERROR_BAD_INPUT), 200);
  EXPECT_NE(cache.Find("b", 200), nullptr);
  EXPECT_EQ(cache.Find("c", 200)->archive().size(), 10u);
  EXPECT_EQ(cache.Find("too large", 200), nullptr);
  EXPECT_EQ(cache.Find("wrong", 200), nullptr);
}

TEST(InspectionCache, KeysAreOfAllThatIsAsked) {
  v1::TaskInspect request;
  request.set_script("x");
  const std::string key = InspectionCache::KeyOf(request);
  EXPECT_EQ(InspectionCache::KeyOf(request), key);
  request.set_vus(0);
  EXPECT_NE(InspectionCache::KeyOf(request), key);
}

TEST_F(ProcessInspectorTest, AProcessThatDiesIsAnAnswer) {
  Start({.executable = Shell("kill -9 $$")});
  Inspect("x");
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(answers_[0].error(), v1::TaskInspection::ERROR_INTERNAL);
  EXPECT_THAT(answers_[0].message(), HasSubstr("killed by signal 9"));
}

TEST_F(ProcessInspectorTest, AProcessThatDoesNotExistIsAnAnswer) {
  Start({.executable = "/nonexistent/worker"});
  Inspect("x");
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(answers_[0].error(), v1::TaskInspection::ERROR_INTERNAL);
}

TEST_F(ProcessInspectorTest, AProcessThatTakesTooLongIsKilled) {
  Start({.executable = Shell("exec sleep 1000"), .timeout = 100 * kNanosPerMilli, .max_processes = 1});
  Inspect("x");
  Inspect("y");
  ASSERT_TRUE(WaitForAnswers(2));
  for (const v1::TaskInspection& answer : answers_) {
    EXPECT_EQ(answer.error(), v1::TaskInspection::ERROR_BAD_INPUT);
    EXPECT_THAT(answer.message(), HasSubstr("within 100ms"));
  }
}

TEST_F(ProcessInspectorTest, WhatWaitsIsBounded) {
  Start({.executable = Shell("exec sleep 1000"), .max_processes = 1, .max_waiting_bytes = 1000});
  Inspect("runs");
  Inspect(std::string(500, 'w'));
  Inspect(std::string(600, 'x'));
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_THAT(answers_[0].message(), HasSubstr("too many scripts"));
  inspector_.reset();  // kills what runs, and answers no more
  EXPECT_EQ(answers_.size(), 1u);
}

}  // namespace
}  // namespace mockarty

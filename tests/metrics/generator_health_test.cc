// When a load generator is said to have been the bottleneck.
#include "common/report/generator_health.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HealthSample Calm() {
  return {.cpu = 0.5,
          .threads = 2,
          .cores = 4,
          .loop_lag = kNanosPerMilli,
          .open_files = 20,
          .open_files_limit = 1'024,
          .ports = 10,
          .ports_limit = 28'000};
}

TEST(HealthJudge, ACalmGeneratorIsNoBottleneck) {
  HealthJudge judge;
  EXPECT_THAT(judge.Report().limited_by, IsEmpty());
  for (int i = 0; i < 100; ++i) judge.Add(Calm());
  const GeneratorReport report = judge.Report();
  EXPECT_THAT(report.limited_by, IsEmpty());
  EXPECT_DOUBLE_EQ(report.cpu_avg, 0.5);
  EXPECT_DOUBLE_EQ(report.loop_lag_max_ms, 1);
  EXPECT_EQ(report.open_files_max, 20u);
  EXPECT_EQ(report.cores, 4u);
}

TEST(HealthJudge, AMomentIsNoReason) {
  HealthJudge judge;
  HealthSample busy = Calm();
  busy.cpu = 2;
  busy.loop_lag = kNanosPerSecond;
  judge.Add(busy);
  judge.Add(busy);
  for (int i = 0; i < 98; ++i) judge.Add(Calm());
  EXPECT_THAT(judge.Report().limited_by, IsEmpty());
  EXPECT_DOUBLE_EQ(judge.Report().loop_lag_max_ms, 1'000);
}

TEST(HealthJudge, CpuIsMeasuredByWhatItsThreadsCanUse) {
  HealthSample busy = Calm();
  busy.cpu = 1.9;
  HealthJudge judge;
  for (int i = 0; i < 10; ++i) judge.Add(busy);
  EXPECT_THAT(
      judge.Report().limited_by,
      ElementsAre("CPU: up to 1.9 cores used and 0 waited for, of 2 that its 2 threads can use; all of it in 10 of "
                  "10 seconds"));
  busy.threads = 4;
  HealthJudge wide;
  for (int i = 0; i < 10; ++i) wide.Add(busy);
  EXPECT_THAT(wide.Report().limited_by, IsEmpty());
}

TEST(HealthJudge, WaitingForACoreThatOthersHaveIsAsGood) {
  HealthSample starved = Calm();
  starved.cpu = 0.7;
  starved.waited = 1.2;
  HealthJudge judge;
  for (int i = 0; i < 10; ++i) judge.Add(starved);
  EXPECT_THAT(judge.Report().limited_by, ElementsAre(HasSubstr("0.7 cores used and 1.2 waited for")));
}

TEST(HealthJudge, LateLoopsDescriptorsAndPorts) {
  HealthSample sample = Calm();
  sample.loop_lag = 250 * kNanosPerMilli;
  sample.open_files = 1'000;
  sample.ports = 27'900;
  HealthJudge judge;
  for (int i = 0; i < 3; ++i) judge.Add(sample);
  EXPECT_THAT(judge.Report().limited_by,
              ElementsAre(HasSubstr("event loop: up to 250ms late, in 3 of 3 seconds more than 100ms"),
                          HasSubstr("descriptors: 1000 of 1024 open; see ulimit -n"),
                          HasSubstr("local ports: 27900 of 28000 in use")));
}

TEST(HealthJudge, UnknownLimitsAreNone) {
  HealthSample sample = Calm();
  sample.open_files_limit = sample.ports_limit = 0;
  HealthJudge judge;
  for (int i = 0; i < 10; ++i) judge.Add(sample);
  EXPECT_THAT(judge.Report().limited_by, IsEmpty());
}

}  // namespace
}  // namespace mockarty

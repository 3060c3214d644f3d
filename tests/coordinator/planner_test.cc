#include "coordinator/planner/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/fleet/clock_offset.h"
#include "coordinator/run/seq_ranges.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

PlannerRunner Runner(const std::string& name, uint32_t free_slots = 1, uint32_t max_vus = 0) {
  return {.instance = name, .name = name, .performs = true, .free_slots = free_slots, .cores = 2, .max_vus = max_vus};
}

TestPlan Vus(uint32_t vus) {
  TestPlan plan;
  plan.scenarios.front().executor = ConstantVusConfig{.vus = vus};
  return plan;
}

absl::StatusOr<std::vector<Placement>> PlanOn(const TestPlan& plan, const PlannerRequest& request,
                                              const std::vector<PlannerRunner>& fleet) {
  PlannerRunners runners;
  for (const PlannerRunner& runner : fleet) runners.push_back(&runner);
  return PlanRun(plan, request, runners);
}

TEST(Planner, SharesAddUp) {
  for (uint32_t runners = 1; runners <= 7; ++runners) {
    std::vector<PlannerRunner> fleet;
    for (uint32_t i = 0; i < runners; ++i) fleet.push_back(Runner("r" + std::to_string(i)));
    TestPlan plan;
    plan.scenarios.front().executor = SharedIterationsConfig{.vus = 23, .iterations = 1'001, .max_duration = {}};
    const auto placements = PlanOn(plan, {.runners = runners}, fleet);
    ASSERT_TRUE(placements.ok()) << placements.status();
    ASSERT_EQ(placements->size(), runners);
    uint64_t vus = 0;
    uint64_t iterations = 0;
    for (const Placement& placement : *placements) {
      vus += placement.vus;
      iterations += placement.iterations;
      EXPECT_GE(placement.vus, 23 / runners);
    }
    EXPECT_EQ(vus, 23u);
    EXPECT_EQ(iterations, 1'001u);
  }
}

TEST(Planner, NeverMoreRunnersThanVus) {
  const auto placements = PlanOn(Vus(2), {.runners = 3}, {Runner("a"), Runner("b"), Runner("c")});
  ASSERT_TRUE(placements.ok());
  EXPECT_EQ(placements->size(), 2u);
}

TEST(Planner, AutoTakesWhatTheVusNeed) {
  const std::vector<PlannerRunner> fleet = {Runner("a", 1, 100), Runner("b", 1, 100), Runner("c", 1, 100)};
  EXPECT_EQ(PlanOn(Vus(90), {}, fleet)->size(), 1u);
  EXPECT_EQ(PlanOn(Vus(150), {}, fleet)->size(), 2u);
  EXPECT_EQ(PlanOn(Vus(5'000), {}, fleet)->size(), 3u);
}

TEST(Planner, StatedCapacityWeighs) {
  const auto placements = PlanOn(Vus(400), {.runners = 2}, {Runner("a", 1, 300), Runner("b", 1, 100)});
  ASSERT_TRUE(placements.ok());
  EXPECT_EQ((*placements)[0].vus + (*placements)[1].vus, 400u);
  EXPECT_EQ((*placements)[0].vus, 300u);
}

TEST(Planner, LabelsNamespaceCapabilityAndSlots) {
  std::vector<PlannerRunner> fleet = {Runner("a"), Runner("b"), Runner("c", 0), Runner("d"), Runner("e")};
  fleet[1].labels = {"region=eu", "tier=heavy"};
  fleet[3].performs = false;
  fleet[4].name_space = "other";
  PlannerRequest request{.name_space = "default", .required_labels = {"region=eu"}, .runners = 1};
  const auto placements = PlanOn(Vus(4), request, fleet);
  ASSERT_TRUE(placements.ok());
  EXPECT_EQ(placements->front().name, "b");
  request.required_labels = {"region=us"};
  EXPECT_THAT(PlanOn(Vus(4), request, fleet).status().ToString(), HasSubstr("required labels"));
  request.required_labels = {};
  request.runners = 3;
  EXPECT_THAT(PlanOn(Vus(4), request, fleet).status().ToString(), HasSubstr("3 runners fit, 2 of them"));
  request.excluded = {"a", "b", "c"};
  EXPECT_FALSE(PlanOn(Vus(4), request, fleet).ok());
  EXPECT_THAT(PlanOn(Vus(4), request, {}).status().ToString(), HasSubstr("no runner is connected"));
}

TEST(ClockOffset, BestRoundTripCounts) {
  ClockOffset clock;
  EXPECT_FALSE(clock.Known());
  clock.Add(1'000, 1'000 + 500 + 900, 1'000 + 500 + 900, 2'000);  // 900 there, 100 back: off by 400
  EXPECT_EQ(clock.Uncertainty(), 500);
  EXPECT_EQ(clock.Offset(), 900);
  clock.Add(3'000, 3'000 + 500 + 10, 3'000 + 500 + 10, 3'020);
  EXPECT_EQ(clock.Offset(), 500);
  EXPECT_EQ(clock.Uncertainty(), 10);
  clock.Add(4'000, 9'000, 8'000, 4'001);  // replied before it received
  clock.Add(INT64_MIN, INT64_MAX, INT64_MAX, INT64_MAX);
  EXPECT_EQ(clock.Offset(), 500);
}

TEST(SeqRanges, JoinsNeighbours) {
  SeqRanges ranges;
  ranges.Add(5, 6);
  ranges.Add(1, 2);
  EXPECT_FALSE(ranges.Contains(2, 3));
  ranges.Add(3, 4);
  EXPECT_TRUE(ranges.Contains(1, 6));
  EXPECT_EQ(ranges.ranges().size(), 1u);
  ranges.Add(2, 9);
  EXPECT_TRUE(ranges.Contains(9, 9));
  EXPECT_FALSE(ranges.Contains(9, 10));
}

}  // namespace
}  // namespace mockarty

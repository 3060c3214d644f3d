// What the tests of runs share: a fleet, and a run of two runners that has begun.
#ifndef TESTS_COORDINATOR_RUN_FIXTURE_H_
#define TESTS_COORDINATOR_RUN_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/coordinator/fake_fleet.h"

namespace mockarty::testing {

struct RunTest : ::testing::Test {
  FakeFleet fleet;

  // Two runners, one run on both, begun.
  void BeginOnTwo(const std::function<void(v1::SubmitRequest&)>& edit = {}) {
    a = fleet.AddRunner("a");
    b = fleet.AddRunner("b");
    run_id = fleet.Submit(edit);
    ASSERT_NE(a->Current(), nullptr);
    ASSERT_NE(b->Current(), nullptr);
    ASSERT_EQ(a->Current()->starts, 1);
    ASSERT_EQ(b->Current()->starts, 1);
    fleet.Pass(300 * kNanosPerMilli);
  }
  void FinishBoth() {
    a->Finish(*a->Current());
    b->Finish(*b->Current());
    fleet.Pump();
  }

  std::shared_ptr<FakeRunner> a;
  std::shared_ptr<FakeRunner> b;
  std::string run_id;
};

}  // namespace mockarty::testing

#endif  // TESTS_COORDINATOR_RUN_FIXTURE_H_

#include "common/wire/plan_codec.h"

#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "common/base/concat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every field set, to something that is not its default.
constexpr char kCommon[] = R"text(
  mode: MODE_PERFORMANCE
  graceful_stop_ns: 1 graceful_ramp_down_ns: 2
  thresholds { metric: "checks{a:b}" expression: "rate > 0.9" abort_on_fail: true delay_abort_eval_ns: 3
               allow_no_data: true }
  thresholds { metric: "m" expression: "p(95) < 500" }
  abort_criteria { name: "n" metric: "http_reqs" stat: "rate" condition: ">=" value: 0.5 duration_ns: 4 }
  apdex_threshold_ns: 5
  tags { name: "team" value: "\303\251" } tags { name: "empty" }
  system_tags: 5 summary { trend_stats: "p(99.9)" trend_stats: "count" time_unit: "us" none: true }
  http { user_agent: "ua" max_redirects: 6 timeout_ns: 7 throw_on_error: true insecure_skip_tls_verify: true
         no_connection_reuse: true no_cookies_reset: true discard_response_bodies: true
         no_vu_connection_reuse: true batch: 7 batch_per_host: 0 hosts { name: "*.a.com" value: "10.0.0.1:8080" }
         dns_ttl_ns: 0 dns_select: "first" dns_policy: "onlyIPv6" local_ips: "10.0.0.1-10.0.0.9"
         blacklist_ips: "10.0.0.0/8" block_hostnames: "*.b.com" tls_min_version: "tls1.2" tls_max_version: "tls1.3"
         tls_cipher_suites: "TLS_AES_128_GCM_SHA256" debug: 2
         tls_auth { domains: "c.com" certificate: "-----BEGIN C" key: "-----BEGIN K" password: "p" } }
)text";
constexpr const char* kExecutors[] = {
    "constant_vus { vus: 1000000 duration_ns: 8 }",
    "shared_iterations { vus: 3 iterations: 9007199254740991 max_duration_ns: 9 }",
    "shared_iterations { vus: 3 iterations: 3 }",
    "ramping_vus { start_vus: 0 stages { target: 5 } stages { duration_ns: 10 target: 1000000 } }",
};

v1::TestPlan Plan(const char* executor) {
  v1::TestPlan plan;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(Concat(kCommon, executor), &plan));
  return plan;
}

TEST(PlanCodec, RoundTripKeepsEveryField) {
  for (const char* executor : kExecutors) {
    SCOPED_TRACE(executor);
    const v1::TestPlan message = Plan(executor);
    const absl::StatusOr<TestPlan> plan = FromProto(message);
    ASSERT_TRUE(plan.ok()) << plan.status();
    v1::TestPlan again;
    again.mutable_constant_vus()->set_vus(77);  // is overwritten
    ToProto(*plan, &again);
    EXPECT_EQ(again.DebugString(), message.DebugString());
  }
}

// A plan that older readers do not know: every field of scenarios.
constexpr char kScenarios[] = R"(
  mode: MODE_PERFORMANCE
  graceful_stop_ns: 12
  apdex_threshold_ns: 5
  http { max_redirects: 6 timeout_ns: 7 }
  scenarios { name: "each" per_vu_iterations { vus: 2 iterations: 3 max_duration_ns: 4 } exec: "f" start_time_ns: 5
              graceful_stop_ns: 6 graceful_ramp_down_ns: 7 environment { name: "A" value: "1" }
              tags { name: "t" value: "x" } }
  scenarios { name: "rate" arrival_rate { rate { start: 1 time_unit_ns: 60000000000 stages { duration_ns: 9 target: 8 } }
              ramping: true pre_allocated_vus: 2 max_vus: 3 poisson: true seed: 4 }
              graceful_stop_ns: 12 graceful_ramp_down_ns: 1 }
  scenarios { name: "rps" request_rate { rate { start: 1 time_unit_ns: 1000000000 stages { target: 8 }
              stages { duration_ns: 9 target: 8 } } start_vus: 2 max_vus: 3 iterations: 4 }
              graceful_stop_ns: 1 graceful_ramp_down_ns: 1 }
  scenarios { name: "vus" constant_vus { vus: 1 duration_ns: 8 } graceful_stop_ns: 1 graceful_ramp_down_ns: 1 }
  named_scenarios: true min_iteration_duration_ns: 3 max_rps: 4
)";

v1::TestPlan ScenarioPlan() {
  v1::TestPlan plan;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kScenarios, &plan));
  return plan;
}

TEST(PlanCodec, RoundTripKeepsEveryFieldOfScenarios) {
  const v1::TestPlan message = ScenarioPlan();
  const absl::StatusOr<TestPlan> plan = FromProto(message);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->scenarios.size(), 4u);
  v1::TestPlan again;
  ToProto(*plan, &again);
  EXPECT_EQ(again.DebugString(), message.DebugString());
  EXPECT_EQ(again.executor_case(), v1::TestPlan::EXECUTOR_NOT_SET) << "an older reader would run something else";
}

TEST(PlanCodec, WhatAnOlderReaderWouldIgnoreIsNotWrittenForIt) {
  TestPlan plan;
  plan.max_rps = 5;
  v1::TestPlan message;
  ToProto(plan, &message);
  EXPECT_EQ(message.executor_case(), v1::TestPlan::EXECUTOR_NOT_SET);
  EXPECT_EQ(FromProto(message)->max_rps, 5u);
}

TEST(PlanCodec, HostileScenariosAreRefusedByField) {
  const std::pair<const char*, std::function<void(v1::TestPlan&)>> cases[] = {
      {"plan.scenarios[0].name", [](v1::TestPlan& p) { p.mutable_scenarios(0)->clear_name(); }},
      {"plan.scenarios[1].name", [](v1::TestPlan& p) { p.mutable_scenarios(1)->set_name("each"); }},
      {"plan.scenarios[0].executor", [](v1::TestPlan& p) { p.mutable_scenarios(0)->clear_executor(); }},
      {"plan.scenarios[0].per_vu_iterations.vus",
       [](v1::TestPlan& p) { p.mutable_scenarios(0)->mutable_per_vu_iterations()->set_vus(0); }},
      {"plan.scenarios[0].start_time_ns", [](v1::TestPlan& p) { p.mutable_scenarios(0)->set_start_time_ns(-1); }},
      {"plan.scenarios[1].arrival_rate.rate.time_unit_ns",
       [](v1::TestPlan& p) { p.mutable_scenarios(1)->mutable_arrival_rate()->mutable_rate()->set_time_unit_ns(0); }},
      {"plan.scenarios[1].arrival_rate.rate.start",
       [](v1::TestPlan& p) { p.mutable_scenarios(1)->mutable_arrival_rate()->mutable_rate()->set_start(UINT64_MAX); }},
      {"plan.scenarios[1].arrival_rate.rate.stages",
       [](v1::TestPlan& p) { p.mutable_scenarios(1)->mutable_arrival_rate()->mutable_rate()->clear_stages(); }},
      {"plan.scenarios[1].arrival_rate.pre_allocated_vus",
       [](v1::TestPlan& p) { p.mutable_scenarios(1)->mutable_arrival_rate()->set_pre_allocated_vus(4); }},
      {"plan.scenarios[2].request_rate.start_vus",
       [](v1::TestPlan& p) { p.mutable_scenarios(2)->mutable_request_rate()->set_start_vus(4); }},
      {"plan.scenarios: expected at most 1000000, got",
       [](v1::TestPlan& p) { p.mutable_scenarios(3)->mutable_constant_vus()->set_vus(1'000'000); }},
  };
  for (const auto& [part, change] : cases) {
    v1::TestPlan message = ScenarioPlan();
    change(message);
    const absl::StatusOr<TestPlan> plan = FromProto(message);
    ASSERT_FALSE(plan.ok()) << part;
    EXPECT_THAT(std::string(plan.status().message()), HasSubstr(part));
  }
}

TEST(PlanCodec, AFunctionalRunIsOneIteration) {
  v1::TestPlan message;
  ToProto(TestPlan(), &message);
  const absl::StatusOr<TestPlan> plan = FromProto(message);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->mode, RunMode::kFunctional);
  message.mutable_shared_iterations()->set_iterations(2);
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("plan.mode"));
}

struct HostileCase {
  const char* message;  // part of the error
  std::function<void(v1::TestPlan&)> change;
};

const HostileCase kHostile[] = {
    {"plan.mode: expected 1 (functional) or 2 (performance), got 0", [](v1::TestPlan& p) { p.clear_mode(); }},
    {"plan.mode", [](v1::TestPlan& p) { p.set_mode(static_cast<v1::TestPlan::Mode>(9)); }},
    {"plan.executor: expected", [](v1::TestPlan& p) { p.clear_constant_vus(); }},
    {"plan.constant_vus.vus: expected 1 to 1000000, got 0",
     [](v1::TestPlan& p) { p.mutable_constant_vus()->set_vus(0); }},
    {"plan.constant_vus.vus", [](v1::TestPlan& p) { p.mutable_constant_vus()->set_vus(UINT32_MAX); }},
    {"plan.constant_vus.duration_ns", [](v1::TestPlan& p) { p.mutable_constant_vus()->set_duration_ns(0); }},
    {"plan.constant_vus.duration_ns", [](v1::TestPlan& p) { p.mutable_constant_vus()->set_duration_ns(INT64_MAX); }},
    {"plan.shared_iterations.iterations", [](v1::TestPlan& p) { p.mutable_shared_iterations()->set_vus(1); }},
    {"plan.shared_iterations.iterations",
     [](v1::TestPlan& p) { p.mutable_shared_iterations()->set_iterations(UINT64_MAX); }},
    {"plan.shared_iterations.vus: expected 1 to 2, got 3",
     [](v1::TestPlan& p) {
       p.mutable_shared_iterations()->set_iterations(2);
       p.mutable_shared_iterations()->set_vus(3);
     }},
    {"plan.shared_iterations.max_duration_ns",
     [](v1::TestPlan& p) {
       p.mutable_shared_iterations()->set_iterations(2);
       p.mutable_shared_iterations()->set_vus(1);
       p.mutable_shared_iterations()->set_max_duration_ns(0);
     }},
    {"plan.ramping_vus.stages: expected 1 to", [](v1::TestPlan& p) { p.mutable_ramping_vus()->add_stages(); }},
    {"plan.ramping_vus.stages: expected at most 1000, got 1001",
     [](v1::TestPlan& p) {
       for (int i = 0; i < 1001; ++i) p.mutable_ramping_vus()->add_stages()->set_duration_ns(1);
     }},
    {"plan.ramping_vus.stages: expected 1 to",
     [](v1::TestPlan& p) {
       for (int i = 0; i < 1000; ++i) p.mutable_ramping_vus()->add_stages()->set_duration_ns(kMaxRunDuration);
     }},
    {"plan.ramping_vus.stages[0].duration_ns",
     [](v1::TestPlan& p) { p.mutable_ramping_vus()->add_stages()->set_duration_ns(-1); }},
    {"plan.ramping_vus.stages: expected a target above 0",
     [](v1::TestPlan& p) { p.mutable_ramping_vus()->add_stages()->set_duration_ns(1); }},
    {"plan.ramping_vus.stages[0].target",
     [](v1::TestPlan& p) { p.mutable_ramping_vus()->add_stages()->set_target(UINT32_MAX); }},
    {"plan.ramping_vus.start_vus", [](v1::TestPlan& p) { p.mutable_ramping_vus()->set_start_vus(UINT32_MAX); }},
    {"plan.graceful_stop_ns", [](v1::TestPlan& p) { p.set_graceful_stop_ns(-1); }},
    {"plan.graceful_ramp_down_ns", [](v1::TestPlan& p) { p.set_graceful_ramp_down_ns(INT64_MAX); }},
    {"plan.apdex_threshold_ns", [](v1::TestPlan& p) { p.set_apdex_threshold_ns(0); }},
    {"plan.thresholds: expected at most 1000",
     [](v1::TestPlan& p) {
       while (p.thresholds_size() <= 1000) p.add_thresholds();
     }},
    {"plan.thresholds[2].metric", [](v1::TestPlan& p) { p.add_thresholds()->set_expression("x"); }},
    {"plan.thresholds[0].expression", [](v1::TestPlan& p) { p.mutable_thresholds(0)->set_expression(""); }},
    {"plan.thresholds[0].expression",
     [](v1::TestPlan& p) { p.mutable_thresholds(0)->set_expression(std::string(257, 'x')); }},
    {"plan.thresholds[0].delay_abort_eval_ns",
     [](v1::TestPlan& p) { p.mutable_thresholds(0)->set_delay_abort_eval_ns(-5); }},
    {"plan.abort_criteria: expected at most 100",
     [](v1::TestPlan& p) {
       while (p.abort_criteria_size() <= 100) p.add_abort_criteria();
     }},
    {"plan.abort_criteria[0].name",
     [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->set_name(std::string(257, 'x')); }},
    {"plan.abort_criteria[0].metric", [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->clear_metric(); }},
    {"plan.abort_criteria[0].stat", [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->clear_stat(); }},
    {"plan.abort_criteria[0].condition: expected <, <=",
     [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->set_condition("=>"); }},
    {"plan.abort_criteria[0].value",
     [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->set_value(std::numeric_limits<double>::quiet_NaN()); }},
    {"plan.abort_criteria[0].duration_ns",
     [](v1::TestPlan& p) { p.mutable_abort_criteria(0)->set_duration_ns(INT64_MIN); }},
    {"plan.tags: expected at most 100",
     [](v1::TestPlan& p) {
       while (p.tags_size() <= 100) p.add_tags()->set_name("a");
     }},
    {"plan.tags[2].name", [](v1::TestPlan& p) { p.add_tags(); }},
    {"plan.tags[0].value", [](v1::TestPlan& p) { p.mutable_tags(0)->set_value(std::string(257, 'x')); }},
    {"plan.http.user_agent", [](v1::TestPlan& p) { p.mutable_http()->set_user_agent("a\r\nHost: b"); }},
    {"plan.http.user_agent", [](v1::TestPlan& p) { p.mutable_http()->set_user_agent(std::string(1025, 'x')); }},
    {"plan.http.max_redirects", [](v1::TestPlan& p) { p.mutable_http()->set_max_redirects(1001); }},
    {"plan.http.timeout_ns", [](v1::TestPlan& p) { p.clear_http(); }},
};

TEST(PlanCodec, HostilePlansAreRefused) {
  for (const HostileCase& hostile : kHostile) {
    SCOPED_TRACE(hostile.message);
    v1::TestPlan message = Plan(kExecutors[0]);
    hostile.change(message);
    const absl::Status status = FromProto(message).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr(hostile.message));
    EXPECT_LT(status.message().size(), 500U);
  }
}

TEST(PlanCodec, Segments) {
  const absl::StatusOr<Segment> half = Segment().Divide({3, 0, 5}, 2);
  ASSERT_TRUE(half.ok()) << half.status();
  v1::Segment message;
  ToProto(half->Divide(4, 1), &message);
  ASSERT_EQ(message.stripes_size(), 2);
  const absl::StatusOr<Segment> decoded = FromProto(message);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->Stripes(), half->Divide(4, 1).Stripes());
  EXPECT_EQ(decoded->Share(1000), half->Divide(4, 1).Share(1000));

  ToProto(Segment(), &message);
  EXPECT_EQ(message.stripes_size(), 0);
  EXPECT_TRUE(FromProto(message)->Stripes().empty());
}

TEST(PlanCodec, HostileSegmentsAreRefused) {
  const std::function<void(v1::Segment&)> changes[] = {
      [](v1::Segment& s) { s.add_stripes(); },
      [](v1::Segment& s) { s.mutable_stripes(0)->set_part(2); },
      [](v1::Segment& s) { s.mutable_stripes(0)->set_weights(0, 0); },
      [](v1::Segment& s) { s.mutable_stripes(0)->set_weights(0, UINT32_MAX); },
      [](v1::Segment& s) {
        for (int i = 0; i < 70'000; ++i) s.mutable_stripes(0)->add_weights(0);
      },
      [](v1::Segment& s) {
        for (int i = 0; i < 100; ++i) *s.add_stripes() = s.stripes(0);
      },
  };
  for (const auto& change : changes) {
    v1::Segment message;
    message.add_stripes()->add_weights(1);
    message.mutable_stripes(0)->add_weights(1);
    ASSERT_TRUE(FromProto(message).ok());
    change(message);
    const absl::Status status = FromProto(message).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << message.ShortDebugString().substr(0, 100);
    EXPECT_THAT(std::string(status.message()), HasSubstr("segment"));
  }
}

TEST(PlanCodec, Environment) {
  const Environment environment = {{"A", "1"}, {"EMPTY", ""}, {"A", "\u00e9=2"}};
  v1::TestPlan holder;
  ToProto(environment, holder.mutable_tags());
  const absl::StatusOr<Environment> decoded = FromProto(holder.tags());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, environment);
}

TEST(PlanCodec, HostileEnvironmentsAreRefused) {
  const std::pair<std::string, std::string> wrong[] = {{"", "x"},
                                                       {"A=B", "x"},
                                                       {std::string("A\0", 2), "x"},
                                                       {std::string(257, 'A'), "x"},
                                                       {"SECRET", std::string("hidden\0", 7)},
                                                       {"SECRET", std::string(70'000, 'h')}};
  for (const auto& variable : wrong) {
    v1::TestPlan holder;
    ToProto(Environment{{"FINE", "x"}, variable}, holder.mutable_tags());
    const absl::Status status = FromProto(holder.tags()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("environment[1]"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hidden")));  // values may be secrets
    EXPECT_LT(status.message().size(), 300U);
  }
  v1::TestPlan holder;
  ToProto(Environment(kMaxVariables + 1, {"A", "x"}), holder.mutable_tags());
  EXPECT_EQ(FromProto(holder.tags()).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace mockarty

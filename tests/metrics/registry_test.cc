#include "common/metrics/registry.h"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

TEST(Registry, HoldsTheBuiltInMetricsUnderTheirIds) {
  const MetricRegistry registry;
  for (MetricId id = 0; id < kBuiltinMetricCount; ++id) {
    EXPECT_EQ(registry.Metric(id).name, kBuiltinMetrics[id].name);
    EXPECT_EQ(registry.FindMetric(kBuiltinMetrics[id].name).value(), id);
  }
  EXPECT_EQ(registry.Metric(kMetricHttpReqDuration).name, "http_req_duration");
  EXPECT_EQ(registry.Metric(kMetricErrors).name, "errors");
  EXPECT_EQ(registry.Metrics().size(), size_t{kBuiltinMetricCount});
}

TEST(Registry, TheSameNameIsTheSameMetric) {
  MetricRegistry registry;
  const MetricId id = registry.DefineMetric("login_time", MetricKind::kTrend, ValueUnit::kTime).value();
  EXPECT_EQ(registry.DefineMetric("login_time", MetricKind::kTrend).value(), id);
  EXPECT_EQ(registry.Metric(id).unit, ValueUnit::kTime);
  EXPECT_EQ(registry.FindMetric("nothing").status().code(), absl::StatusCode::kNotFound);
}

TEST(Registry, TwoKindsOfOneNameAreAnErrorNamingBoth) {
  MetricRegistry registry;
  ASSERT_TRUE(registry.DefineMetric("m", MetricKind::kTrend).ok());
  const absl::Status status = registry.DefineMetric("m", MetricKind::kCounter).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(), "metric 'm' is already a trend and cannot also be a counter");
  EXPECT_FALSE(registry.DefineMetric("http_reqs", MetricKind::kRate).ok());
}

TEST(Registry, NamesAreValidated) {
  MetricRegistry registry;
  for (const char* name : {"a", "_", "A9_z", "checks_2"}) {
    EXPECT_TRUE(
        registry.DefineMetric(name, name == std::string("checks_2") ? MetricKind::kRate : MetricKind::kGauge).ok())
        << name;
  }
  EXPECT_TRUE(registry.DefineMetric(std::string(128, 'x'), MetricKind::kGauge).ok());
  for (const std::string& name : {std::string(), std::string("9a"), std::string("a-b"), std::string("a b"),
                                  std::string("\u00e4"), std::string("a\0b", 3), std::string(129, 'x')}) {
    const absl::Status status = registry.DefineMetric(name, MetricKind::kGauge).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr("expected a letter or underscore"));
  }
  EXPECT_THAT(std::string(registry.DefineMetric("a\x1b[31m", MetricKind::kGauge).status().message()),
              HasSubstr("'a\\x1b[31m'"));
}

TEST(Registry, MetricsAreBounded) {
  MetricRegistry registry({.max_metrics = kBuiltinMetricCount + 1});
  EXPECT_TRUE(registry.DefineMetric("one", MetricKind::kGauge).ok());
  EXPECT_EQ(registry.DefineMetric("two", MetricKind::kGauge).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(registry.DefineMetric("one", MetricKind::kGauge).ok());
}

TEST(Registry, TagOrderDoesNotMatterAndTheLastOfAKeyWins) {
  MetricRegistry registry;
  const std::array<TagView, 2> ab = {{{"a", "1"}, {"b", "2"}}};
  const std::array<TagView, 4> ba = {{{"b", "2"}, {"a", "0"}, {"a", "1"}, {"c", ""}}};
  const TagSetId id = registry.InternTags(ab);
  EXPECT_EQ(registry.InternTags(ba), id);
  EXPECT_EQ(registry.Tags(id), (TagSet{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(registry.InternTags({}), kNoTags);
  EXPECT_TRUE(registry.Tags(kNoTags).empty());
}

TEST(Registry, KeysAndValuesCannotBeConfused) {
  MetricRegistry registry;
  const TagView one{"ab", "c"};
  const TagView other{"a", "bc"};
  EXPECT_NE(registry.InternTags({&one, 1}), registry.InternTags({&other, 1}));
}

TEST(Registry, TagsAreCutAtTheirLimits) {
  MetricRegistry registry;
  const std::string value = std::string(255, 'v') + "\u00e4";  // the limit falls within the last character
  const std::string key(100, 'k');
  const TagView tag{key, value};
  const TagSet& set = registry.Tags(registry.InternTags({&tag, 1}));
  ASSERT_EQ(set.size(), 1U);
  EXPECT_EQ(set[0].key.size(), MetricRegistry::kMaxTagKeyBytes);
  EXPECT_EQ(set[0].value, std::string(255, 'v'));

  std::vector<std::string> keys;
  std::vector<TagView> many;
  for (int i = 0; i < 100; ++i) {
    keys.push_back("k" + std::to_string(i));
  }
  for (const std::string& name : keys) {
    many.push_back({name, "1"});
  }
  EXPECT_EQ(registry.Tags(registry.InternTags(many)).size(), MetricRegistry::kMaxTagsInSet);
}

TEST(Registry, TagMemoryIsBounded) {
  MetricRegistry registry({.max_tag_bytes = 4'096});
  TagSetId last = kNoTags;
  for (int i = 0; i < 1'000; ++i) {
    const std::string value = std::to_string(i);
    const TagView tag{"id", value};
    last = registry.InternTags({&tag, 1});
  }
  EXPECT_EQ(last, kOtherTags);
  const TagView first{"id", "0"};
  EXPECT_NE(registry.InternTags({&first, 1}), kOtherTags) << "what is known stays known";
}

TagSetId IdTag(MetricRegistry& registry, int i) {
  const std::string value = std::to_string(i);
  const TagView tag{"id", value};
  return registry.InternTags({&tag, 1});
}

TEST(Registry, SeriesPastTheBudgetAreOther) {
  MetricRegistry registry({.max_series = 3});
  std::vector<SeriesId> ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(registry.Intern(kMetricChecks, IdTag(registry, i)));
  }
  EXPECT_FALSE(registry.Describe(ids[2]).is_other);
  EXPECT_TRUE(registry.Describe(ids[3]).is_other);
  EXPECT_EQ(ids[3], ids[4]);
  EXPECT_EQ(ids[3], ids[5]);
  EXPECT_EQ(registry.Describe(ids[3]).metric->name, "checks");
  EXPECT_EQ(*registry.Describe(ids[3]).tags, (TagSet{{"name", "__other__"}}));
  EXPECT_EQ(registry.RefusedSeries(), 3U);
  EXPECT_EQ(registry.Intern(kMetricChecks, IdTag(registry, 0)), ids[0]);
  EXPECT_EQ(registry.SeriesCount(), 4U);
}

TEST(Registry, SeveralSeriesGoTogetherOrNotAtAll) {
  MetricRegistry registry({.max_series = 3});
  const std::array<MetricId, 2> metrics = {kMetricHttpReqs, kMetricHttpReqDuration};
  std::array<SeriesId, 2> ids = {};
  EXPECT_TRUE(registry.InternAll(metrics, IdTag(registry, 1), ids));
  EXPECT_EQ(registry.Describe(ids[1]).metric->name, "http_req_duration");
  EXPECT_FALSE(registry.InternAll(metrics, IdTag(registry, 2), ids));
  EXPECT_TRUE(registry.Describe(ids[0]).is_other);
  EXPECT_TRUE(registry.Describe(ids[1]).is_other);
  EXPECT_NE(ids[0], ids[1]);
}

TEST(Registry, AMetricMayHaveALimitOfItsOwn) {
  MetricRegistry registry;
  size_t other = 0;
  for (int i = 0; i < 150; ++i) {
    other += registry.Describe(registry.Intern(kMetricErrors, IdTag(registry, i))).is_other ? 1 : 0;
  }
  EXPECT_EQ(other, 50U);
  EXPECT_FALSE(registry.Describe(registry.Intern(kMetricChecks, IdTag(registry, 149))).is_other);
}

TEST(Registry, ThreadsAgreeOnIds) {
  MetricRegistry registry;
  std::vector<std::vector<SeriesId>> ids(4);
  std::vector<std::thread> threads;
  for (std::vector<SeriesId>& mine : ids) {
    threads.emplace_back([&registry, &mine] {
      for (int i = 0; i < 500; ++i) {
        mine.push_back(registry.Intern(kMetricChecks, IdTag(registry, i)));
        ASSERT_EQ(registry.Describe(mine.back()).metric->name, "checks");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);
  EXPECT_EQ(ids[0], ids[3]);
  EXPECT_EQ(registry.SeriesCount(), 500U);
}

TEST(CutUtf8, NeverCutsACharacter) {
  const std::string text = "a\u00e4\u20ac\U0001F600";  // 1 + 2 + 3 + 4 bytes
  const std::vector<size_t> expected = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (size_t limit = 0; limit < expected.size(); ++limit) {
    EXPECT_EQ(CutUtf8(text, limit).size(), expected[limit]) << limit;
  }
}

}  // namespace
}  // namespace mockarty

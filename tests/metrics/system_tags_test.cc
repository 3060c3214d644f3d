// Which tags requests get, and that no tag makes the number of series grow without bound.
#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/metrics/builtin_metrics.h"
#include "engine/collect/collector.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

RequestSample Get(std::string_view url) {
  RequestSample sample;
  sample.method = "GET";
  sample.url = url;
  sample.status = 200;
  sample.protocol = "HTTP/2.0";
  sample.tls_version = "tls1.3";
  return sample;
}

class SystemTagsTest : public ::testing::Test {
 protected:
  Collector& With(SystemTags tags) {
    collector_ = std::make_unique<Collector>(&registry_, CollectorOptions{.source = 1, .system_tags = tags});
    return *collector_;
  }
  static SystemTags Of(std::initializer_list<SystemTag> some) {
    SystemTags tags = SystemTags::None();
    for (const SystemTag tag : some) {
      tags.Add(tag);
    }
    return tags;
  }
  // The tags of each series of a metric, "key:value,key:value".
  std::multiset<std::string> SeriesOf(MetricId metric) {
    std::multiset<std::string> all;
    for (const SeriesDelta& delta : collector_->Flush(1).series) {
      const SeriesInfo& info = registry_.Describe(delta.id);
      std::string text;
      for (const Tag& tag : *info.tags) {
        text += (text.empty() ? "" : ",") + tag.key + ":" + tag.value;
      }
      if (info.metric_id == metric) {
        all.insert(text);
      }
    }
    return all;
  }

  MetricRegistry registry_;
  std::unique_ptr<Collector> collector_;
};

TEST_F(SystemTagsTest, DefaultsNameProtocolVersionAndError) {
  Collector& collector = With({});
  collector.AddRequest(Get("https://h/a/1"));
  RequestSample failed = Get("https://h/a/2");
  failed.status = 0;
  failed.error_code = 1212;
  failed.error = "refused";
  failed.expected = false;
  failed.protocol = failed.tls_version = "";
  collector.AddRequest(failed);
  EXPECT_THAT(
      SeriesOf(kMetricHttpReqs),
      ElementsAre("error:refused,error_code:1212,expected_response:false,method:GET,name:https://h/a/{id},status:0",
                  "expected_response:true,method:GET,name:https://h/a/{id},proto:HTTP/2.0,status:200,"
                  "tls_version:tls1.3"));
}

TEST_F(SystemTagsTest, WhatIsNoTagTellsNothingApart) {
  Collector& collector = With(Of({SystemTag::kStatus}));
  const GroupId group = collector.ChildGroup(kRootGroup, "g");
  for (const char* url : {"http://h/a", "http://h/b"}) {
    for (const char* method : {"GET", "POST"}) {
      RequestSample sample = Get(url);
      sample.method = method;
      sample.group = method[0] == 'G' ? group : kRootGroup;
      sample.expected = method[0] == 'G';
      sample.error = url;
      sample.remote = url;
      collector.AddRequest(sample);
    }
  }
  EXPECT_THAT(SeriesOf(kMetricHttpReqs), ElementsAre("status:200"));
  collector.AddRequest(Get("http://h/a"));
  EXPECT_THAT(SeriesOf(kMetricApdexSatisfied), ElementsAre(""));
}

TEST_F(SystemTagsTest, NoTagsAtAll) {
  Collector& collector = With(SystemTags::None());
  collector.AddRequest(Get("http://h/a"));
  collector.AddCheck("one", true);
  collector.AddCheck("two", false, {collector.ChildGroup(kRootGroup, "g"), kNoTags});
  EXPECT_THAT(SeriesOf(kMetricChecks), ElementsAre(""));
  collector.AddRequest(Get("http://h/a"));
  EXPECT_THAT(SeriesOf(kMetricHttpReqs), ElementsAre(""));
}

TEST_F(SystemTagsTest, UrlStandsBesideANameWhereItIsListed) {
  Collector& collector = With(Of({SystemTag::kUrl, SystemTag::kName, SystemTag::kIp}));
  RequestSample sample = Get("http://user:secret@h/a/7?token=1");
  sample.name = "mine";
  sample.remote = "127.0.0.1";
  collector.AddRequest(sample);
  sample.name = "";
  collector.AddRequest(sample);
  EXPECT_THAT(SeriesOf(kMetricHttpReqs),
              ElementsAre("ip:127.0.0.1,name:http://h/a/{id}", "ip:127.0.0.1,name:mine,url:http://h/a/{id}"));
}

TEST_F(SystemTagsTest, ErrorTextsWithoutEndShareOneSeries) {
  Collector& collector = With(Of({SystemTag::kError}));
  for (int i = 0; i < 1'000; ++i) {
    RequestSample sample = Get("http://h/");
    const std::string text = "no such host: h" + std::to_string(i);
    sample.error = text;
    collector.AddRequest(sample);
  }
  const auto series = SeriesOf(kMetricHttpReqs);
  EXPECT_EQ(series.size(), Collector::kMaxErrorTexts + 1);
  EXPECT_EQ(series.count("error:__other__"), 1U);
  EXPECT_EQ(registry_.RefusedSeries(), 0U);
}

TEST_F(SystemTagsTest, DataAndErrorsCarryTheScenario) {
  Collector& collector = With({});
  const TagView scenario[] = {{"scenario", "a"}};
  RequestSample sample = Get("http://h/");
  sample.bytes_sent = 5;
  collector.AddRequest(sample);
  sample.scenario = collector.Tags(scenario);
  collector.AddRequest(sample);
  collector.AddRequest(sample);
  collector.AddError("broken", sample.scenario);
  collector.AddError("broken");
  const Window window = collector.Flush(1);
  std::map<std::string, double> sums;
  for (const SeriesDelta& delta : window.series) {
    const SeriesInfo& info = registry_.Describe(delta.id);
    const std::string* name = FindTag(*info.tags, "scenario");
    if (info.metric_id == kMetricDataSent || info.metric_id == kMetricErrors) {
      sums[info.metric->name + ":" + (name != nullptr ? *name : "")] += FromFixed(delta.sum);
    }
  }
  EXPECT_THAT(sums, UnorderedElementsAre(std::pair("data_sent:", 5.0), std::pair("data_sent:a", 10.0),
                                         std::pair("errors:", 1.0), std::pair("errors:a", 1.0)));
}

}  // namespace
}  // namespace mockarty

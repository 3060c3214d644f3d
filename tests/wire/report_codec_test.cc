#include "common/wire/report_codec.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "common/report/json_report.h"
#include "common/report/summary_data.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "mockarty/v1/report.pb.h"
#include "tests/wire/random_windows.h"

namespace mockarty {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using ::testing::HasSubstr;

// Sets every field of a message, and of those within it, to a value of its own that is not the default.
void FillAll(Message& message, int& next) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const int value = next++;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        for (int n = 0; n < (field->is_repeated() ? 2 : 1); ++n) {
          FillAll(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                       : *reflection.MutableMessage(&message, field),
                  next);
        }
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (field->is_repeated()) {
          reflection.AddDouble(&message, field, value + 0.25);
          reflection.AddDouble(&message, field, value + 0.5);
        } else {
          reflection.SetDouble(&message, field, value + 0.25);
        }
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&message, field, -value);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(&message, field, UINT64_MAX - static_cast<uint64_t>(value));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&message, field, UINT32_MAX - static_cast<uint32_t>(value));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&message, field, 1 + value % 2);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->name() == "trend_stats") {  // not any text will do
          reflection.AddString(&message, field, "count");
          reflection.AddString(&message, field, "p(99.9)");
        } else if (field->name() == "time_unit") {
          reflection.SetString(&message, field, "us");
        } else if (field->is_repeated()) {
          reflection.AddString(&message, field, "text " + std::to_string(value));
          reflection.AddString(&message, field, "more " + std::to_string(value));
        } else {
          reflection.SetString(&message, field, "text " + std::to_string(value));
        }
        break;
      default:
        FAIL() << "a field of a type that this test does not know: " << field->full_name();
    }
  }
}

v1::RunReport FullReport() {
  v1::RunReport message;
  int next = 1;
  FillAll(message, next);
  return message;
}

// Also notices a field that is added to the message and forgotten by the codec.
TEST(ReportCodec, EveryFieldOfTheMessageTravels) {
  const v1::RunReport message = FullReport();
  const absl::StatusOr<RunReport> report = FromProto(message);
  ASSERT_TRUE(report.ok()) << report.status();
  v1::RunReport again;
  again.add_metrics();  // is overwritten
  ToProto(*report, &again);
  EXPECT_EQ(again.DebugString(), message.DebugString());
}

TEST(ReportCodec, EveryFieldOfTheReportTravels) {
  Rng rng(3);
  for (int round = 0; round < 200; ++round) {
    const RunReport report = RandomReport(rng, round % 2 == 0);
    v1::RunReport message;
    ToProto(report, &message);
    v1::RunReport parsed;
    ASSERT_TRUE(parsed.ParseFromString(message.SerializeAsString()));
    const absl::StatusOr<RunReport> decoded = FromProto(parsed);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(ToJson(*decoded), ToJson(report));
  }
}

// One by one, wherever it is.
void ForEachDouble(Message& message, const std::function<void(const std::string&)>& fn) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE && field->is_repeated()) {
      const double value = reflection.GetRepeatedDouble(message, field, 1);
      reflection.SetRepeatedDouble(&message, field, 1, std::numeric_limits<double>::infinity());
      fn(field->name());
      reflection.SetRepeatedDouble(&message, field, 1, value);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      const double value = reflection.GetDouble(message, field);
      for (const double wrong : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
        reflection.SetDouble(&message, field, wrong);
        fn(field->name());
      }
      reflection.SetDouble(&message, field, value);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < (field->is_repeated() ? reflection.FieldSize(message, field) : 1); ++i) {
        ForEachDouble(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                           : *reflection.MutableMessage(&message, field),
                      fn);
      }
    }
  }
}

TEST(ReportCodec, NumbersThatAreNotFiniteAreRefused) {
  v1::RunReport message = FullReport();
  int tried = 0;
  ForEachDouble(message, [&](const std::string& field) {
    const absl::Status status = FromProto(message).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << field;
    EXPECT_THAT(std::string(status.message()), HasSubstr(field));
    ++tried;
  });
  EXPECT_GT(tried, 100);
  EXPECT_TRUE(FromProto(message).ok());
}

TEST(ReportCodec, TheSummaryMustFitItsFigures) {
  v1::RunReport message = FullReport();
  message.mutable_threshold_metrics(1)->mutable_trend()->add_stats(1);
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("trend.stats: expected 2 of"));
  message = FullReport();
  message.mutable_summary()->set_trend_stats(1, "p(101)");
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("summaryTrendStats[1]: expected avg"));
  message = FullReport();
  message.mutable_summary()->set_time_unit("h");
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("summaryTimeUnit: expected"));
}

// Whoever writes the groups out nests as deep as a path says.
TEST(ReportCodec, PathsOfGroupsAreBounded) {
  std::string path;
  while (path.size() < 1'000) path += "::g";
  v1::RunReport message = FullReport();
  message.mutable_checks(1)->set_group(path);
  message.mutable_groups(0)->set_path(path);
  const absl::StatusOr<RunReport> report = FromProto(message);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(SummaryDataJson(*report), HasSubstr(path));
  for (int i = 0; i < 100'000; ++i) path += "::g";
  message.mutable_checks(1)->set_group(path);
  EXPECT_EQ(FromProto(message).status().message(), "report: checks[1].group: expected at most 1024, got 301002 bytes");
  message.mutable_checks(1)->clear_group();
  message.mutable_groups(0)->set_path(path);
  EXPECT_THAT(std::string(FromProto(message).status().message()),
              HasSubstr("report: groups[0].path: expected at most"));
}

TEST(ReportCodec, UnknownEnumsAreRefused) {
  v1::RunReport message = FullReport();
  message.set_status(static_cast<v1::RunReport::Status>(9));
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("report: status: expected 1"));
  message = FullReport();
  message.mutable_metrics(1)->set_kind(v1::METRIC_KIND_UNSPECIFIED);
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("report: metrics[1]: kind"));
  message = FullReport();
  message.mutable_metrics(0)->set_unit(static_cast<v1::ValueUnit>(9));
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("report: metrics[0]: unit"));
}

TEST(ReportCodec, TextsThatAreNoUtf8AreMended) {
  RunReport report;
  report.stopped_reason = "bad \xFF byte";
  report.errors.push_back({"\xC3", 1});
  v1::RunReport message;
  ToProto(report, &message);
  v1::RunReport parsed;
  ASSERT_TRUE(parsed.ParseFromString(message.SerializeAsString()));
  EXPECT_EQ(parsed.stopped_reason(), "bad \uFFFD byte");
  EXPECT_EQ(parsed.errors(0).message(), "\uFFFD");
}

}  // namespace
}  // namespace mockarty

#include "common/plan/report_options_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kPlainStats = {"avg", "min", "med", "max", "count"};
constexpr std::array<std::string_view, 3> kTimeUnits = {"s", "ms", "us"};
constexpr std::string_view kStatForm = "avg, min, med, max, count or p(N) with N from 0 to 100";
constexpr size_t kMaxNames = 100;

// A list of texts, or one text with commas between them; nothing when the option is not there.
absl::StatusOr<std::optional<std::vector<std::string>>> ReadNames(const OptionReader& options, std::string_view field,
                                                                  std::string_view expected) {
  const json::value* value = options.Find(field);
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::vector<std::string> names;
  if (value->is_string()) {
    const absl::string_view text(value->get_string().data(), value->get_string().size());
    for (absl::string_view name : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
      names.emplace_back(absl::StripAsciiWhitespace(name));
    }
  } else if (value->is_array()) {
    for (const json::value& name : value->get_array()) {
      if (!name.is_string()) {
        return absl::InvalidArgumentError(
            Concat(options.PathOf(field), "[", names.size(), "]: expected ", expected, ", got ", ShownValue(name)));
      }
      names.emplace_back(name.get_string().data(), name.get_string().size());
    }
  } else {
    return options.Wrong(field, Concat("a list of ", expected));
  }
  if (names.size() > kMaxNames) return options.Wrong(field, Concat("at most ", kMaxNames, " names"));
  return names;
}

}  // namespace

absl::StatusOr<SystemTags> ParseSystemTags(const OptionReader& options, std::vector<std::string>* warnings) {
  ASSIGN_OR_RETURN(const auto names, ReadNames(options, "systemTags", "names of system tags"));
  if (!names.has_value()) return SystemTags();
  SystemTags tags = SystemTags::None();
  for (size_t i = 0; i < names->size(); ++i) {
    const std::string& name = (*names)[i];
    const std::optional<SystemTag> tag = FindSystemTag(name);
    if (!tag.has_value()) {
      return absl::InvalidArgumentError(Concat(options.PathOf("systemTags"), "[", i, "]: expected ",
                                               Joined(kSystemTagNames, ", "), ", got ", Quoted(name),
                                               DidYouMean(name, kSystemTagNames)));
    }
    if (!IsAggregated(*tag)) {
      warnings->push_back(Concat(options.PathOf("systemTags"), ": ", name,
                                 " has no effect: samples are aggregated, not kept one by one"));
    }
    tags.Add(*tag);
  }
  return tags;
}

bool IsSummaryStat(std::string_view text) {
  if (std::find(kPlainStats.begin(), kPlainStats.end(), text) != kPlainStats.end()) return true;
  if (text.size() > kMaxSummaryStatText || !text.starts_with("p(") || !text.ends_with(")")) return false;
  const std::string_view number = text.substr(2, text.size() - 3);
  double percentile = 0;
  return !number.empty() && number.find_first_not_of("0123456789.") == std::string_view::npos &&
         absl::SimpleAtod(ToAbsl(number), &percentile) && percentile >= 0 && percentile <= 100;
}

absl::Status CheckSummaryOptions(std::string_view path, const SummaryOptions& summary) {
  if (summary.trend_stats.size() > kMaxSummaryStats) {
    return absl::InvalidArgumentError(
        Concat(path, ".summaryTrendStats: expected at most ", kMaxSummaryStats, ", got ", summary.trend_stats.size()));
  }
  for (size_t i = 0; i < summary.trend_stats.size(); ++i) {
    if (!IsSummaryStat(summary.trend_stats[i])) {
      return absl::InvalidArgumentError(
          Concat(path, ".summaryTrendStats[", i, "]: expected ", kStatForm, ", got ", Quoted(summary.trend_stats[i])));
    }
  }
  const std::string& unit = summary.time_unit;
  if (!unit.empty() && std::find(kTimeUnits.begin(), kTimeUnits.end(), unit) == kTimeUnits.end()) {
    return absl::InvalidArgumentError(
        Concat(path, ".summaryTimeUnit: expected \"s\", \"ms\" or \"us\", got ", Quoted(unit)));
  }
  return absl::OkStatus();
}

absl::StatusOr<SummaryOptions> ParseSummaryOptions(const OptionReader& options) {
  SummaryOptions summary;
  ASSIGN_OR_RETURN(const auto stats, ReadNames(options, "summaryTrendStats", kStatForm));
  if (stats.has_value()) {
    for (const std::string& stat : *stats) {
      const auto known = std::find(summary.trend_stats.begin(), summary.trend_stats.end(), stat);
      if (known == summary.trend_stats.end()) summary.trend_stats.push_back(stat);
    }
  }
  RETURN_IF_ERROR(options.String("summaryTimeUnit", kMaxTagText, summary.time_unit));
  RETURN_IF_ERROR(options.Bool("noSummary", summary.none));
  std::string path = options.PathOf("");
  path.pop_back();
  RETURN_IF_ERROR(CheckSummaryOptions(path, summary));
  return summary;
}

}  // namespace mockarty

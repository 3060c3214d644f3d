#include "common/plan/stage_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <utility>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kStageFields = {"duration", "target", "targetRPS", "targetRps"};

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

const json::value* FindRate(const OptionReader& stage) {
  const json::value* rate = stage.Find("targetRPS");
  return rate != nullptr ? rate : stage.Find("targetRps");
}

std::string_view RateField(const OptionReader& stage) {
  return stage.Find("targetRPS") != nullptr ? "targetRPS" : "targetRps";
}

// Calls `parse` with a reader of each stage, and checks what all stages have in common.
absl::Status ForEachStage(const OptionReader& reader, std::vector<std::string>* warnings,
                          const std::function<absl::StatusOr<Nanos>(const OptionReader&)>& parse) {
  const json::value* value = reader.Find("stages");
  if (value == nullptr || !value->is_array()) return reader.Wrong("stages", "an array of {duration, target}");
  const json::array& elements = value->get_array();
  if (elements.size() > kMaxStages) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("stages"), ": expected at most ", kMaxStages, " stages, got ", elements.size()));
  }
  Nanos total = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    const std::string path = Concat(reader.PathOf("stages"), "[", i, "]");
    if (!elements[i].is_object()) {
      return absl::InvalidArgumentError(
          Concat(path, ": expected an object with `duration` and `target`, got ", ShownValue(elements[i])));
    }
    OptionReader stage(elements[i].get_object(), path, warnings);
    if (stage.Find("duration") == nullptr) return stage.Wrong("duration", kDurationForm);
    ASSIGN_OR_RETURN(const Nanos duration, parse(stage));
    total += duration;
    if (total > kMaxRunDuration) {
      return absl::InvalidArgumentError(
          Concat(reader.PathOf("stages"), ": expected at most ", FormatDuration(kMaxRunDuration), " in all"));
    }
  }
  if (!elements.empty() && total == 0) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("stages"), ": expected a duration above 0 in at least one stage"));
  }
  return absl::OkStatus();
}

void WarnOfUnknown(const json::value& element, size_t index, const OptionReader& reader,
                   std::vector<std::string>* warnings) {
  if (!element.is_object()) return;
  for (const auto& member : element.get_object()) {
    const std::string_view name = View(member.key());
    if (std::find(kStageFields.begin(), kStageFields.end(), name) != kStageFields.end()) continue;
    warnings->push_back(Concat("unknown option '", reader.PathOf("stages"), "[", index, "].", Printable(name), "'",
                               DidYouMean(name, kStageFields)));
  }
}

absl::StatusOr<Stage> ParseVuStage(const OptionReader& reader) {
  Stage stage;
  uint64_t target = 0;
  if (reader.Find("target") == nullptr) return reader.Wrong("target", "a non-negative integer");
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, stage.duration));
  RETURN_IF_ERROR(reader.Integer("target", 0, kMaxVus, target));
  stage.target = static_cast<uint32_t>(target);
  return stage;
}

absl::StatusOr<RateStage> ParseRequestStage(const OptionReader& reader) {
  RateStage stage;
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, stage.duration));
  if (FindRate(reader) != nullptr) {
    RETURN_IF_ERROR(reader.Integer(RateField(reader), 0, kMaxRatePerSecond, stage.target));
    return stage;
  }
  uint64_t vus = 0;
  RETURN_IF_ERROR(reader.Integer("target", 0, kMaxVus, vus));
  if (reader.Find("target") == nullptr || vus > 0) {
    return reader.Wrong("target", "`targetRPS` as the other stages have it, or 0");
  }
  return stage;
}

bool IsRequestStage(const json::value& element) {
  if (!element.is_object()) return false;
  std::vector<std::string> ignored;
  const OptionReader stage(element.get_object(), "", &ignored);
  const json::value* rate = FindRate(stage);
  if (rate == nullptr || rate->is_null()) return false;
  uint64_t number = 0;
  const bool above_zero = !stage.Integer(RateField(stage), 0, UINT64_MAX, number).ok() || number > 0;
  return above_zero || stage.Find("target") == nullptr;
}

}  // namespace

absl::StatusOr<ParsedStages> ParseStages(const OptionReader& reader, std::vector<std::string>* warnings) {
  ParsedStages stages;
  const json::value* value = reader.Find("stages");
  if (value == nullptr) return stages;
  bool requests = false;
  if (value->is_array()) {
    const json::array& elements = value->get_array();
    requests = std::any_of(elements.begin(), elements.end(), IsRequestStage);
    for (size_t i = 0; i < elements.size() && i < kMaxStages; ++i) WarnOfUnknown(elements[i], i, reader, warnings);
  }
  const auto parse = [&](const OptionReader& stage) -> absl::StatusOr<Nanos> {
    if (requests) {
      ASSIGN_OR_RETURN(stages.requests.emplace_back(), ParseRequestStage(stage));
      return stages.requests.back().duration;
    }
    ASSIGN_OR_RETURN(stages.vus.emplace_back(), ParseVuStage(stage));
    return stages.vus.back().duration;
  };
  RETURN_IF_ERROR(ForEachStage(reader, warnings, parse));
  return stages;
}

absl::StatusOr<std::vector<Stage>> ParseVuStages(const OptionReader& reader, std::vector<std::string>* warnings) {
  std::vector<Stage> stages;
  const auto parse = [&](const OptionReader& stage) -> absl::StatusOr<Nanos> {
    ASSIGN_OR_RETURN(stages.emplace_back(), ParseVuStage(stage));
    return stages.back().duration;
  };
  RETURN_IF_ERROR(ForEachStage(reader, warnings, parse));
  if (stages.empty()) return reader.Wrong("stages", "at least one stage");
  return stages;
}

absl::StatusOr<std::vector<RateStage>> ParseRateStages(const OptionReader& reader, uint64_t max_rate,
                                                       std::vector<std::string>* warnings) {
  std::vector<RateStage> stages;
  const auto parse = [&](const OptionReader& stage) -> absl::StatusOr<Nanos> {
    RateStage& parsed = stages.emplace_back();
    if (stage.Find("target") == nullptr) return stage.Wrong("target", "a non-negative integer");
    RETURN_IF_ERROR(stage.Duration("duration", kMaxRunDuration, parsed.duration));
    RETURN_IF_ERROR(stage.Integer("target", 0, max_rate, parsed.target));
    return parsed.duration;
  };
  RETURN_IF_ERROR(ForEachStage(reader, warnings, parse));
  if (stages.empty()) return reader.Wrong("stages", "at least one stage");
  return stages;
}

}  // namespace mockarty

#include "common/report/metric_selector.h"

#include <algorithm>
#include <cstddef>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/metrics/route.h"

namespace mockarty {
namespace {

constexpr size_t kMaxSelectorTags = 16;

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool IsMetricName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= MetricRegistry::kMaxNameBytes && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

absl::Status Wrong(std::string_view text, size_t position, std::string_view expected) {
  return absl::InvalidArgumentError(
      Concat("metric ", Quoted(text), ": at position ", position + 1, ": expected ", expected));
}

// The place of the comma that ends a tag, or the end of the text. Commas within double quotes do not count.
size_t TagEnd(std::string_view text, size_t from) {
  bool quoted = false;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

absl::StatusOr<MetricSelector> ParseMetricSelector(std::string_view text) {
  const size_t brace = text.find('{');
  const std::string_view name = Trimmed(text.substr(0, brace));
  if (!IsMetricName(name)) {
    return Wrong(text, 0, "the name of a metric: a letter or underscore, then letters, digits and underscores");
  }
  MetricSelector selector;
  selector.metric = name;
  if (brace == std::string_view::npos) {
    return selector;
  }
  const size_t close = text.find_last_not_of(" \t");
  if (text[close] != '}') {
    return Wrong(text, text.size(), "a closing brace");
  }
  size_t at = brace + 1;
  while (at < close) {
    const size_t end = TagEnd(text.substr(0, close), at);
    const std::string_view tag = text.substr(at, end - at);
    const size_t colon = tag.find(':');
    std::string_view key = Trimmed(tag.substr(0, colon));
    if (colon == std::string_view::npos || key.empty()) {
      return Wrong(text, at, "a tag such as status:200");
    }
    if (selector.tags.size() == kMaxSelectorTags) {
      return Wrong(text, at, Concat("at most ", kMaxSelectorTags, " tags"));
    }
    std::string_view value = Trimmed(tag.substr(colon + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    // As the registry cuts them, so that a long name still finds its series.
    selector.tags.push_back(
        {std::string(CutUtf8(key, MetricRegistry::kMaxTagKeyBytes)),
         key == "url" ? RouteName(value) : std::string(CutUtf8(value, MetricRegistry::kMaxTagValueBytes))});
    at = end + 1;
  }
  if (selector.tags.empty()) {
    return Wrong(text, brace + 1, "a tag such as status:200");
  }
  return selector;
}

bool MetricSelector::Matches(const SeriesInfo& series) const {
  return series.metric->name == metric && std::all_of(tags.begin(), tags.end(), [&](const Tag& tag) {
           const std::string* value = FindTag(*series.tags, tag.key);
           if (value == nullptr && tag.key == "url") {
             value = FindTag(*series.tags, "name");  // the same, where the script gives no names
           }
           if (value == nullptr && tag.key == "scenario") {
             return tag.value.empty() || tag.value == "default";  // of a run without named scenarios
           }
           return value == nullptr ? tag.value.empty() : *value == tag.value;
         });
}

}  // namespace mockarty

#include "common/plan/option_names.h"

#include <algorithm>
#include <array>
#include <vector>

namespace mockarty {
namespace {

constexpr std::array<std::string_view, 44> kSupportedNames = {"vus",
                                                              "duration",
                                                              "iterations",
                                                              "stages",
                                                              "gracefulStop",
                                                              "gracefulRampDown",
                                                              "thresholds",
                                                              "abortCriteria",
                                                              "apdexThreshold",
                                                              "tags",
                                                              "throw",
                                                              "userAgent",
                                                              "insecureSkipTLSVerify",
                                                              "maxRedirects",
                                                              "httpTimeout",
                                                              "noConnectionReuse",
                                                              "noCookiesReset",
                                                              "discardResponseBodies",
                                                              "rps",
                                                              "maxVUs",
                                                              "maxVus",
                                                              "scenarios",
                                                              "minIterationDuration",
                                                              "noVUConnectionReuse",
                                                              "tlsAuth",
                                                              "tlsVersion",
                                                              "tlsCipherSuites",
                                                              "hosts",
                                                              "dns",
                                                              "localIPs",
                                                              "blacklistIPs",
                                                              "blockHostnames",
                                                              "batch",
                                                              "batchPerHost",
                                                              "httpDebug",
                                                              "setupTimeout",
                                                              "teardownTimeout",
                                                              "systemTags",
                                                              "summaryTrendStats",
                                                              "summaryTimeUnit",
                                                              "noSummary",
                                                              "noSetup",
                                                              "noTeardown",
                                                              "noThresholds"};

constexpr std::array<std::string_view, 3> kErrorNames = {"executionSegment", "executionSegmentSequence", "paused"};

constexpr std::array<std::string_view, 7> kWarningNames = {"summaryExport", "noUsageReport", "linger",           "ext",
                                                           "cloud",         "consoleOutput", "compatibilityMode"};

template <size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

OptionSupport SupportOf(std::string_view option) {
  if (Contains(kSupportedNames, option)) return OptionSupport::kSupported;
  if (Contains(kErrorNames, option)) return OptionSupport::kLaterError;
  if (Contains(kWarningNames, option)) return OptionSupport::kLaterWarning;
  return OptionSupport::kUnknown;
}

std::span<const std::string_view> KnownOptions() {
  static const std::vector<std::string_view>* const all_names = [] {
    auto* all = new std::vector<std::string_view>(kSupportedNames.begin(), kSupportedNames.end());
    all->insert(all->end(), kErrorNames.begin(), kErrorNames.end());
    all->insert(all->end(), kWarningNames.begin(), kWarningNames.end());
    return all;
  }();
  return *all_names;
}

}  // namespace mockarty

#include "common/report/apdex.h"

namespace mockarty {

std::string_view ApdexRating(double score) {
  if (score >= 0.94) return "Excellent";
  if (score >= 0.85) return "Good";
  if (score >= 0.70) return "Fair";
  if (score >= 0.50) return "Poor";
  return "Unacceptable";
}

ApdexReport MakeApdex(uint64_t satisfied, uint64_t tolerating, uint64_t frustrated, double threshold_ms) {
  ApdexReport apdex;
  apdex.satisfied = satisfied;
  apdex.tolerating = tolerating;
  apdex.frustrated = frustrated;
  apdex.total = satisfied + tolerating + frustrated;
  apdex.threshold_ms = threshold_ms;
  if (apdex.total == 0) {
    apdex.rating = "No data";
    return apdex;
  }
  apdex.score =
      (static_cast<double>(satisfied) + static_cast<double>(tolerating) * 0.5) / static_cast<double>(apdex.total);
  apdex.rating = ApdexRating(apdex.score);
  return apdex;
}

}  // namespace mockarty

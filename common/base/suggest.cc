#include "common/base/suggest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr size_t kMaxLength = 64;

// Optimal string alignment distance (Damerau-Levenshtein without overlapping swaps), letter case ignored.
size_t EditDistance(std::string_view a, std::string_view b) {
  using Row = std::array<size_t, kMaxLength + 1>;
  Row before{};
  Row previous{};
  Row current{};
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  auto same = [&](size_t i, size_t j) { return absl::ascii_tolower(a[i]) == absl::ascii_tolower(b[j]); };
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t cost = same(i - 1, j - 1) ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
      if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1)) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    before = previous;
    previous = current;
  }
  return previous[b.size()];
}

}  // namespace

std::string_view ClosestName(std::string_view name, std::span<const std::string_view> known) {
  if (name.empty() || name.size() > kMaxLength) return {};
  std::string_view best;
  size_t best_distance = kMaxLength + 1;
  for (std::string_view candidate : known) {
    if (candidate.empty() || candidate.size() > kMaxLength) continue;
    size_t distance = EditDistance(name, candidate);
    size_t allowed = std::max<size_t>(1, std::max(name.size(), candidate.size()) / 3);
    if (distance <= allowed && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view name, std::span<const std::string_view> known) {
  std::string_view closest = ClosestName(name, known);
  return closest.empty() ? std::string() : Concat(", did you mean '", closest, "'?");
}

}  // namespace mockarty

// "Did you mean": the known name that a mistyped one most resembles.
#ifndef COMMON_BASE_SUGGEST_H_
#define COMMON_BASE_SUGGEST_H_

#include <span>
#include <string>
#include <string_view>

namespace mockarty {

// The member of `known` nearest to `name` by edit distance (a swap of neighbours counts once), letter case aside;
// empty when none is near: at most a third of its letters may differ. Names over 64 bytes match nothing.
std::string_view ClosestName(std::string_view name, std::span<const std::string_view> known);

// ", did you mean 'vus'?" or "".
std::string DidYouMean(std::string_view name, std::span<const std::string_view> known);

}  // namespace mockarty

#endif  // COMMON_BASE_SUGGEST_H_

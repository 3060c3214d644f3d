// Every name that a script's `options` may hold, and what becomes of it in this version.
#ifndef COMMON_PLAN_OPTION_NAMES_H_
#define COMMON_PLAN_OPTION_NAMES_H_

#include <span>
#include <string_view>

namespace mockarty {

enum class OptionSupport {
  kSupported,
  kLaterError,    // of a later release, and would change the load or the verdict: refused
  kLaterWarning,  // of a later release, changes neither: named and passed over
  kUnknown,
};

OptionSupport SupportOf(std::string_view option);

// All but unknown ones, for "did you mean".
std::span<const std::string_view> KnownOptions();

}  // namespace mockarty

#endif  // COMMON_PLAN_OPTION_NAMES_H_

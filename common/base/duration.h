// Lengths of time as people write them: Go's duration format ("30s", "1m30s", "1.5h", "100ms", "2us"), and "1d".
//
// Lengths are nanoseconds in an int64_t, the `Nanos` of common/time/clock.h (which this folder may not include).
// Format and rounding follow Go's time.ParseDuration and time.Duration.String.
#ifndef COMMON_BASE_DURATION_H_
#define COMMON_BASE_DURATION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

// What messages say was expected.
inline constexpr std::string_view kDurationForm = "a duration such as \"30s\", \"1m30s\" or \"500ms\"";

// A non-negative length: one or more decimal numbers, each with a unit (ns, us, ms, s, m, h, d), or "0". A number
// without a unit, a sign, white space and more than about 292 years are InvalidArgument; the message shows the value
// and the form expected but not the field, which the caller puts in front.
absl::StatusOr<int64_t> ParseDuration(std::string_view text);

// "1m30s", "1.5s", "250ms", "0s": as Go prints it, always accepted by ParseDuration when not negative.
std::string FormatDuration(int64_t nanos);

}  // namespace mockarty

#endif  // COMMON_BASE_DURATION_H_

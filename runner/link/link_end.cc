#include "runner/link/link_end.h"

#include "common/base/concat.h"
#include "common/log/log.h"

namespace mockarty {

std::optional<Nanos> OnLinkEnd(const LinkEnd& end, Backoff& backoff) {
  if (end.heard) backoff.Reset();
  Nanos wait = backoff.Next();
  const std::string why(ToStd(end.why.message()));
  if (absl::IsUnauthenticated(end.why)) {
    Log(LogLevel::kError, "authentication failed: invalid token", {{"coordinator", end.coordinator}, {"answer", why}});
    return std::nullopt;
  }
  if (absl::IsFailedPrecondition(end.why)) {
    wait = end.refused_backoff;
    Log(LogLevel::kError, Concat("the coordinator at ", end.coordinator, " is of another version: ", why),
        {{"retry_ms", wait / kNanosPerMilli}});
  } else if (end.heard) {
    Log(LogLevel::kWarn, Concat("lost the connection to coordinator at ", end.coordinator),
        {{"answer", why}, {"retry_ms", wait / kNanosPerMilli}});
  } else {
    Log(LogLevel::kWarn, Concat("failed to connect to coordinator at ", end.coordinator),
        {{"error", why}, {"retry_ms", wait / kNanosPerMilli}});
  }
  return wait;
}

}  // namespace mockarty

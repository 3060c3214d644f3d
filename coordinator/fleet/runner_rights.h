// What a connected runner may do goes by its token, not by what it says of itself: an instance id belongs to the token
// that brought it first, and a token of a namespace serves runs of that namespace only.
//
// Belongs to the core's thread.
#ifndef COORDINATOR_FLEET_RUNNER_RIGHTS_H_
#define COORDINATOR_FLEET_RUNNER_RIGHTS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/time/clock.h"
#include "coordinator/fleet/fleet.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

inline constexpr uint32_t kCoordinatorProtocolMajor = 1;
inline constexpr uint32_t kCoordinatorProtocolMinor = 0;
// Of instance ids: those of coordinators' own runners.
inline constexpr std::string_view kLocalInstancePrefix = "local-";

// FailedPrecondition (the protocol), InvalidArgument (a second one, or fields out of bounds), PermissionDenied (a
// namespace or an instance id that this runner may not have).
absl::Status CheckHello(const Runner& runner, const v1::Hello& hello);

bool MayServe(const Runner& runner, std::string_view name_space);

// The error of a runner whose instance id is another token's.
absl::Status OtherTokensInstance(std::string_view instance);

// Tokens that are good no more. A stream that was opened before may say Hello afterwards.
class DroppedTokens {
 public:
  // Longer than a stream may wait with its Hello, by far; and not for ever, since a wall clock that was wrong may have
  // let a token expire.
  static constexpr Nanos kRemembered = 300 * kNanosPerSecond;
  static constexpr size_t kMaxTokens = 10'000;

  void Add(const std::string& token_id, Nanos now);
  bool Contains(const std::string& token_id, Nanos now) const;

 private:
  std::map<std::string, Nanos> until_;
  std::deque<std::pair<Nanos, std::string>> in_order_;
};

}  // namespace mockarty

#endif  // COORDINATOR_FLEET_RUNNER_RIGHTS_H_

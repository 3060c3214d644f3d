// What is said of a link to a coordinator that ended, and when it is tried again. All kinds of links say it alike.
#ifndef RUNNER_LINK_LINK_END_H_
#define RUNNER_LINK_LINK_END_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/time/backoff.h"
#include "common/time/clock.h"

namespace mockarty {

struct LinkEnd {
  std::string coordinator;    // its address
  absl::Status why;           // Unauthenticated: the token; FailedPrecondition: another version of the protocol
  bool heard = false;         // the peer had said something: it is a coordinator
  Nanos refused_backoff = 0;  // of another version
};

// One line in the log. How long to wait; nothing when there is to be no other try, because the token was refused. The
// caller's thread.
std::optional<Nanos> OnLinkEnd(const LinkEnd& end, Backoff& backoff);

}  // namespace mockarty

#endif  // RUNNER_LINK_LINK_END_H_

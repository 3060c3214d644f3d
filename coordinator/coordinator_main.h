// What the binary mockarty-coordinator does: its command line, its settings, and a coordinator until a signal ends it.
#ifndef COORDINATOR_COORDINATOR_MAIN_H_
#define COORDINATOR_COORDINATOR_MAIN_H_

#include "coordinator/backend.h"

namespace mockarty {

// An exit code: 0, 1 when it could not go on, 2 when command line or settings are wrong. Once it serves, it writes one
// line on stdout: "listening grpc=127.0.0.1:5773 http=127.0.0.1:5770". SIGTERM and SIGINT end it in order.
int CoordinatorMain(int argc, const char* const* argv, CoordinatorBackend& backend);

}  // namespace mockarty

#endif  // COORDINATOR_COORDINATOR_MAIN_H_

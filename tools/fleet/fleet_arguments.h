// What the command line of mockarty-fleet-load says.
#ifndef TOOLS_FLEET_FLEET_ARGUMENTS_H_
#define TOOLS_FLEET_FLEET_ARGUMENTS_H_

#include <string>

#include "tools/fleet/runner_connection.h"

namespace mockarty::fleet {

struct FleetArguments {
  std::string coordinator;  // its gRPC
  std::string http;         // its HTTP, which runners of mode `poll` use
  std::string runner_token;
  std::string user_token;
  int runners = 1000;
  int seconds = 20;  // of the load
  int series = 50;
  int pid = 0;    // of the coordinator; 0: nothing is said about it
  int tasks = 0;  // to queue and dispatch, in place of a load
  int slots = 1;  // of a runner
  ConnectRunner connect;
};

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_FLEET_ARGUMENTS_H_

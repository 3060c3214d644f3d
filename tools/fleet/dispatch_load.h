// Many tiny tasks in a coordinator's queue, and runners that are done with each at once: how fast they are dispatched.
#ifndef TOOLS_FLEET_DISPATCH_LOAD_H_
#define TOOLS_FLEET_DISPATCH_LOAD_H_

#include "tools/fleet/fleet_arguments.h"

namespace mockarty::fleet {

// Queues all of them while no runner that fits is connected, then connects the runners. Prints a line of JSON; an exit
// code.
int DispatchLoad(const FleetArguments& arguments);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_DISPATCH_LOAD_H_

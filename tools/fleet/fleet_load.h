// A load of simulated runners on one coordinator; prints its figures as one line of JSON.
#ifndef TOOLS_FLEET_FLEET_LOAD_H_
#define TOOLS_FLEET_FLEET_LOAD_H_

namespace mockarty::fleet {

// Arguments: --coordinator HOST:PORT --runner-token mki_... --user-token mk_... [--runners 1000] [--seconds 20]
// [--series 50] [--pid PID of the coordinator]; [--tasks N] [--slots 1] queues tasks and has them dispatched in place
// of a load; [--mode poll --http HOST:PORT] has the runners long-poll over HTTP. An exit code.
int FleetLoad(int argc, char** argv);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_FLEET_LOAD_H_

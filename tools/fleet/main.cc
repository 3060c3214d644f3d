#include "tools/fleet/fleet_load.h"

int main(int argc, char** argv) { return mockarty::fleet::FleetLoad(argc, argv); }

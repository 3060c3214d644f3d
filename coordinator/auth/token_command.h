// `mockarty-coordinator token create|list|revoke`, on the store itself; a coordinator that runs on it notices within
// a second.
#ifndef COORDINATOR_AUTH_TOKEN_COMMAND_H_
#define COORDINATOR_AUTH_TOKEN_COMMAND_H_

#include <string>
#include <vector>

#include "coordinator/store/store.h"

namespace mockarty {

// `arguments`: what follows "token". Writes to stdout and stderr. An exit code: 0, 1 (the store), 104 (bad input).
int RunTokenCommand(Store& store, const std::vector<std::string>& arguments);

}  // namespace mockarty

#endif  // COORDINATOR_AUTH_TOKEN_COMMAND_H_

// The first token of a new store.
#ifndef COORDINATOR_AUTH_ADMIN_TOKEN_H_
#define COORDINATOR_AUTH_ADMIN_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "coordinator/store/store.h"

namespace mockarty {

// Sees to it that there is an administrator: with `first_admin_token` (FIRST_ADMIN_TOKEN) as it says; without it, on a
// store that has no user token yet, a new token goes into DATA_DIR/admin-token (0600), whose path is answered. Empty:
// nothing was to be done. InvalidArgument for a FIRST_ADMIN_TOKEN that is not "mk_" and at least 20 characters.
absl::StatusOr<std::string> EnsureAdminToken(Store& store, const std::string& data_dir,
                                             const std::string& first_admin_token);

}  // namespace mockarty

#endif  // COORDINATOR_AUTH_ADMIN_TOKEN_H_

// Certificates and keys as settings name them.
#ifndef RUNNER_LINK_PEM_FILE_H_
#define RUNNER_LINK_PEM_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

// The text of a file; empty for an empty path. InvalidArgument names setting, file and what is wrong.
absl::StatusOr<std::string> ReadPemFile(std::string_view setting, const std::string& path);

}  // namespace mockarty

#endif  // RUNNER_LINK_PEM_FILE_H_

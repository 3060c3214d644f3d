// The text of a script file, checked and brought into one form.
#ifndef ENGINE_SCRIPT_SOURCE_TEXT_H_
#define ENGINE_SCRIPT_SOURCE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

// The bytes of a regular file of at most `max_bytes`. NotFound or FailedPrecondition with "cannot read script 'path':
// reason"; InvalidArgument when it is larger.
absl::StatusOr<std::string> ReadSourceFile(const std::string& path, size_t max_bytes);

// UTF-8 without byte order mark, lines ended by \n, `#!` made a comment; the lines keep their numbers. InvalidArgument
// for an empty file and, with the offset of the byte, for what is no UTF-8 text.
absl::StatusOr<std::string> NormalizeSource(const std::string& name, std::string_view bytes, size_t max_bytes);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SOURCE_TEXT_H_

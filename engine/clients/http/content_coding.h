// Content codings of bodies: gzip, deflate, br, zstd, in both directions.
//
// Output is bounded, so a small body cannot grow into all memory. Errors: InvalidArgument for data that does not
// decode (corrupt, truncated, with bytes after its end), ResourceExhausted for output above the limit (naming it),
// Unimplemented for a coding not known. Pure; any thread.
#ifndef ENGINE_CLIENTS_HTTP_CONTENT_CODING_H_
#define ENGINE_CLIENTS_HTTP_CONTENT_CODING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mockarty {

// True when `content_encoding` (a Content-Encoding field, possibly a list) holds only codings we know; "identity"
// and an empty list count as known.
bool IsKnownContentEncoding(std::string_view content_encoding);

// Undoes the codings of the list, last first. `data` may be any bytes. At most 4 codings.
absl::StatusOr<std::string> DecodeContent(std::string_view content_encoding, std::string_view data, uint64_t max_bytes);

// Applies the codings of the list ("gzip", "gzip, br"), first first.
absl::StatusOr<std::string> EncodeContent(std::string_view content_encoding, std::string_view data);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_CONTENT_CODING_H_

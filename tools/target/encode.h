// Content codings that /gzip, /deflate, /brotli and /zstd answer with.
//
// Errors: Internal when the library refuses. Threads: pure function.
#ifndef TOOLS_TARGET_ENCODE_H_
#define TOOLS_TARGET_ENCODE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty::target {

enum class Coding { kGzip, kDeflate, kBrotli, kZstd };

// The name in Content-Encoding: gzip, deflate, br, zstd.
std::string_view CodingName(Coding coding);

// `deflate` is the zlib format, as RFC 9110 section 8.4.1.2 has it.
absl::StatusOr<std::string> Encode(Coding coding, std::string_view text);

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_ENCODE_H_

// Converted scripts as archives: what a coordinator stores of a script and a runner runs.
#ifndef ENGINE_TASK_ARCHIVE_CODEC_H_
#define ENGINE_TASK_ARCHIVE_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/script/script_source.h"

namespace mockarty {

inline constexpr size_t kMaxArchiveBytes = size_t{48} << 20;

// A serialized Archive; the same bytes for the same script. ResourceExhausted past kMaxArchiveBytes.
absl::StatusOr<std::string> EncodeArchive(const ScriptSource& source);

// InvalidArgument names what is wrong; whether the code runs is not looked at.
absl::StatusOr<ScriptSource> DecodeArchive(std::string_view bytes);

}  // namespace mockarty

#endif  // ENGINE_TASK_ARCHIVE_CODEC_H_

// Messages on a stream socket: each with its length before it, 4 bytes, little endian.
//
// Blocking; one reader and one writer at a time, which may be different threads.
#ifndef ENGINE_TASK_FRAME_H_
#define ENGINE_TASK_FRAME_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace mockarty {

inline constexpr size_t kMaxFrameBytes = size_t{64} << 20;

enum class FrameResult {
  kOk,
  kEnd,       // the other side is gone
  kTooLarge,  // a length past kMaxFrameBytes: not one of ours
};

// `payload` is overwritten; its memory is kept for the next call.
FrameResult ReadFrame(int fd, std::string* payload);

// kTooLarge: nothing was written.
FrameResult WriteFrame(int fd, std::string_view payload);

}  // namespace mockarty

#endif  // ENGINE_TASK_FRAME_H_

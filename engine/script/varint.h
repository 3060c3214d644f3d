// Numbers in as few bytes as they need, seven bits a byte, the lowest first: how tables of positions are written.
// Signed differences are folded (0, -1, 1, -2, ...) so that small ones stay short. Pure; any thread.
#ifndef ENGINE_SCRIPT_VARINT_H_
#define ENGINE_SCRIPT_VARINT_H_

#include <cstdint>
#include <string>

namespace mockarty {

inline void PutNumber(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(0x80 | (value & 0x7f));
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// Appends `to - from`.
inline void PutDelta(std::string& out, uint32_t from, uint32_t to) {
  const int64_t delta = int64_t{to} - int64_t{from};
  PutNumber(out, (static_cast<uint64_t>(delta) << 1) ^ static_cast<uint64_t>(delta >> 63));
}

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_VARINT_H_

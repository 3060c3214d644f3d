// What a runner may say of itself in its Hello (runner_link.proto): a runner refuses its settings beyond this at the
// start, a coordinator refuses the Hello, which it keeps for as long as the runner is connected. Constants; any thread.
#ifndef COMMON_WIRE_HELLO_LIMITS_H_
#define COMMON_WIRE_HELLO_LIMITS_H_

#include <cstddef>

namespace mockarty {

inline constexpr size_t kMaxHelloNamespaceBytes = 256;
inline constexpr size_t kMaxHelloCapabilities = 100;
inline constexpr size_t kMaxHelloCapabilityBytes = 256;
inline constexpr size_t kMaxHelloLabels = 100;
inline constexpr size_t kMaxHelloLabelBytes = 1'024;  // of key and value together

}  // namespace mockarty

#endif  // COMMON_WIRE_HELLO_LIMITS_H_

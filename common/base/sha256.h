// SHA-256, in hexadecimal: the identity of scripts and archives. Pure; any thread.
#ifndef COMMON_BASE_SHA256_H_
#define COMMON_BASE_SHA256_H_

#include <string>
#include <string_view>

namespace mockarty {

// 64 lower-case digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace mockarty

#endif  // COMMON_BASE_SHA256_H_

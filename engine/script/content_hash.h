// SHA-256, in hexadecimal.
#ifndef ENGINE_SCRIPT_CONTENT_HASH_H_
#define ENGINE_SCRIPT_CONTENT_HASH_H_

#include <string>
#include <string_view>

namespace mockarty {

// 64 lower-case digits.
std::string ContentHash(std::string_view bytes);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_CONTENT_HASH_H_

// Base64 as RFC 4648 has it: the standard and the URL-safe alphabet, with and without padding.
//
// Pure; any thread. Writes to memory of the caller, so that natives, which may own nothing, can use it.
#ifndef ENGINE_MODULES_BASE64_H_
#define ENGINE_MODULES_BASE64_H_

#include <cstddef>
#include <string_view>

namespace mockarty {

struct Base64Variant {
  bool url = false;  // '-' and '_' in place of '+' and '/'
  bool pad = true;   // '=' to a multiple of four; a decoder takes it or refuses it accordingly
};

// "std", "rawstd", "url" and "rawurl"; false for any other name.
bool FindBase64Variant(std::string_view name, Base64Variant* variant);

size_t Base64EncodedSize(size_t bytes, Base64Variant variant);
// Writes exactly Base64EncodedSize() characters.
void Base64Encode(std::string_view bytes, Base64Variant variant, char* out);

// Room that a decoder needs at most.
constexpr size_t Base64DecodedRoom(size_t characters) { return characters / 4 * 3 + 3; }
// Line breaks are skipped. False when the text is not base64 of that variant: `size` is then the offset of the
// character that is wrong (the text's length when it ends too early).
bool Base64Decode(std::string_view text, Base64Variant variant, char* out, size_t* size);

}  // namespace mockarty

#endif  // ENGINE_MODULES_BASE64_H_

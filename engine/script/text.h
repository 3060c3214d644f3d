// Between UTF-8 (files, sockets, reports) and the encoding of strings inside a Duktape heap.
//
// Duktape holds strings as CESU-8: characters above U+FFFF are two three-byte surrogates. Worse, a string that starts
// with a byte no UTF-8 text starts with (0x80 to 0xBF, 0xFF) is a Symbol to it, so bytes from a socket must never be
// pushed as they are.
#ifndef ENGINE_SCRIPT_TEXT_H_
#define ENGINE_SCRIPT_TEXT_H_

#include <string>
#include <string_view>

namespace mockarty {

// Text for a heap. Ill-formed sequences become U+FFFD, as browsers decode. Plain ASCII is returned as it is, at the
// cost of one scan; otherwise the text is written to `scratch` and the view points there.
std::string_view ToJsText(std::string_view utf8, std::string& scratch);

// The reverse. Lone surrogates become U+FFFD; Symbols must not be passed.
std::string_view FromJsText(std::string_view js, std::string& scratch);

// True when every byte is below 0x80.
bool IsAscii(std::string_view text);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_TEXT_H_

// Values that are bytes: what natives take where a script may pass text or a buffer, and what they give back.
#ifndef ENGINE_MODULES_BINARY_VALUE_H_
#define ENGINE_MODULES_BINARY_VALUE_H_

#include <cstddef>
#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

// The bytes of the text (UTF-8) or of the buffer at `index`; anything else is a TypeError that names `function`. The
// view is good until the heap's Scratch() is used again, by any text that is not ASCII. [throws]
std::string_view BytesArgument(JsCall call, int index, const char* function);

// Pushes memory for `size` bytes to be filled and then made a value by one of the two below. [throws]
char* PushByteBuffer(JsCall call, size_t size);
// Replaces the memory on the top of the stack by its first `size` bytes as text, or as an ArrayBuffer. [throws]
void BufferToText(JsCall call, const char* bytes, size_t size);
void BufferToArrayBuffer(JsCall call, size_t size);

// Pushes base64 or lower-case hexadecimal digits of the bytes. [throws]
void PushBase64(JsCall call, std::string_view bytes, bool url, bool pad);
void PushHex(JsCall call, std::string_view bytes);

}  // namespace mockarty

#endif  // ENGINE_MODULES_BINARY_VALUE_H_

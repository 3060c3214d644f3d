#include "engine/modules/binary_value.h"

#include "engine/modules/base64.h"

namespace mockarty {

std::string_view BytesArgument(JsCall call, int index, const char* function) {
  if (call.IsString(index)) {
    return call.String(index);
  }
  if (call.IsBuffer(index)) {
    return call.Bytes(index);
  }
  call.Throw(JsError::kTypeError, "%s: expected text or an ArrayBuffer", function);
}

char* PushByteBuffer(JsCall call, size_t size) { return call.PushFixedBuffer(size); }

void BufferToText(JsCall call, const char* bytes, size_t size) {
  call.PushString({bytes, size});
  call.Remove(-2);
}

void BufferToArrayBuffer(JsCall call, size_t size) {
  call.PushArrayBuffer(-1, 0, size);
  call.Remove(-2);
}

void PushBase64(JsCall call, std::string_view bytes, bool url, bool pad) {
  const Base64Variant variant{url, pad};
  const size_t size = Base64EncodedSize(bytes.size(), variant);
  char* out = PushByteBuffer(call, size);
  Base64Encode(bytes, variant, out);
  BufferToText(call, out, size);
}

void PushHex(JsCall call, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  char* out = PushByteBuffer(call, bytes.size() * 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = kDigits[byte >> 4];
    out[2 * i + 1] = kDigits[byte & 15];
  }
  BufferToText(call, out, bytes.size() * 2);
}

}  // namespace mockarty

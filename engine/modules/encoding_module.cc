#include "engine/modules/encoding_module.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "engine/modules/base64.h"
#include "engine/modules/binary_value.h"

namespace mockarty {
namespace {

constexpr int kShownBytes = 100;

int Shown(std::string_view text) { return std::min(kShownBytes, static_cast<int>(text.size())); }

// jsonParse(text)
JsReturn JsonParse(JsCall call) {
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "jsonParse: expected JSON as text");
  }
  call.SetTop(1);
  call.DecodeJson(0);
  return JsReturn::kTop;
}

// jsonStringify(value)
JsReturn JsonStringify(JsCall call) {
  call.SetTop(1);
  call.EncodeJson(0);
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "jsonStringify: the value has no JSON form (undefined or a function)");
  }
  return JsReturn::kTop;
}

// base64Encode(input)
JsReturn Base64EncodeText(JsCall call) {
  PushBase64(call, BytesArgument(call, 0, "base64Encode"), false, true);
  return JsReturn::kTop;
}

// Decodes the text at 0 into a buffer on the top of the stack.
char* Decode(JsCall call, const char* function, Base64Variant variant, std::string_view variant_name, size_t* size) {
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "%s: expected base64 as text", function);
  }
  const std::string_view text = call.String(0);
  char* out = PushByteBuffer(call, Base64DecodedRoom(text.size()));
  if (!Base64Decode(text, variant, out, size)) {
    call.Throw(JsError::kError, "%s: not base64 (%.*s): %s %zu", function, Shown(variant_name), variant_name.data(),
               *size >= text.size() ? "the text ends too early, at offset" : "unexpected character at offset", *size);
  }
  return out;
}

// base64Decode(text): text
JsReturn Base64DecodeText(JsCall call) {
  size_t size = 0;
  const char* out = Decode(call, "base64Decode", {}, "std", &size);
  BufferToText(call, out, size);
  return JsReturn::kTop;
}

Base64Variant VariantArgument(JsCall call, const char* function) {
  Base64Variant variant;
  if (call.IsNullOrUndefined(1)) {
    return variant;
  }
  if (!call.IsString(1) || !FindBase64Variant(call.String(1), &variant)) {
    call.CoerceToString(1);
    const std::string_view given = call.String(1);
    call.Throw(JsError::kTypeError,
               "%s: expected the encoding \"std\", \"rawstd\", \"url\" or \"rawurl\", got \"%.*s\"", function,
               Shown(given), given.data());
  }
  return variant;
}

// b64encode(input, encoding)
JsReturn B64Encode(JsCall call) {
  const Base64Variant variant = VariantArgument(call, "b64encode");
  PushBase64(call, BytesArgument(call, 0, "b64encode"), variant.url, variant.pad);
  return JsReturn::kTop;
}

// b64decode(text, encoding, format): an ArrayBuffer, or text where the format is "s"
JsReturn B64Decode(JsCall call) {
  const Base64Variant variant = VariantArgument(call, "b64decode");
  const bool text = call.IsString(2) && call.RawString(2) == "s";
  if (!text && !call.IsNullOrUndefined(2) && !(call.IsString(2) && call.RawString(2).empty())) {
    call.CoerceToString(2);
    const std::string_view given = call.String(2);
    call.Throw(JsError::kTypeError, "b64decode: expected the format \"s\" or none, got \"%.*s\"", Shown(given),
               given.data());
  }
  size_t size = 0;
  const char* out = Decode(call, "b64decode", variant, call.IsString(1) ? call.RawString(1) : "std", &size);
  if (text) {
    BufferToText(call, out, size);
  } else {
    BufferToArrayBuffer(call, size);
  }
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"jsonParse", &JsTrampoline<JsonParse>, 1, 0},
    {"jsonStringify", &JsTrampoline<JsonStringify>, 1, 0},
    {"base64Encode", &JsTrampoline<Base64EncodeText>, 1, 0},
    {"base64Decode", &JsTrampoline<Base64DecodeText>, 1, 0},
};

constexpr JsFunctionSpec kFunctionsForK6[] = {
    {"b64encode", &JsTrampoline<B64Encode>, 2, 0},
    {"b64decode", &JsTrampoline<B64Decode>, 3, 0},
};

}  // namespace

void PushEncodingModule(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

void PushEncodingModuleForK6(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctionsForK6, std::size(kFunctionsForK6));
}

}  // namespace mockarty

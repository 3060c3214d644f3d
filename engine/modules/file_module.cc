#include "engine/modules/file_module.h"

#include <cstring>
#include <string>

#include "engine/modules/opened_file.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

JsReturn OpenFile(JsCall call) {
  if (call.Host<VuContext>().phase != VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "open: only available in the init stage, at the top level of the script");
  }
  if (!call.IsString(0) || call.RawString(0).empty()) {
    call.Throw(JsError::kTypeError, "open: expected the path of a file as the first argument");
  }
  if (!call.IsUndefined(1) && !(call.IsString(1) && (call.RawString(1) == "b" || call.RawString(1).empty()))) {
    call.Throw(JsError::kTypeError, "open: expected 'b' or nothing as the second argument");
  }
  const std::string* bytes = OpenTestFile(call, 0);
  if (call.IsString(1) && call.RawString(1) == "b") {
    char* data = call.PushFixedBuffer(bytes->size());
    memcpy(data, bytes->data(), bytes->size());  // NOLINT(bugprone-not-null-terminated-result): bytes, no text
    call.PushArrayBuffer(-1, 0, bytes->size());
  } else {
    call.PushString(*bytes);
  }
  return JsReturn::kTop;
}

}  // namespace mockarty

#include "engine/modules/file_module.h"

#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/concat.h"
#include "engine/script/js_heap.h"
#include "engine/script/program_modules.h"
#include "engine/script/test_files.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr size_t kMaxFileBytes = size_t{128} << 20;

// The file's bytes, which the test keeps, or null and why in the heap's scratch. Owns nothing when it has returned.
const std::string* Find(JsCall call, std::string_view name) {
  const ProgramModules* modules = call.Heap().Modules();
  absl::Status status = absl::NotFoundError("the script came without other files");
  if (modules != nullptr && modules->files != nullptr) {
    absl::StatusOr<std::string> path = modules->files->Resolve(RunningFile(call), name);
    status = path.status();
    if (path.ok()) {
      absl::StatusOr<const std::string*> bytes = modules->files->Open(*path, kMaxFileBytes);
      if (bytes.ok()) {
        return *bytes;
      }
      status = bytes.status();
    }
  }
  call.Heap().Scratch() = ToStd(status.message());
  return nullptr;
}

}  // namespace

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
  const std::string* bytes = Find(call, call.String(0));
  if (bytes == nullptr) {
    const std::string& why = call.Heap().Scratch();
    call.Throw(JsError::kError, "open: %.*s", static_cast<int>(why.size() < 500 ? why.size() : 500), why.c_str());
  }
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

#include "engine/modules/opened_file.h"

#include <bit>
#include <cstdint>

#include "absl/status/statusor.h"
#include "common/base/concat.h"
#include "engine/script/js_heap.h"
#include "engine/script/program_modules.h"
#include "engine/script/test_files.h"

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

// Scripts cannot read or write such a key. A pointer of user space fits a double exactly.
constexpr std::string_view kBytesKey = MOCKARTY_HIDDEN_KEY("bytes");

}  // namespace

const std::string* OpenTestFile(JsCall call, int index) {
  const std::string* bytes = Find(call, call.String(index));
  if (bytes == nullptr) {
    const std::string& why = call.Heap().Scratch();
    call.Throw(JsError::kError, "open: %.*s", static_cast<int>(why.size() < 500 ? why.size() : 500), why.c_str());
  }
  return bytes;
}

void KeepFileBytes(JsCall call, int index, const std::string* bytes) {
  call.PushNumber(static_cast<double>(reinterpret_cast<uintptr_t>(bytes)));
  call.PutHidden(index, kBytesKey);
}

const std::string* FileBytes(JsCall call, int index) {
  if (!call.IsObject(index)) {
    return nullptr;
  }
  const bool has = call.GetHidden(index, kBytesKey);
  const auto address = has ? static_cast<uintptr_t>(call.Number(-1)) : 0;
  call.Pop();
  // It was a pointer when KeepFileBytes() kept it.
  return reinterpret_cast<const std::string*>(address);  // NOLINT(performance-no-int-to-ptr)
}

}  // namespace mockarty

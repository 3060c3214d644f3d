#include "engine/modules/json_path.h"

#include <string_view>

namespace mockarty {
bool TakeJsonKey(std::string_view& path, JsonKey* key) {
  key->size = 0;
  size_t i = 0;
  for (; i < path.size() && path[i] != '.'; ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) {
      ++i;
    }
    if (key->size == kMaxJsonKeyBytes) {
      return false;
    }
    key->bytes[key->size++] = path[i];
  }
  path.remove_prefix(i < path.size() ? i + 1 : i);
  return true;
}

namespace {

// Replaces the top by what `path` names in it.
void Select(JsCall call, std::string_view path, int nested_arrays) {
  JsonKey taken;
  while (!path.empty()) {
    const bool ok = TakeJsonKey(path, &taken);
    const std::string_view key = taken.text();
    if (!ok || !call.IsObject(-1)) {
      call.Pop();
      call.PushUndefined();
      return;
    }
    if (key == "#" && call.IsArray(-1)) {
      const auto length = static_cast<unsigned>(call.Length(-1));
      if (path.empty()) {
        call.PushNumber(length);
        call.Remove(-2);
        return;
      }
      if (nested_arrays == kMaxJsonNestedArrays) {
        call.Throw(JsError::kRangeError, "json: the selector has more than %d \"#\"", kMaxJsonNestedArrays);
      }
      call.PushArray();
      unsigned kept = 0;
      for (unsigned i = 0; i < length; ++i) {
        call.Require(8);
        call.GetIndex(-2, i);
        Select(call, path, nested_arrays + 1);
        if (call.IsUndefined(-1)) {
          call.Pop();
        } else {
          call.PutIndex(-2, kept++);
        }
      }
      call.Remove(-2);
      return;
    }
    call.GetProperty(-1, key);
    call.Remove(-2);
  }
}

}  // namespace

void SelectJsonPath(JsCall call, int selector) {
  // The raw characters stay in place while the string is on the stack; keys are ASCII or the heap's own encoding.
  const std::string_view path = call.RawString(selector);
  if (path.size() > kMaxJsonPathBytes) {
    call.Throw(JsError::kRangeError, "json: the selector is longer than %zu bytes", kMaxJsonPathBytes);
  }
  Select(call, path, 0);
}

}  // namespace mockarty

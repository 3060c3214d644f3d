#include "engine/modules/fs_module.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include "engine/modules/opened_file.h"
#include "engine/modules/promise_value.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr std::string_view kPlaceKey = MOCKARTY_HIDDEN_KEY("place");
enum SeekMode { kStart, kCurrent, kEnd };

// `this` as the first argument of what answers by a promise.
const std::string& BytesOf(JsCall call, const char* function) {
  const std::string* bytes = FileBytes(call, 0);
  if (bytes == nullptr) {
    call.Throw(JsError::kTypeError, "%s: not called on a File", function);
  }
  return *bytes;
}

size_t Place(JsCall call) {
  call.GetHidden(0, kPlaceKey);
  const auto place = static_cast<size_t>(call.Number(-1));
  call.Pop();
  return place;
}

void SetPlace(JsCall call, size_t place) {
  call.PushNumber(static_cast<double>(place));
  call.PutHidden(0, kPlaceKey);
}

// (file) -> {name, size}
JsReturn StatNow(JsCall call) {
  const std::string& bytes = BytesOf(call, "stat");
  call.PushObject();
  call.GetProperty(0, "path");
  const std::string_view path = call.RawString(-1);
  const size_t slash = path.rfind('/');
  if (slash != std::string_view::npos && slash + 1 < path.size()) {
    const std::string_view name = call.String(-1);
    call.PushString(name.substr(name.rfind('/') + 1));
    call.Remove(-2);
  }
  call.PutProperty(-2, "name");
  call.PushNumber(static_cast<double>(bytes.size()));
  call.PutProperty(-2, "size");
  return JsReturn::kTop;
}

// (file, buffer) -> how many bytes were put there; null at the end
JsReturn ReadNow(JsCall call) {
  const std::string& bytes = BytesOf(call, "read");
  if (!call.IsBuffer(1)) {
    call.Throw(JsError::kTypeError, "read: expected a Uint8Array as the first argument");
  }
  const std::string_view buffer = call.Bytes(1);
  const size_t place = Place(call);
  if (place >= bytes.size()) {
    call.PushNull();
    return JsReturn::kTop;
  }
  const size_t count = std::min(buffer.size(), bytes.size() - place);
  memcpy(const_cast<char*>(buffer.data()), bytes.data() + place, count);
  SetPlace(call, place + count);
  call.PushNumber(static_cast<double>(count));
  return JsReturn::kTop;
}

// (file, offset, mode) -> the new place
JsReturn SeekNow(JsCall call) {
  const std::string& bytes = BytesOf(call, "seek");
  const double offset = call.Number(1);
  if (!call.IsNumber(1) || std::floor(offset) != offset) {
    call.Throw(JsError::kTypeError, "seek: expected a whole number of bytes as the first argument");
  }
  const double given = call.Number(2);
  const int mode = given == 0 || given == 1 || given == 2 ? static_cast<int>(given) : -1;
  if (mode != kStart && mode != kCurrent && mode != kEnd) {
    call.Throw(JsError::kTypeError,
               "seek: expected SeekMode.Start, SeekMode.Current or SeekMode.End as the second argument");
  }
  const double from = mode == kStart ? 0 : static_cast<double>(mode == kEnd ? bytes.size() : Place(call));
  const double place = from + offset;
  if (!(place >= 0) || place > static_cast<double>(bytes.size())) {
    call.Throw(JsError::kRangeError, "seek: expected a place within the file, 0 to %zu, got %.0f", bytes.size(), place);
  }
  SetPlace(call, static_cast<size_t>(place));
  call.PushNumber(place);
  return JsReturn::kTop;
}

JsReturn Stat(JsCall call) { return AnswerByPromise(call, &JsTrampoline<StatNow>, 0); }
JsReturn Read(JsCall call) { return AnswerByPromise(call, &JsTrampoline<ReadNow>, 1); }
JsReturn Seek(JsCall call) { return AnswerByPromise(call, &JsTrampoline<SeekNow>, 2); }

constexpr JsFunctionSpec kFileFunctions[] = {
    {"stat", &JsTrampoline<Stat>, 0, 0},
    {"read", &JsTrampoline<Read>, 1, 0},
    {"seek", &JsTrampoline<Seek>, 2, 0},
};

// (module, path) -> File
JsReturn OpenNow(JsCall call) {
  if (call.Host<VuContext>().phase != VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "open: only available in the init stage, at the top level of the script");
  }
  if (!call.IsString(1) || call.RawString(1).empty()) {
    call.Throw(JsError::kTypeError, "open: expected the path of a file as the first argument");
  }
  const std::string* bytes = OpenTestFile(call, 1);
  call.PushObject();
  PutFunctions(call, kFileFunctions, std::size(kFileFunctions));
  call.Duplicate(1);
  call.PutProperty(-2, "path");
  KeepFileBytes(call, -2, bytes);
  call.PushNumber(0);
  call.PutHidden(-2, kPlaceKey);
  return JsReturn::kTop;
}

JsReturn Open(JsCall call) { return AnswerByPromise(call, &JsTrampoline<OpenNow>, 1); }

}  // namespace

void PushFsModule(JsCall call) {
  call.PushObject();
  call.PushFunction(&JsTrampoline<Open>, 1);
  call.PutProperty(-2, "open");
  call.PushObject();
  constexpr const char* kModes[] = {"Start", "Current", "End"};
  for (const int mode : {kStart, kCurrent, kEnd}) {
    call.PushNumber(mode);
    call.PutProperty(-2, kModes[mode]);
  }
  call.PutProperty(-2, "SeekMode");
}

}  // namespace mockarty

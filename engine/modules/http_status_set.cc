#include "engine/modules/http_status_set.h"

#include <cmath>
#include <cstring>
#include <string_view>

#include "engine/modules/http_session.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr std::string_view kSetKey = MOCKARTY_HIDDEN_KEY("s");

int16_t StatusAt(JsCall call, int index) {
  const double status = call.Number(index);
  if (!(status >= 0) || status > 999 || status != std::floor(status)) {
    call.Throw(JsError::kTypeError,
               "http.expectedStatuses: expected status codes from 0 to 999 and {min, max} objects of such");
  }
  return static_cast<int16_t>(status);
}

bool IsStatusSet(JsCall call, int index) {
  if (call.IsNullOrUndefined(index)) {
    return true;
  }
  const int base = call.Top();
  const bool found = call.IsObject(index) && call.GetHidden(index, kSetKey);
  call.SetTop(base);
  return found;
}

}  // namespace

JsReturn ExpectedStatuses(JsCall call) {
  const int count = call.Top();
  if (count == 0 || count > static_cast<int>(StatusSet::kMaxRanges)) {
    call.Throw(JsError::kTypeError, "http.expectedStatuses: expected 1 to %d arguments, got %d",
               static_cast<int>(StatusSet::kMaxRanges), count);
  }
  call.PushObject();
  char* bytes = call.PushFixedBuffer(static_cast<size_t>(count) * sizeof(StatusSet::Range));
  for (int i = 0; i < count; ++i) {
    StatusSet::Range range{};
    if (call.IsObject(i)) {
      call.GetProperty(i, "min");
      range.first = StatusAt(call, -1);
      call.GetProperty(i, "max");
      range.last = StatusAt(call, -1);
      call.Pop(2);
    } else {
      range.first = range.last = StatusAt(call, i);
    }
    memcpy(bytes + static_cast<size_t>(i) * sizeof range, &range, sizeof range);
  }
  call.PutHidden(-2, kSetKey);
  return JsReturn::kTop;
}

bool ReadStatusSet(JsCall call, int index, StatusSet& set) {
  if (call.IsNullOrUndefined(index)) {
    set.all = true;
    set.ranges.clear();
    return true;
  }
  if (!call.IsObject(index)) {
    return false;
  }
  if (!call.GetHidden(index, kSetKey)) {
    call.Pop();
    return false;
  }
  const std::string_view bytes = call.Bytes(-1);
  set.all = false;
  set.ranges.resize(bytes.size() / sizeof(StatusSet::Range));
  memcpy(set.ranges.data(), bytes.data(), bytes.size());
  call.Pop();
  return true;
}

JsReturn SetResponseCallback(JsCall call) {
  auto& vu = call.Host<VuContext>();
  // The init stage that only reads options has no session, and sends nothing.
  StatusSet* expected = vu.http != nullptr ? &vu.http->expected : nullptr;
  if (!IsStatusSet(call, 0)) {
    call.Throw(JsError::kTypeError, "http.setResponseCallback: expected http.expectedStatuses(...) or null");
  }
  if (expected != nullptr) {
    ReadStatusSet(call, 0, *expected);
  }
  return JsReturn::kUndefined;
}

}  // namespace mockarty

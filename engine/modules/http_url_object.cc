#include "engine/modules/http_url_object.h"

namespace mockarty {
namespace {

JsReturn ToText(JsCall call) {
  call.PushThis();
  if (!call.IsObject(-1) || !call.GetHidden(-1, kUrlTextKey)) {
    call.Throw(JsError::kTypeError, "not a URL of http.url");
  }
  return JsReturn::kTop;
}

// Joins the template's pieces with a placeholder or its value between them; pushes the text.
void PushJoined(JsCall call, unsigned pieces, bool with_values) {
  const int values = call.Top();
  for (unsigned i = 0; i < pieces; ++i) {
    call.Require(8);
    call.GetIndex(0, i);
    call.CoerceToString(-1);
    if (i + 1 == pieces) {
      break;
    }
    if (with_values) {
      call.Duplicate(static_cast<int>(i) + 1);
      call.CoerceToString(-1);
    } else {
      call.PushString("${}");
    }
  }
  call.Concatenate(call.Top() - values);
}

}  // namespace

JsReturn UrlTag(JsCall call) {
  const int values = call.Top() - 1;
  if (!call.IsArray(0)) {
    call.Throw(JsError::kTypeError, "http.url: expected a template such as http.url`http://host/users/${id}`");
  }
  const auto pieces = static_cast<unsigned>(call.Length(0));
  if (pieces == 0 || pieces > 1'000 || static_cast<int>(pieces) != values + 1) {
    call.Throw(JsError::kTypeError, "http.url: expected a template of 1 to 1000 pieces");
  }
  call.PushObject();
  const int object = call.Top() - 1;
  PushJoined(call, pieces, true);
  call.Duplicate(-1);
  call.PutHidden(object, kUrlTextKey);
  call.PutProperty(object, "url");
  PushJoined(call, pieces, false);
  call.Duplicate(-1);
  call.PutHidden(object, kUrlNameKey);
  call.PutProperty(object, "name");
  call.PushFunction(&JsTrampoline<ToText>, 0);
  call.DefineValue(object, "toString");
  return JsReturn::kTop;
}

}  // namespace mockarty

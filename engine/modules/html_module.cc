#include "engine/modules/html_module.h"

#include "engine/modules/html_selection.h"

namespace mockarty {
namespace {

// parseHTML(text)
JsReturn ParseHtmlText(JsCall call) {
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "parseHTML: expected HTML as text");
  }
  PushHtmlDocument(call, call.String(0), "parseHTML");
  return JsReturn::kTop;
}

}  // namespace

void PushHtmlModule(JsCall call) {
  call.PushObject();
  call.PushFunction(&JsTrampoline<ParseHtmlText>, 1);
  call.PutProperty(-2, "parseHTML");
}

}  // namespace mockarty

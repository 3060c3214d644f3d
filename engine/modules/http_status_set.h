// http.expectedStatuses() and http.setResponseCallback(): which statuses count as failures.
#ifndef ENGINE_MODULES_HTTP_STATUS_SET_H_
#define ENGINE_MODULES_HTTP_STATUS_SET_H_

#include "engine/modules/http_call.h"
#include "engine/script/js_call.h"

namespace mockarty {

// The native expectedStatuses(200, {min: 300, max: 399}, ...): an object that the following reads. [throws]
JsReturn ExpectedStatuses(JsCall call);

// The native setResponseCallback(expectedStatuses(...) or null), for the virtual user. [throws]
JsReturn SetResponseCallback(JsCall call);

// Null, or what expectedStatuses() made; false for anything else. [throws]
bool ReadStatusSet(JsCall call, int index, StatusSet& set);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_STATUS_SET_H_

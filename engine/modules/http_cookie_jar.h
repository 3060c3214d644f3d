// Cookie jars as scripts see them: http.cookieJar(), new http.CookieJar(), and the jar of params.
#ifndef ENGINE_MODULES_HTTP_COOKIE_JAR_H_
#define ENGINE_MODULES_HTTP_COOKIE_JAR_H_

#include <memory>

#include "engine/script/js_call.h"

namespace mockarty {

class CookieJar;

// The native http.cookieJar(): the virtual user's own jar. [throws]
JsReturn GetCookieJar(JsCall call);

// The native constructor http.CookieJar: a jar of the script's own, gone with its object. [throws]
JsReturn NewCookieJar(JsCall call);

// The jar of the object at `index`, shared with whoever keeps a copy; null when it is none. [throws]
const std::shared_ptr<CookieJar>* ReadJar(JsCall call, int index);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_COOKIE_JAR_H_

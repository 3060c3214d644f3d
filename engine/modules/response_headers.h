// Headers and cookies of a response as script values, read from the head as it came.
#ifndef ENGINE_MODULES_RESPONSE_HEADERS_H_
#define ENGINE_MODULES_RESPONSE_HEADERS_H_

#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

// "200 OK" of the status line.
std::string_view StatusText(std::string_view head);

// Pushes {"Content-Type": "...", ...}: names in canonical letters, values of equal names joined by ", ". [throws]
void PushHeaders(JsCall call, std::string_view head);

// Pushes {name: [{name, value, domain, path, secure, max_age, maxAge, http_only, httpOnly, expires}]} of Set-Cookie;
// expires in milliseconds since 1970, 0 when not given. [throws]
void PushCookies(JsCall call, std::string_view head);

}  // namespace mockarty

#endif  // ENGINE_MODULES_RESPONSE_HEADERS_H_

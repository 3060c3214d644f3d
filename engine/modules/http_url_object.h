// http.url`...`: URLs with a name of their own, so that http://host/users/${id} is one series whatever the id.
#ifndef ENGINE_MODULES_HTTP_URL_OBJECT_H_
#define ENGINE_MODULES_HTTP_URL_OBJECT_H_

#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

// Hidden properties of such an object.
inline constexpr std::string_view kUrlNameKey = MOCKARTY_HIDDEN_KEY("n");
inline constexpr std::string_view kUrlTextKey = MOCKARTY_HIDDEN_KEY("u");

// The native http.url, a template tag: the object {url, name}, which is its URL where text is asked for. Each
// placeholder is "${}" in the name, as in k6. [throws]
JsReturn UrlTag(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_URL_OBJECT_H_

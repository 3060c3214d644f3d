// k6/secrets: get(name) and source(name).get(name), which give promises.
#ifndef ENGINE_MODULES_SECRETS_MODULE_H_
#define ENGINE_MODULES_SECRETS_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushSecretsModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_SECRETS_MODULE_H_

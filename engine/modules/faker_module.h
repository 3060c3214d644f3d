// mockarty/faker: one native a function of faker.h, on the random state of the virtual user.
#ifndef ENGINE_MODULES_FAKER_MODULE_H_
#define ENGINE_MODULES_FAKER_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushFakerModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_FAKER_MODULE_H_

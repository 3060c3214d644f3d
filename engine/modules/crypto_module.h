// k6/crypto, and the global `crypto` of web pages: random values, a UUID, digests.
#ifndef ENGINE_MODULES_CRYPTO_MODULE_H_
#define ENGINE_MODULES_CRYPTO_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushCryptoModule(JsCall call);

// Pushes the object of the global `crypto`. [throws]
void PushWebCrypto(JsCall call);

// Pushes the module k6/experimental/webcrypto: {crypto}. [throws]
void PushWebCryptoModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_CRYPTO_MODULE_H_

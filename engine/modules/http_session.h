// What one virtual user keeps for its http.* calls.
#ifndef ENGINE_MODULES_HTTP_SESSION_H_
#define ENGINE_MODULES_HTTP_SESSION_H_

#include "engine/clients/http/http_client.h"
#include "engine/modules/http_call_pool.h"

namespace mockarty {

struct HttpSession {
  explicit HttpSession(const HttpTransport* transport) : client(transport) {}

  HttpClient client;
  HttpResponse response;  // of the call under way; a native cannot own it, see js_call.h
  HttpCallPool calls;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_SESSION_H_

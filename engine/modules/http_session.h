// What one virtual user keeps for its http.* calls.
#ifndef ENGINE_MODULES_HTTP_SESSION_H_
#define ENGINE_MODULES_HTTP_SESSION_H_

#include <string>

#include "engine/clients/http/http_client.h"
#include "engine/modules/frame_pool.h"
#include "engine/modules/http_batch_call.h"
#include "engine/modules/http_call.h"

namespace mockarty {

struct HttpSession {
  explicit HttpSession(const HttpTransport* transport) : client(transport) {}

  // Between iterations: what calls held is given back; connections and cookies go where the options say so.
  void EndIteration(bool keep_cookies, bool close_connections) {
    calls.ReleaseAll();
    batches.ReleaseAll();
    if (!keep_cookies) {
      client.cookies().Clear();
    }
    if (close_connections) {
      client.CloseConnections();
    }
  }

  HttpClient client;
  HttpResponse response;  // of the call under way; a native cannot own it, see js_call.h
  FramePool<HttpCall> calls;
  FramePool<HttpBatchCall> batches;
  std::string text;    // for natives that may not own any
  StatusSet expected;  // http.setResponseCallback()
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_SESSION_H_

// What one virtual user keeps for its http.* calls.
#ifndef ENGINE_MODULES_HTTP_SESSION_H_
#define ENGINE_MODULES_HTTP_SESSION_H_

#include <string>

#include "engine/clients/http/http_client.h"
#include "engine/modules/frame_pool.h"
#include "engine/modules/http_batch_call.h"
#include "engine/modules/http_call.h"
#include "engine/modules/http_page.h"
#include "engine/modules/json_text.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

struct HttpSession {
  explicit HttpSession(const HttpTransport* transport) : client(transport) {}

  // On the virtual user's fiber: requests that were given up still end on fibers of their own.
  ~HttpSession() {
    while (requests_under_way > 0) {
      Fiber::Current()->Yield();
    }
  }
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  // Between iterations of `vu`: what calls held is given back; connections and cookies go where the options say so.
  void EndIteration(const VuContext& vu) {
    calls.ReleaseAll();
    batches.ReleaseAll();
    pages.ReleaseAll();
    ReleaseJsonParsers(&vu);
    if (!vu.settings->http.no_cookies_reset) {
      client.cookies().Clear();
    }
    if (vu.settings->http.no_vu_connection_reuse) {
      client.CloseConnections();
    }
  }

  HttpClient client;
  HttpResponse response;  // of the call under way; a native cannot own it, see js_call.h
  FramePool<HttpCall> calls;
  FramePool<HttpBatchCall> batches;
  FramePool<HttpPage> pages;
  int requests_under_way = 0;  // of asyncRequest()
  std::string text;            // for natives that may not own any
  StatusSet expected;          // http.setResponseCallback()
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_SESSION_H_

// From a request that is ready to what the script gets: samples and the Response.
#ifndef ENGINE_MODULES_HTTP_SEND_H_
#define ENGINE_MODULES_HTTP_SEND_H_

#include "engine/clients/http/http_request.h"
#include "engine/clients/http/http_response.h"
#include "engine/modules/http_call.h"
#include "engine/modules/http_params.h"
#include "engine/script/js_call.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

// Sends the request and pushes the Response. `memory` may be null: a request without anything but method and URL.
// Nothing is owned by the caller's frames. [throws]
void SendRequest(JsCall call, VuContext& vu, const char* function, HttpRequest& request, HttpCall* memory,
                 const HttpParams& params);

// Waits until the run's cap, where it has one, lets so many requests go. [throws]
void WaitForTurn(JsCall call, const VuContext& vu, size_t requests);

// What the options add to a request before it is sent.
void ApplyOptions(const VuContext& vu, const HttpParams& params, HttpRequest& request);

// One sample for each request that went out, redirects included.
void EmitSamples(VuContext& vu, const HttpResponse& response, const HttpCall* memory, const HttpParams& params,
                 GroupId group);

// Pushes the Response. [throws]
void PushAnswer(JsCall call, const HttpRequest& request, const HttpResponse& response, const HttpParams& params);

// Throws in the init stage, and where too little stack is left. [throws]
void RequireSending(JsCall call, const VuContext& vu, const char* function);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_SEND_H_

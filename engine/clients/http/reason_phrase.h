// The reason phrase that belongs to a status code: HTTP/2 sends none. Pure; any thread.
#ifndef ENGINE_CLIENTS_HTTP_REASON_PHRASE_H_
#define ENGINE_CLIENTS_HTTP_REASON_PHRASE_H_

#include <string_view>

namespace mockarty {

// As the IANA registry of status codes has it ("Not Found"); empty for codes that are not in it.
std::string_view ReasonPhrase(int status);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_REASON_PHRASE_H_

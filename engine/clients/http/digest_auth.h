// Digest authentication (RFC 7616, and 2069 where a server names no qop): MD5 and SHA-256, plain and -sess; qop auth
// and auth-int. Pure but for its random client nonce; any thread.
#ifndef ENGINE_CLIENTS_HTTP_DIGEST_AUTH_H_
#define ENGINE_CLIENTS_HTTP_DIGEST_AUTH_H_

#include <optional>
#include <string>
#include <string_view>

namespace mockarty {

// The value of an Authorization field that answers `challenge` (of WWW-Authenticate). `user_info`: "user:password".
// Empty when the challenge is not one of digest authentication that we can answer.
std::optional<std::string> AnswerDigestChallenge(std::string_view challenge, std::string_view user_info,
                                                 std::string_view method, std::string_view target,
                                                 std::string_view body);

// The same with the client's nonce given.
std::optional<std::string> AnswerDigestChallenge(std::string_view challenge, std::string_view user_info,
                                                 std::string_view method, std::string_view target,
                                                 std::string_view body, std::string_view client_nonce);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_DIGEST_AUTH_H_

// Small helpers on text of HTTP messages. Pure; any thread.
#ifndef ENGINE_CLIENTS_HTTP_TEXT_H_
#define ENGINE_CLIENTS_HTTP_TEXT_H_

#include <string>
#include <string_view>

namespace mockarty {

// ASCII only, as header names are.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// In place, ASCII only.
void LowerAscii(std::string* text);

// Without spaces and tabs at both ends.
std::string_view TrimSpace(std::string_view text);

// True when `text` is a token of RFC 9110, 5.6.2: what a method and a header name may be.
bool IsHttpToken(std::string_view text);

// Hostile text for a message: in double quotes, at most `max_bytes` of it, what is not printable shown as '?'.
std::string QuoteText(std::string_view text, size_t max_bytes = 80);

// 0 to 15, or -1.
int HexDigit(char c);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_TEXT_H_

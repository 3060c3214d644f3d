// How a value that came from a script, a command line or a remote is shown inside a message.
#ifndef COMMON_BASE_QUOTE_H_
#define COMMON_BASE_QUOTE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace mockarty {

// `text` in double quotes, control characters and broken UTF-8 escaped, cut after `max_bytes` with "...".
std::string Quoted(std::string_view text, size_t max_bytes = 80);

// `text` without quotes, fit for a terminal: control characters (escape sequences too) and broken UTF-8 become
// C escapes; cut after `max_bytes` at a character's border.
std::string Printable(std::string_view text, size_t max_bytes = 80);

// `text` whole, with its line breaks and tabs, fit for a terminal otherwise.
std::string PrintableLines(std::string_view text);

}  // namespace mockarty

#endif  // COMMON_BASE_QUOTE_H_

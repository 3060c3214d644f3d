// Text inside of a page. Pure; any thread.
#ifndef COMMON_HTTP_HTML_H_
#define COMMON_HTTP_HTML_H_

#include <string>
#include <string_view>

namespace mockarty {

// Fit for an element's content and for an attribute in double quotes.
std::string HtmlEscaped(std::string_view text);

}  // namespace mockarty

#endif  // COMMON_HTTP_HTML_H_

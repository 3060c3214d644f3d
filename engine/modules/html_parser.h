// HTML text -> the block of an HtmlDocument, by Gumbo: the tree construction of the HTML standard, as browsers and k6
// do.
//
// Pages come from remotes. Gumbo's memory comes from an arena of the call with a limit, which is dropped as a whole
// (Gumbo frees trees by recursion, on stacks that may be small), and its time is limited too: some of its searches go
// through all open elements, which makes deep nesting quadratic.
#ifndef ENGINE_MODULES_HTML_PARSER_H_
#define ENGINE_MODULES_HTML_PARSER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace mockarty {

inline constexpr size_t kMaxHtmlBytes = size_t{16} << 20;

enum class HtmlProblem { kNone, kTooLarge, kTooMuchMemory, kTooSlow };
const char* DescribeHtmlProblem(HtmlProblem problem);

// Writes the block to `out`, which must not hold `html`. UTF-8 that is ill-formed becomes U+FFFD.
HtmlProblem ParseHtml(std::string_view html, std::string* out);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_PARSER_H_

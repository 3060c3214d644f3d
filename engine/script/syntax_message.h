// How a syntax error is shown.
#ifndef ENGINE_SCRIPT_SYNTAX_MESSAGE_H_
#define ENGINE_SCRIPT_SYNTAX_MESSAGE_H_

#include <string>
#include <string_view>

#include "engine/script/transpiler.h"

namespace mockarty {

// "file:line:column: message", and on further lines the line of `source` with a caret under the column. Without what
// is unknown. Long lines are cut around the column.
std::string FormatSyntaxProblem(std::string_view file, std::string_view source, const SyntaxProblem& problem);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SYNTAX_MESSAGE_H_

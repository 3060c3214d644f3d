// The options of a script that are about HTTP, DNS and TLS.
#ifndef COMMON_PLAN_HTTP_OPTIONS_PARSER_H_
#define COMMON_PLAN_HTTP_OPTIONS_PARSER_H_

#include "absl/status/status.h"
#include "common/plan/option_reader.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// InvalidArgument names the option, the value and what was expected. What is not set stays as it is.
absl::Status ParseHttpOptions(const OptionReader& options, HttpOptions& http);

// Whether the texts in `http` are of the forms that test_plan.h says; for options that came by another way. The message
// names the field.
absl::Status CheckHttpOptions(const HttpOptions& http);

}  // namespace mockarty

#endif  // COMMON_PLAN_HTTP_OPTIONS_PARSER_H_

// Where a run's options come from, joined into one object: a file (--config), the script, the command line.
//
// Rules, as in k6: an option of the command line takes the place of the script's whole option (a list or an object is
// not merged into it); a file's counts where the script has none of that name. What says how much load there is
// (duration, iterations, stages, scenarios) is one thing: a source that has any of these drops all of them of the
// weaker sources.
#ifndef COMMON_PLAN_OPTION_SOURCES_H_
#define COMMON_PLAN_OPTION_SOURCES_H_

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/plan_parser.h"

namespace mockarty {

inline constexpr size_t kMaxOptionsJson = 4 * 1024 * 1024;  // bytes of one source

// InvalidArgument: a source is no JSON object. A warning says where the script's load was dropped.
absl::StatusOr<boost::json::object> JoinOptionSources(const boost::json::object& script, const PlanOverrides& overrides,
                                                      std::vector<std::string>* warnings);

}  // namespace mockarty

#endif  // COMMON_PLAN_OPTION_SOURCES_H_

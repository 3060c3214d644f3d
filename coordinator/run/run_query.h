// What is stored of runs, as answers. On the store's thread, but for the last two, which are pure.
#ifndef COORDINATOR_RUN_RUN_QUERY_H_
#define COORDINATOR_RUN_RUN_QUERY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "coordinator/store/store.h"
#include "mockarty/v1/control.pb.h"
#include "mockarty/v1/store.pb.h"

namespace mockarty {

// Newest first; `name_space` empty: all.
absl::Status QueryRuns(Store& store, const std::string& name_space, uint32_t limit, v1::ListRunsResponse& out);
// NotFound also for a run of another namespace. `record`, when given, gets all that is stored.
absl::Status QueryRun(Store& store, const std::string& run_id, const std::string& name_space, v1::GetRunResponse& out,
                      v1::StoredRun* record = nullptr);

v1::RunSummary SummaryOf(const v1::StoredRun& record);
// The event that a watcher of a run that is over gets. `report` may be nullptr.
v1::RunEvent FinalEvent(const v1::StoredRun& record, const v1::RunReport* report);

}  // namespace mockarty

#endif  // COORDINATOR_RUN_RUN_QUERY_H_

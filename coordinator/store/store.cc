#include "coordinator/store/store.h"

#include <algorithm>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {

absl::Status CheckOneRun(std::span<const WindowRecord> windows) {
  const auto other = std::find_if(windows.begin(), windows.end(), [&windows](const WindowRecord& window) {
    return window.run_id != windows.front().run_id;
  });
  return other == windows.end()
             ? absl::OkStatus()
             : absl::InvalidArgumentError(Concat("windows of the runs ", Quoted(windows.front().run_id, 80), " and ",
                                                 Quoted(other->run_id, 80), ": expected those of one run"));
}

}  // namespace mockarty

#include "agent/offer_policy.h"

#include <algorithm>
#include <string_view>

#include "agent/archive_cache.h"
#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr std::string_view kPerformance = "performance";
constexpr size_t kMaxRunIdBytes = 128;
constexpr size_t kHashDigits = 64;

bool IsHash(std::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What is wrong with the message itself.
std::string FaultOf(const v1::Offer& offer) {
  if (offer.id().run_id().empty() || offer.id().run_id().size() > kMaxRunIdBytes || offer.id().number() == 0) {
    return Concat("offer.id is ", Quoted(offer.id().run_id()), " number ", offer.id().number(),
                  ", expected a run of 1 to ", kMaxRunIdBytes, " bytes and a number from 1");
  }
  if (!IsHash(offer.archive_hash())) {
    return Concat("offer.archive_hash is ", Quoted(offer.archive_hash()), ", expected 64 hexadecimal digits");
  }
  if (offer.archive_bytes() == 0 || offer.archive_bytes() > kMaxArchiveBytes) {
    return Concat("offer.archive_bytes is ", offer.archive_bytes(), ", expected 1 to ", kMaxArchiveBytes);
  }
  if (!offer.has_plan()) return "offer.plan is missing";
  return {};
}

}  // namespace

std::string RefusalOf(const v1::Offer& offer, const v1::Hello& runner, const RunnerLoad& load) {
  if (std::string fault = FaultOf(offer); !fault.empty()) return fault;
  if (load.draining) return "the runner is draining and takes no new tasks";
  if (!runner.perf_enabled()) return "performance tasks are switched off on this runner (PERF_ENABLED=false)";
  if (std::find(runner.capabilities().begin(), runner.capabilities().end(), kPerformance) ==
      runner.capabilities().end()) {
    return "the runner lacks the capability \"performance\" (CAPABILITIES)";
  }
  if (!runner.shared() && offer.namespace_() != runner.namespace_()) {
    return Concat("the runner serves the namespace ", Quoted(runner.namespace_()), " only, the task is of ",
                  Quoted(offer.namespace_()));
  }
  if (load.active >= load.slots) {
    return Concat("no free slot: ", load.active, " of ", load.slots, " in use (MAX_CONCURRENT_TASKS)");
  }
  if (load.finished >= kMaxFinishedKept) {
    return Concat(load.finished, " finished tasks still wait for their coordinator to take their results");
  }
  return {};
}

}  // namespace mockarty

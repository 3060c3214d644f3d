#include "coordinator/run/submission.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr size_t kMaxScriptBytes = size_t{10} << 20;

}  // namespace

std::string NewRunId() {
  absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random), absl::Uniform<uint64_t>(random));
}

absl::Status CheckSubmission(const v1::SubmitRequest& request, const Caller& caller) {
  const auto wrong = [](std::string_view field, std::string_view expected, std::string_view got) {
    return absl::InvalidArgumentError(Concat(field, ": expected ", expected, ", got ", got));
  };
  if (request.script().empty() || request.script().size() > kMaxScriptBytes) {
    return wrong("script", Concat("1 to ", kMaxScriptBytes, " bytes"), Concat(request.script().size(), " bytes"));
  }
  if (request.script_name().empty() || request.script_name().size() > 1024 || request.name().size() > 1024) {
    return wrong("script_name", "a name of 1 to 1024 bytes", Quoted(request.script_name(), 80));
  }
  if (request.runners() > 10'000) {
    return wrong("runners", "0 (auto) to 10000", Concat(request.runners()));
  }
  if (request.namespace_().size() > 128 || request.request_id().size() > 128) {
    return wrong("namespace", "at most 128 bytes", Quoted(request.namespace_(), 80));
  }
  // Compared with those of each runner whenever one comes or goes.
  if (request.required_labels_size() > 100) {
    return wrong("required_labels", "at most 100", Concat(request.required_labels_size()));
  }
  for (const std::string& label : request.required_labels()) {
    if (label.size() > 256 || label.find('=') == std::string::npos || label.front() == '=') {
      return wrong("required_labels", "KEY=VALUE", Quoted(label, 80));
    }
  }
  if (!v1::LossPolicy_IsValid(request.loss_policy())) {
    return wrong("loss_policy", "degrade, fail or rebalance", Concat(static_cast<int>(request.loss_policy())));
  }
  if (!caller.name_space.empty() && request.namespace_() != caller.name_space) {
    return absl::PermissionDeniedError(
        Concat("namespace: the token is of ", Quoted(caller.name_space), ", got ", Quoted(request.namespace_(), 80)));
  }
  return absl::OkStatus();
}

}  // namespace mockarty

#include "coordinator/fleet/runner_rights.h"

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/wire/hello_limits.h"

namespace mockarty {
namespace {

absl::Status CheckAtMost(std::string_view field, size_t value, size_t most, std::string_view unit) {
  if (value <= most) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(Concat("Hello.", field, ": ", value, " ", unit, ": expected at most ", most));
}

// It is kept for as long as its runner is connected.
absl::Status CheckSizes(const v1::Hello& hello) {
  if (hello.instance_id().empty()) {
    return absl::InvalidArgumentError("Hello.instance_id: empty: expected 1 to 128 bytes");
  }
  RETURN_IF_ERROR(CheckAtMost("instance_id", hello.instance_id().size(), 128, "bytes"));
  RETURN_IF_ERROR(CheckAtMost("name", hello.name().size(), 256, "bytes"));
  RETURN_IF_ERROR(CheckAtMost("version", hello.version().size(), 256, "bytes"));
  RETURN_IF_ERROR(CheckAtMost("namespace", hello.namespace_().size(), kMaxHelloNamespaceBytes, "bytes"));
  RETURN_IF_ERROR(CheckAtMost("held", static_cast<size_t>(hello.held_size()), 10'000, "assignments"));
  RETURN_IF_ERROR(CheckAtMost("labels", static_cast<size_t>(hello.labels_size()), kMaxHelloLabels, "labels"));
  for (const v1::Variable& label : hello.labels()) {
    RETURN_IF_ERROR(
        CheckAtMost("labels", label.name().size() + label.value().size(), kMaxHelloLabelBytes, "bytes in one"));
  }
  RETURN_IF_ERROR(CheckAtMost("capabilities", static_cast<size_t>(hello.capabilities_size()), kMaxHelloCapabilities,
                              "capabilities"));
  for (const std::string& capability : hello.capabilities()) {
    RETURN_IF_ERROR(CheckAtMost("capabilities", capability.size(), kMaxHelloCapabilityBytes, "bytes in one"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHello(const Runner& runner, const v1::Hello& hello) {
  if (runner.greeted) {
    return absl::InvalidArgumentError("Hello: expected one on a connection, this is the second");
  }
  if (hello.protocol().major() != kCoordinatorProtocolMajor) {
    return absl::FailedPreconditionError(Concat("the runner speaks protocol ", hello.protocol().major(), ".",
                                                hello.protocol().minor(), ", this coordinator ",
                                                kCoordinatorProtocolMajor, ".", kCoordinatorProtocolMinor));
  }
  RETURN_IF_ERROR(CheckSizes(hello));
  const std::string& instance = hello.instance_id();
  if (!runner.local && instance.starts_with(kLocalInstancePrefix)) {
    return absl::PermissionDeniedError(
        Concat("instance_id ", Quoted(instance, 128), ": these are the coordinators' own runners"));
  }
  if (!hello.shared() && !runner.token_namespace.empty() && hello.namespace_() != runner.token_namespace) {
    return absl::PermissionDeniedError(Concat("NAMESPACE: the token is of ", Quoted(runner.token_namespace),
                                              ", the runner says ", Quoted(hello.namespace_(), 80)));
  }
  return absl::OkStatus();
}

bool MayServe(const Runner& runner, std::string_view name_space) {
  return runner.token_namespace.empty() || runner.token_namespace == name_space;
}

absl::Status OtherTokensInstance(std::string_view instance) {
  return absl::PermissionDeniedError(
      Concat("instance_id ", Quoted(instance, 128), " belongs to a runner with another token"));
}

void DroppedTokens::Add(const std::string& token_id, Nanos now) {
  while (!in_order_.empty() && (in_order_.front().first <= now || in_order_.size() >= kMaxTokens)) {
    // One that was added again since has a later entry of its own.
    const auto at = until_.find(in_order_.front().second);
    if (at != until_.end() && at->second == in_order_.front().first) {
      until_.erase(at);
    }
    in_order_.pop_front();
  }
  until_[token_id] = now + kRemembered;
  in_order_.emplace_back(now + kRemembered, token_id);
}

bool DroppedTokens::Contains(const std::string& token_id, Nanos now) const {
  const auto at = until_.find(token_id);
  return at != until_.end() && now < at->second;
}

}  // namespace mockarty

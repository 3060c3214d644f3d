// Any bytes as what a stranger says in the handshake of reverse mode, to either side. Nobody who lacks the token gets
// to its end, and what is wrong is said plainly.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/wire/reverse_handshake.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequirePlainError(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument || status.code() == absl::StatusCode::kUnauthenticated);
  Require(!status.message().empty() && status.message().size() < 200);
}

}  // namespace

// The first byte cuts the rest in two messages.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t cut = std::min<size_t>(data[0], text.size());
  const std::string key = mockarty::TokenKey("mki_fuzz");
  mockarty::RunnerHandshake runner(key, std::string(mockarty::kHandshakeNonceBytes, 'r'));
  mockarty::CoordinatorHandshake coordinator("node", std::string(mockarty::kHandshakeNonceBytes, 'c'));
  for (const std::string_view part : {text.substr(0, cut), text.substr(cut)}) {
    mockarty::v1::ReverseCoordinatorMessage to_runner;
    if (to_runner.ParseFromArray(part.data(), static_cast<int>(part.size()))) {
      if (const auto answer = runner.OnMessage(to_runner); !answer.ok()) RequirePlainError(answer.status());
    }
    mockarty::v1::ReverseRunnerMessage to_coordinator;
    if (to_coordinator.ParseFromArray(part.data(), static_cast<int>(part.size()))) {
      const auto answer = coordinator.OnMessage(to_coordinator, [&](std::string_view) { return key; });
      if (!answer.ok()) RequirePlainError(answer.status());
    }
    Require(!runner.done() && !coordinator.done());
  }
  return 0;
}

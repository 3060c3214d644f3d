// The handshake of reverse mode, both sides of it: each proves to the other that it knows a runner's token, which never
// travels. The scheme, and what it does not do, is in reverse_link.proto. HMAC: RFC 2104.
//
// A side takes message after message and says what to answer. It expects one certain kind at a time; anything else, any
// field of another size, and anything after its end is InvalidArgument, which names what was expected; a proof that is
// wrong is Unauthenticated. After an error it takes nothing more.
// Pure; an object belongs to one thread at a time.
#ifndef COMMON_WIRE_REVERSE_HANDSHAKE_H_
#define COMMON_WIRE_REVERSE_HANDSHAKE_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mockarty/v1/reverse_link.pb.h"

namespace mockarty {

inline constexpr size_t kHandshakeNonceBytes = 32;
inline constexpr size_t kTokenNameBytes = 16;
inline constexpr size_t kMaxCoordinatorIdBytes = 128;
inline constexpr size_t kMaxHandshakeMessageBytes = 1024;

// By chance, of the system's. Ends the process when there is none.
std::string NewHandshakeNonce();

// What proofs are made with: SHA-256 of the token, 32 bytes. A secret.
std::string TokenKey(std::string_view token);
// The same, of the 64 hexadecimal digits that a store has; empty for any other text.
std::string TokenKeyOfHash(std::string_view hash);
// No secret: what a runner tells anyone, so that its coordinator finds the token. 16 bytes.
std::string TokenName(std::string_view key);

class CoordinatorHandshake {
 public:
  // The key of the token of this name; its error becomes the handshake's.
  using KeyFinder = std::function<absl::StatusOr<std::string>(std::string_view token_name)>;

  // `nonce`: NewHandshakeNonce(), never used before.
  CoordinatorHandshake(std::string coordinator_id, std::string nonce)
      : coordinator_id_(std::move(coordinator_id)), nonce_(std::move(nonce)) {}

  v1::ReverseCoordinatorMessage Opening() const;
  // nullopt: nothing to say, because the handshake is done.
  absl::StatusOr<std::optional<v1::ReverseCoordinatorMessage>> OnMessage(const v1::ReverseRunnerMessage& message,
                                                                         const KeyFinder& find_key);
  bool done() const { return state_ == State::kDone; }

 private:
  enum class State { kChallenge, kProof, kDone, kFailed };
  absl::StatusOr<std::optional<v1::ReverseCoordinatorMessage>> Take(const v1::ReverseRunnerMessage& message,
                                                                    const KeyFinder& find_key);

  const std::string coordinator_id_;
  const std::string nonce_;
  State state_ = State::kChallenge;
  std::string expected_;  // the runner's proof
};

class RunnerHandshake {
 public:
  RunnerHandshake(std::string key, std::string nonce) : key_(std::move(key)), nonce_(std::move(nonce)) {}

  // What to say; done() after the second time.
  absl::StatusOr<v1::ReverseRunnerMessage> OnMessage(const v1::ReverseCoordinatorMessage& message);
  bool done() const { return state_ == State::kDone; }
  // Who it is; proven once the handshake is done.
  const std::string& coordinator_id() const { return coordinator_id_; }

 private:
  enum class State { kOpening, kProof, kDone, kFailed };
  absl::StatusOr<v1::ReverseRunnerMessage> Take(const v1::ReverseCoordinatorMessage& message);

  const std::string key_;
  const std::string nonce_;
  State state_ = State::kOpening;
  std::string coordinator_nonce_;
  std::string coordinator_id_;
};

}  // namespace mockarty

#endif  // COMMON_WIRE_REVERSE_HANDSHAKE_H_

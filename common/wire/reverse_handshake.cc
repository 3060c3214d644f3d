#include "common/wire/reverse_handshake.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr std::string_view kNameLabel = "mockarty reverse v1 token name";
constexpr std::string_view kCoordinatorLabel = "mockarty reverse v1 coordinator";
constexpr std::string_view kRunnerLabel = "mockarty reverse v1 runner";

std::string Hmac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), digest, &size) == nullptr) {
    abort();  // out of memory: no proof is better than a wrong one
  }
  return std::string(reinterpret_cast<const char*>(digest), size);
}

// What both sides know once the challenge was sent.
struct Transcript {
  std::string_view coordinator_nonce;
  std::string_view runner_nonce;
  std::string_view token_name;
  std::string_view coordinator_id;  // the only one without a fixed length, so it comes last
};

std::string ProofOf(std::string_view label, std::string_view key, const Transcript& all) {
  std::string text(label);
  text += '\0';
  text.append(all.coordinator_nonce).append(all.runner_nonce).append(all.token_name).append(all.coordinator_id);
  return Hmac(key, text);
}

bool IsEqual(std::string_view got, std::string_view expected) {
  return got.size() == expected.size() && CRYPTO_memcmp(got.data(), expected.data(), expected.size()) == 0;
}

template <typename Message>
absl::Status CheckSize(const Message& message) {
  const size_t size = message.ByteSizeLong();
  if (size <= kMaxHandshakeMessageBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Concat("handshake: message of ", size, " bytes, expected at most ", kMaxHandshakeMessageBytes));
}

absl::Status CheckBytes(std::string_view field, const std::string& got, size_t expected) {
  if (got.size() == expected) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat("handshake: ", field, " of ", got.size(), " bytes, expected ", expected));
}

absl::Status Expected(std::string_view what) {
  return absl::InvalidArgumentError(Concat("handshake: expected ", what));
}

}  // namespace

std::string NewHandshakeNonce() {
  std::string nonce(kHandshakeNonceBytes, '\0');
  if (getrandom(nonce.data(), nonce.size(), 0) != static_cast<ssize_t>(nonce.size())) abort();
  return nonce;
}

std::string TokenKey(std::string_view token) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), sizeof(digest));
}

std::string TokenKeyOfHash(std::string_view hash) {
  const bool digits = std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (hash.size() != 2 * SHA256_DIGEST_LENGTH || !digits) return "";
  return absl::HexStringToBytes(ToAbsl(hash));
}

std::string TokenName(std::string_view key) {
  std::string label(kNameLabel);
  label += '\0';
  return Hmac(key, label).substr(0, kTokenNameBytes);
}

v1::ReverseCoordinatorMessage CoordinatorHandshake::Opening() const {
  v1::ReverseCoordinatorMessage message;
  message.mutable_opening()->set_nonce(nonce_);
  message.mutable_opening()->set_coordinator_id(coordinator_id_);
  return message;
}

absl::StatusOr<std::optional<v1::ReverseCoordinatorMessage>> CoordinatorHandshake::OnMessage(
    const v1::ReverseRunnerMessage& message, const KeyFinder& find_key) {
  auto answer = Take(message, find_key);
  if (!answer.ok()) state_ = State::kFailed;
  return answer;
}

absl::StatusOr<std::optional<v1::ReverseCoordinatorMessage>> CoordinatorHandshake::Take(
    const v1::ReverseRunnerMessage& message, const KeyFinder& find_key) {
  RETURN_IF_ERROR(CheckSize(message));
  if (state_ == State::kChallenge) {
    if (!message.has_challenge()) return Expected("a challenge");
    const v1::ReverseChallenge& challenge = message.challenge();
    RETURN_IF_ERROR(CheckBytes("nonce", challenge.nonce(), kHandshakeNonceBytes));
    RETURN_IF_ERROR(CheckBytes("token_name", challenge.token_name(), kTokenNameBytes));
    ASSIGN_OR_RETURN(const std::string key, find_key(challenge.token_name()));
    const Transcript all = {nonce_, challenge.nonce(), challenge.token_name(), coordinator_id_};
    expected_ = ProofOf(kRunnerLabel, key, all);
    state_ = State::kProof;
    v1::ReverseCoordinatorMessage answer;
    answer.mutable_proof()->set_proof(ProofOf(kCoordinatorLabel, key, all));
    return std::optional(std::move(answer));
  }
  if (state_ != State::kProof) return Expected("no more of it");
  if (!message.has_proof()) return Expected("a proof");
  if (!IsEqual(message.proof().proof(), expected_)) {
    return absl::UnauthenticatedError("the runner did not prove that it knows its token");
  }
  state_ = State::kDone;
  return std::optional<v1::ReverseCoordinatorMessage>();
}

absl::StatusOr<v1::ReverseRunnerMessage> RunnerHandshake::OnMessage(const v1::ReverseCoordinatorMessage& message) {
  auto answer = Take(message);
  if (!answer.ok()) state_ = State::kFailed;
  return answer;
}

absl::StatusOr<v1::ReverseRunnerMessage> RunnerHandshake::Take(const v1::ReverseCoordinatorMessage& message) {
  RETURN_IF_ERROR(CheckSize(message));
  v1::ReverseRunnerMessage answer;
  const std::string name = TokenName(key_);
  if (state_ == State::kOpening) {
    if (!message.has_opening()) return Expected("an opening");
    RETURN_IF_ERROR(CheckBytes("nonce", message.opening().nonce(), kHandshakeNonceBytes));
    const size_t id_bytes = message.opening().coordinator_id().size();
    if (id_bytes == 0 || id_bytes > kMaxCoordinatorIdBytes) {
      return absl::InvalidArgumentError(
          Concat("handshake: coordinator_id of ", id_bytes, " bytes, expected 1 to ", kMaxCoordinatorIdBytes));
    }
    coordinator_nonce_ = message.opening().nonce();
    coordinator_id_ = message.opening().coordinator_id();
    state_ = State::kProof;
    answer.mutable_challenge()->set_nonce(nonce_);
    answer.mutable_challenge()->set_token_name(name);
    return answer;
  }
  if (state_ != State::kProof) return Expected("no more of it");
  if (!message.has_proof()) return Expected("a proof");
  const Transcript all = {coordinator_nonce_, nonce_, name, coordinator_id_};
  if (!IsEqual(message.proof().proof(), ProofOf(kCoordinatorLabel, key_, all))) {
    return absl::UnauthenticatedError("the coordinator did not prove that it knows this runner's token");
  }
  state_ = State::kDone;
  answer.mutable_proof()->set_proof(ProofOf(kRunnerLabel, key_, all));
  return answer;
}

}  // namespace mockarty

#include "common/wire/reverse_handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "common/base/sha256.h"

namespace mockarty {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kToken[] = "mki_0123456789";

std::string Nonce(char c) { return std::string(kHandshakeNonceBytes, c); }

// Knows one token.
CoordinatorHandshake::KeyFinder Knows(const std::string& token) {
  return [key = TokenKey(token)](std::string_view name) -> absl::StatusOr<std::string> {
    if (name != TokenName(key)) return absl::UnauthenticatedError("not known");
    return key;
  };
}

// Takes the other side's word for it that it is of this token: a coordinator whose finder lies.
CoordinatorHandshake::KeyFinder Always(const std::string& token) {
  return [key = TokenKey(token)](std::string_view) { return key; };
}

v1::ReverseCoordinatorMessage Proof(const std::string& proof) {
  v1::ReverseCoordinatorMessage message;
  message.mutable_proof()->set_proof(proof);
  return message;
}

struct Pair {
  CoordinatorHandshake coordinator{"node", Nonce('c')};
  RunnerHandshake runner{TokenKey(kToken), Nonce('r')};

  v1::ReverseRunnerMessage Challenge() { return runner.OnMessage(coordinator.Opening()).value(); }
  v1::ReverseCoordinatorMessage CoordinatorProof() { return **coordinator.OnMessage(Challenge(), Knows(kToken)); }
};

TEST(ReverseHandshakeTest, BothSidesKnowTheToken) {
  Pair pair;
  auto proof = pair.runner.OnMessage(pair.CoordinatorProof());
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_TRUE(pair.runner.done());
  EXPECT_EQ(pair.runner.coordinator_id(), "node");
  EXPECT_FALSE(pair.coordinator.done());
  auto end = pair.coordinator.OnMessage(*proof, Knows(kToken));
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_FALSE(end->has_value());
  EXPECT_TRUE(pair.coordinator.done());
}

// By another implementation: Python's hashlib and hmac, after the text of reverse_link.proto.
TEST(ReverseHandshakeTest, IsWhatTheProtocolSays) {
  Pair pair;
  v1::ReverseRunnerMessage challenge = pair.Challenge();
  EXPECT_EQ(absl::BytesToHexString(challenge.challenge().token_name()), "d180596facb9b21548e5efeaa4a17ab4");
  auto proof = pair.coordinator.OnMessage(challenge, Knows(kToken));
  ASSERT_TRUE(proof.ok());
  EXPECT_EQ(absl::BytesToHexString((*proof)->proof().proof()),
            "5854599180c98148c7e2f574eeab35753fcd7e1ebfbc26d18e482b48a7b972f1");
  auto answer = pair.runner.OnMessage(**proof);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(absl::BytesToHexString(answer->proof().proof()),
            "8a0db0127fdd904338d9b3b50c2833547a1a42c424fb8d4fd9a6bfec610bcb18");
}

TEST(ReverseHandshakeTest, NothingOfTheTokenTravels) {
  Pair pair;
  std::string said = pair.Challenge().SerializeAsString();
  EXPECT_THAT(said, Not(HasSubstr(kToken)));
  EXPECT_THAT(said, Not(HasSubstr(TokenKey(kToken).substr(0, 8))));
  EXPECT_NE(TokenName(TokenKey(kToken)), TokenName(TokenKey("mki_other")));
}

TEST(ReverseHandshakeTest, ACoordinatorThatDoesNotKnowTheTokenSaysNothing) {
  Pair pair;
  v1::ReverseRunnerMessage challenge = pair.Challenge();
  auto answer = pair.coordinator.OnMessage(challenge, Knows("mki_other"));
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_FALSE(pair.coordinator.OnMessage(challenge, Knows(kToken)).ok());  // it has failed
}

TEST(ReverseHandshakeTest, AWrongTokenIsRefusedByTheRunnerWithoutAProofOfItsOwn) {
  Pair pair;
  auto proof = pair.coordinator.OnMessage(pair.Challenge(), Always("mki_other"));
  ASSERT_TRUE(proof.ok());
  EXPECT_EQ(pair.runner.OnMessage(**proof).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_FALSE(pair.runner.done());
  EXPECT_FALSE(pair.runner.OnMessage(**proof).ok());
}

TEST(ReverseHandshakeTest, ARunnerWithAWrongTokenIsRefused) {
  CoordinatorHandshake coordinator("node", Nonce('c'));
  v1::ReverseRunnerMessage challenge;
  challenge.mutable_challenge()->set_nonce(Nonce('r'));
  challenge.mutable_challenge()->set_token_name(TokenName(TokenKey(kToken)));  // it is no secret
  ASSERT_TRUE(coordinator.OnMessage(challenge, Knows(kToken)).ok());
  v1::ReverseRunnerMessage proof;
  proof.mutable_proof()->set_proof(std::string(32, 'x'));
  EXPECT_EQ(coordinator.OnMessage(proof, Knows(kToken)).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_FALSE(coordinator.done());
}

TEST(ReverseHandshakeTest, RecordedProofsAreWorthNothing) {
  Pair recorded;
  v1::ReverseCoordinatorMessage coordinator_proof = recorded.CoordinatorProof();
  v1::ReverseRunnerMessage runner_proof = recorded.runner.OnMessage(coordinator_proof).value();
  // Another handshake of the same runner, with the recorded opening and proof.
  RunnerHandshake runner(TokenKey(kToken), Nonce('s'));
  ASSERT_TRUE(runner.OnMessage(recorded.coordinator.Opening()).ok());
  EXPECT_EQ(runner.OnMessage(coordinator_proof).status().code(), absl::StatusCode::kUnauthenticated);
  // Another one of the same coordinator, with the recorded challenge and proof.
  CoordinatorHandshake coordinator("node", Nonce('d'));
  v1::ReverseRunnerMessage challenge;
  challenge.mutable_challenge()->set_nonce(Nonce('r'));
  challenge.mutable_challenge()->set_token_name(TokenName(TokenKey(kToken)));
  ASSERT_TRUE(coordinator.OnMessage(challenge, Knows(kToken)).ok());
  EXPECT_EQ(coordinator.OnMessage(runner_proof, Knows(kToken)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(ReverseHandshakeTest, AReflectedProofIsNotTheOther) {
  // Who pretends to be the runner sends the coordinator's own nonce and proof back.
  CoordinatorHandshake coordinator("node", Nonce('c'));
  v1::ReverseRunnerMessage challenge;
  challenge.mutable_challenge()->set_nonce(coordinator.Opening().opening().nonce());
  challenge.mutable_challenge()->set_token_name(TokenName(TokenKey(kToken)));
  auto proof = coordinator.OnMessage(challenge, Knows(kToken));
  ASSERT_TRUE(proof.ok());
  v1::ReverseRunnerMessage reflected;
  reflected.mutable_proof()->set_proof((*proof)->proof().proof());
  EXPECT_EQ(coordinator.OnMessage(reflected, Knows(kToken)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(ReverseHandshakeTest, TheProofIsOfThisCoordinatorOnly) {
  Pair pair;
  v1::ReverseCoordinatorMessage proof = pair.CoordinatorProof();
  RunnerHandshake runner(TokenKey(kToken), Nonce('r'));
  v1::ReverseCoordinatorMessage opening = pair.coordinator.Opening();
  opening.mutable_opening()->set_coordinator_id("other");
  ASSERT_TRUE(runner.OnMessage(opening).ok());
  EXPECT_EQ(runner.OnMessage(proof).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(ReverseHandshakeTest, TruncatedAndOversizedFieldsAreNamed) {
  auto error_of = [](auto change) {
    v1::ReverseCoordinatorMessage opening = CoordinatorHandshake("node", Nonce('c')).Opening();
    change(*opening.mutable_opening());
    auto answer = RunnerHandshake(TokenKey(kToken), Nonce('r')).OnMessage(opening);
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(answer.status().message());
  };
  EXPECT_EQ(error_of([](auto& o) { o.set_nonce(std::string(31, 'c')); }), "handshake: nonce of 31 bytes, expected 32");
  EXPECT_EQ(error_of([](auto& o) { o.set_nonce(""); }), "handshake: nonce of 0 bytes, expected 32");
  EXPECT_EQ(error_of([](auto& o) { o.set_nonce(std::string(33, 'c')); }), "handshake: nonce of 33 bytes, expected 32");
  EXPECT_THAT(error_of([](auto& o) { o.set_coordinator_id(std::string(129, 'x')); }),
              HasSubstr("coordinator_id of 129 bytes, expected 1 to 128"));
  EXPECT_THAT(error_of([](auto& o) { o.clear_coordinator_id(); }), HasSubstr("coordinator_id of 0 bytes"));
  EXPECT_THAT(error_of([](auto& o) { o.set_nonce(std::string(5000, 'c')); }), HasSubstr("expected at most 1024"));
}

TEST(ReverseHandshakeTest, ATruncatedProofIsWrong) {
  for (size_t bytes : {size_t{0}, size_t{1}, size_t{31}}) {
    Pair pair;
    std::string proof = pair.CoordinatorProof().proof().proof();
    EXPECT_EQ(pair.runner.OnMessage(Proof(proof.substr(0, bytes))).status().code(), absl::StatusCode::kUnauthenticated);
    Pair longer;
    proof = longer.CoordinatorProof().proof().proof();
    EXPECT_EQ(longer.runner.OnMessage(Proof(proof + "x")).status().code(), absl::StatusCode::kUnauthenticated);
  }
}

TEST(ReverseHandshakeTest, ABadChallengeIsNamed) {
  for (bool nonce : {true, false}) {
    Pair pair;
    v1::ReverseRunnerMessage challenge = pair.Challenge();
    if (nonce) {
      challenge.mutable_challenge()->set_nonce("short");
    } else {
      challenge.mutable_challenge()->set_token_name(std::string(17, 'n'));
    }
    auto answer = pair.coordinator.OnMessage(challenge, Always(kToken));
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(nonce ? "nonce of 5" : "token_name of 17"));
  }
}

TEST(ReverseHandshakeTest, OtherMessagesAndRolesAreOutOfPlace) {
  v1::ReverseCoordinatorMessage work;
  work.mutable_message()->mutable_welcome();
  EXPECT_THAT(std::string(RunnerHandshake(TokenKey(kToken), Nonce('r')).OnMessage(work).status().message()),
              HasSubstr("expected an opening"));
  EXPECT_FALSE(RunnerHandshake(TokenKey(kToken), Nonce('r')).OnMessage({}).ok());
  EXPECT_FALSE(RunnerHandshake(TokenKey(kToken), Nonce('r')).OnMessage(Proof(std::string(32, 'x'))).ok());
  Pair twice;
  v1::ReverseRunnerMessage challenge = twice.Challenge();
  EXPECT_THAT(std::string(twice.runner.OnMessage(twice.coordinator.Opening()).status().message()),
              HasSubstr("expected a proof"));
  v1::ReverseRunnerMessage early;
  early.mutable_message()->mutable_hello();
  CoordinatorHandshake coordinator("node", Nonce('c'));
  EXPECT_THAT(std::string(coordinator.OnMessage(early, Knows(kToken)).status().message()),
              HasSubstr("expected a challenge"));
  // A runner's proof for the coordinator's: the labels tell them apart.
  Pair done;
  v1::ReverseRunnerMessage runner_proof = done.runner.OnMessage(done.CoordinatorProof()).value();
  RunnerHandshake again(TokenKey(kToken), Nonce('r'));
  ASSERT_TRUE(again.OnMessage(done.coordinator.Opening()).ok());
  EXPECT_EQ(again.OnMessage(Proof(runner_proof.proof().proof())).status().code(), absl::StatusCode::kUnauthenticated);
  // Nothing of it after its end.
  EXPECT_FALSE(done.runner.OnMessage(done.coordinator.Opening()).ok());
}

TEST(ReverseHandshakeTest, KeysComeFromTokensAndFromStoredHashes) {
  EXPECT_EQ(TokenKeyOfHash(Sha256Hex(kToken)), TokenKey(kToken));
  EXPECT_EQ(TokenKeyOfHash(""), "");
  EXPECT_EQ(TokenKeyOfHash(std::string(64, 'g')), "");
  EXPECT_EQ(TokenKeyOfHash(std::string(62, 'a')), "");
  EXPECT_NE(NewHandshakeNonce(), NewHandshakeNonce());
  EXPECT_EQ(NewHandshakeNonce().size(), kHandshakeNonceBytes);
}

}  // namespace
}  // namespace mockarty

// Tokens: made, checked, revoked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "common/time/clock.h"
#include "coordinator/auth/admin_token.h"
#include "coordinator/auth/stored_tokens.h"
#include "coordinator/auth/token_command.h"
#include "coordinator/auth/tokens.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct TokenTest : ::testing::Test {
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("mockarty-tokens-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    store = *OpenSqliteStore(folder + "/store.db");
    tokens = std::make_unique<StoredTokens>(*OpenSqliteStore(folder + "/store.db"));
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string Put(TokenType type, int64_t expires_at_ms = 0) {
    const std::string token = NewToken(type);
    record = MakeTokenRecord(type, token, "n", "blue", WallClockMillis(), expires_at_ms);
    EXPECT_TRUE(store->PutToken(record).ok());
    return token;
  }

  std::string folder;
  std::unique_ptr<Store> store;
  std::unique_ptr<StoredTokens> tokens;
  TokenRecord record;
};

TEST(Token, AreOfTheirTypeAndNeverTheSame) {
  std::set<std::string> made;
  for (int i = 0; i < 1'000; ++i) made.insert(NewToken(TokenType::kUser));
  EXPECT_THAT(made, SizeIs(1'000));
  EXPECT_EQ(made.begin()->size(), 43u);
  EXPECT_TRUE(NewToken(TokenType::kRunner).starts_with("mki_"));
}

TEST_F(TokenTest, GoodOnesAreKnownAtOnce) {
  const std::string token = Put(TokenType::kRunner);
  const auto identity = tokens->Verify(token, TokenType::kRunner);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->token_id, record.id);
  EXPECT_EQ(identity->name_space, "blue");
}

TEST_F(TokenTest, BadOnesAllGetTheSameAnswer) {
  const std::string runner = Put(TokenType::kRunner);
  const std::string expired = Put(TokenType::kUser, WallClockMillis() - 1);
  for (const std::string& token :
       {std::string(), std::string("mk_"), std::string("mk_nonesuch"), runner, "mk_" + runner.substr(4), expired,
        std::string(100'000, 'x'), std::string("mk_\0", 4)}) {
    const auto identity = tokens->Verify(token, TokenType::kUser);
    EXPECT_EQ(identity.status(), absl::UnauthenticatedError("invalid token")) << token.substr(0, 50);
  }
}

TEST_F(TokenTest, RevokedOnesAreToldOnce) {
  const std::string token = Put(TokenType::kRunner);
  ASSERT_TRUE(tokens->Verify(token, TokenType::kRunner).ok());
  EXPECT_THAT(tokens->Refresh(), SizeIs(0));
  ASSERT_TRUE(store->RevokeToken(record.id, WallClockMillis()).ok());
  EXPECT_THAT(tokens->Refresh(), ElementsAre(record.id));
  EXPECT_THAT(tokens->Refresh(), SizeIs(0));
  EXPECT_FALSE(tokens->Verify(token, TokenType::kRunner).ok());
}

TEST_F(TokenTest, FirstStartMakesOneAdministrator) {
  const auto path = EnsureAdminToken(*store, folder, "");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(std::filesystem::status(*path).permissions() & std::filesystem::perms(077), std::filesystem::perms::none);
  std::string token;
  std::ifstream(*path) >> token;
  EXPECT_TRUE(tokens->Verify(token, TokenType::kUser).ok());
  EXPECT_EQ(*EnsureAdminToken(*store, folder, ""), "");
  EXPECT_THAT(*store->ListTokens(), SizeIs(1));
}

TEST_F(TokenTest, AdministratorFromTheEnvironment) {
  EXPECT_THAT(EnsureAdminToken(*store, folder, "mk_short").status().ToString(),
              HasSubstr("FIRST_ADMIN_TOKEN: expected mk_"));
  const std::string token = "mk_0123456789abcdefghij";
  EXPECT_EQ(*EnsureAdminToken(*store, folder, token), "");
  EXPECT_EQ(*EnsureAdminToken(*store, folder, token), "");
  EXPECT_TRUE(tokens->Verify(token, TokenType::kUser).ok());
  EXPECT_THAT(*store->ListTokens(), SizeIs(1));
}

TEST_F(TokenTest, Command) {
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(RunTokenCommand(*store, {"create", "--type", "test_runner", "--name", "eu", "--expires", "90d"}), 0);
  std::string token = ::testing::internal::GetCapturedStdout();
  ASSERT_TRUE(token.ends_with('\n'));
  token.pop_back();
  EXPECT_TRUE(tokens->Verify(token, TokenType::kRunner).ok());
  const TokenRecord stored = store->ListTokens()->front();
  EXPECT_EQ(stored.expires_at_ms - stored.created_at_ms, int64_t{90} * 24 * 3'600 * 1'000);
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(RunTokenCommand(*store, {"list"}), 0);
  const std::string list = ::testing::internal::GetCapturedStdout();
  EXPECT_THAT(list, HasSubstr(stored.id));
  EXPECT_THAT(list, Not(HasSubstr(token)));
  EXPECT_EQ(RunTokenCommand(*store, {"revoke", stored.id}), 0);
  EXPECT_NE(store->ListTokens()->front().revoked_at_ms, 0);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RunTokenCommand(*store, {"revoke", "nonesuch"}), 104);
  EXPECT_EQ(RunTokenCommand(*store, {"create", "--type", "admin", "--name", "x"}), 104);
  EXPECT_EQ(RunTokenCommand(*store, {"create", "--type", "user", "--name", "x", "--expires", "soon"}), 104);
  EXPECT_EQ(RunTokenCommand(*store, {"create", "--type", "user"}), 104);
  EXPECT_EQ(RunTokenCommand(*store, {}), 104);
  const std::string errors = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(errors, HasSubstr("--type: expected test_runner or user"));
  EXPECT_THAT(errors, HasSubstr("--expires: expected"));
}

}  // namespace
}  // namespace mockarty

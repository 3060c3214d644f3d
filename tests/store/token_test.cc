// Tokens: made, checked, revoked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "common/time/clock.h"
#include "common/wire/reverse_handshake.h"
#include "coordinator/auth/admin_token.h"
#include "coordinator/auth/stored_tokens.h"
#include "coordinator/auth/token_command.h"
#include "coordinator/auth/tokens.h"
#include "tests/coordinator/memory_store.h"

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
    tokens = std::make_unique<StoredTokens>(*OpenSqliteStore(folder + "/store.db"), clock);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string Put(TokenType type, int64_t expires_at_ms = 0) {
    const std::string token = NewToken(type);
    record = MakeTokenRecord(type, token, "n", "blue", WallClockMillis(), expires_at_ms);
    EXPECT_TRUE(store->PutToken(record).ok());
    return token;
  }

  std::string folder;
  FakeClock clock;
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

// Counts what it is asked, and hangs while it is told to.
class TokenStore final : public testing::MemoryStore {
 public:
  absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view hash) override {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hanging_; });
    const auto at = tokens_.find(std::string(hash));
    return at == tokens_.end() ? std::nullopt : std::optional<TokenRecord>(at->second);
  }
  absl::StatusOr<std::vector<TokenRecord>> ListTokens() override {
    std::lock_guard lock(mutex_);
    std::vector<TokenRecord> list;
    for (const auto& [hash, record] : tokens_) list.push_back(record);
    return list;
  }
  std::string Add(const std::string& token) {
    std::lock_guard lock(mutex_);
    const TokenRecord record = MakeTokenRecord(TokenType::kUser, token, "n", "", WallClockMillis(), 0);
    tokens_[record.hash] = record;
    return token;
  }
  void Hang(bool hang) {
    std::lock_guard lock(mutex_);
    hanging_ = hang;
    changed_.notify_all();
  }
  int Asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  void AwaitAsked(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::minutes(1), [&] { return asked_ >= count; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, TokenRecord> tokens_;
  bool hanging_ = false;
  int asked_ = 0;
};

struct CountedTokenTest : ::testing::Test {
  FakeClock clock;
  TokenStore& store = *new TokenStore;
  StoredTokens tokens{std::unique_ptr<Store>(&store), clock};
};

TEST_F(CountedTokenTest, GoodOnesPassWhileTheStoreHangs) {
  const std::string good = store.Add("mk_good");
  ASSERT_TRUE(tokens.Verify(good, TokenType::kUser).ok());
  store.Hang(true);
  std::thread caller([&] { EXPECT_TRUE(absl::IsUnauthenticated(tokens.Verify("mk_1", TokenType::kUser).status())); });
  store.AwaitAsked(2);
  EXPECT_TRUE(tokens.Verify(good, TokenType::kUser).ok());
  // One waits a moment for the other, then neither is said to be bad; the store is asked by one at a time.
  EXPECT_TRUE(absl::IsUnavailable(tokens.Verify("mk_2", TokenType::kUser).status()));
  EXPECT_EQ(store.Asked(), 2);
  store.Hang(false);
  caller.join();
  EXPECT_TRUE(absl::IsUnauthenticated(tokens.Verify("mk_2", TokenType::kUser).status()));
}

TEST_F(CountedTokenTest, BadOnesAreRememberedForAWhile) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(absl::IsUnauthenticated(tokens.Verify("mk_bad", TokenType::kUser).status()));
  }
  EXPECT_EQ(store.Asked(), 1);
  clock.Advance(StoredTokens::kBadFor);
  EXPECT_TRUE(absl::IsUnauthenticated(tokens.Verify("mk_bad", TokenType::kUser).status()));
  EXPECT_EQ(store.Asked(), 2);
  // Made in the meantime: good with the next look at all of them, or when the refusal is forgotten.
  store.Add("mk_bad");
  EXPECT_FALSE(tokens.Verify("mk_bad", TokenType::kUser).ok());
  tokens.Refresh();
  EXPECT_TRUE(tokens.Verify("mk_bad", TokenType::kUser).ok());
  EXPECT_EQ(store.Asked(), 2);
}

TEST_F(CountedTokenTest, NotMoreBadOnesThanFit) {
  const auto verify = [&](size_t number) {
    EXPECT_FALSE(tokens.Verify("mk_" + std::to_string(number), TokenType::kUser).ok());
  };
  for (size_t i = 0; i <= StoredTokens::kMaxBad; ++i) verify(i);
  const int asked = store.Asked();
  verify(StoredTokens::kMaxBad);
  EXPECT_EQ(store.Asked(), asked);
  verify(0);  // the oldest made room
  EXPECT_EQ(store.Asked(), asked + 1);
}

TEST_F(TokenTest, RevokedOnesThatComeAgainAreNotToldAgain) {
  const std::string token = Put(TokenType::kRunner);
  ASSERT_TRUE(store->RevokeToken(record.id, WallClockMillis()).ok());
  EXPECT_FALSE(tokens->Verify(token, TokenType::kRunner).ok());
  EXPECT_THAT(tokens->Refresh(), SizeIs(0));
}

TEST_F(TokenTest, RunnersTokensAreFoundByTheirName) {
  Put(TokenType::kUser);
  const std::string user_name = TokenName(TokenKeyOfHash(record.hash));
  Put(TokenType::kRunner, WallClockMillis() - 1);
  const std::string expired_name = TokenName(TokenKeyOfHash(record.hash));
  const std::string token = Put(TokenType::kRunner);
  EXPECT_FALSE(tokens->FindByName(TokenName(TokenKey(token)), TokenType::kRunner).ok());  // not read yet
  EXPECT_THAT(tokens->Refresh(), SizeIs(0));
  const auto found = tokens->FindByName(TokenName(TokenKey(token)), TokenType::kRunner);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->identity.token_id, record.id);
  EXPECT_EQ(found->identity.name_space, "blue");
  EXPECT_EQ(found->key, TokenKey(token));
  for (const std::string& name : {user_name, expired_name, std::string(), std::string(16, '\0'), record.hash}) {
    EXPECT_EQ(tokens->FindByName(name, TokenType::kRunner).status(), absl::UnauthenticatedError("invalid token"));
  }
  EXPECT_FALSE(tokens->FindByName(TokenName(TokenKey(token)), TokenType::kUser).ok());
  ASSERT_TRUE(store->RevokeToken(record.id, WallClockMillis()).ok());
  EXPECT_THAT(tokens->Refresh(), ElementsAre(record.id));
  EXPECT_FALSE(tokens->FindByName(TokenName(TokenKey(token)), TokenType::kRunner).ok());
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

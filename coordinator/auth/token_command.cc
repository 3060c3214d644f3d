#include "coordinator/auth/token_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/time/clock.h"
#include "coordinator/auth/tokens.h"

namespace mockarty {
namespace {

constexpr int kBadInput = 104;

struct Wanted {
  std::string type;
  std::string name;
  std::string name_space;
  std::string expires;
  std::string id;
};

int Fail(int code, std::string_view message) {
  std::fprintf(stderr, "error: %.*s\n", static_cast<int>(message.size()), message.data());
  return code;
}

// "90d", or any other length of time.
absl::StatusOr<int64_t> ParseExpiry(std::string_view text) {
  if (text.ends_with('d')) {
    int64_t days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, days);
    if (error == std::errc() && end == text.data() + text.size() - 1 && days >= 1 && days <= 36'500) {
      return days * 24 * 3'600 * 1'000;
    }
  } else if (const absl::StatusOr<int64_t> length = ParseDuration(text); length.ok() && *length > 0) {
    return *length / kNanosPerMilli;
  }
  return absl::InvalidArgumentError(
      Concat("--expires: expected a length of time such as 90d or 12h, got ", Quoted(text, 80)));
}

int Create(Store& store, const Wanted& wanted) {
  if (wanted.type != "test_runner" && wanted.type != "user") {
    return Fail(kBadInput, Concat("--type: expected test_runner or user, got ", Quoted(wanted.type, 80)));
  }
  if (wanted.name.empty() || wanted.name.size() > 128 || wanted.name_space.size() > 128) {
    return Fail(kBadInput, Concat("--name: expected 1 to 128 bytes, got ", Quoted(wanted.name, 80)));
  }
  const int64_t now_ms = WallClockMillis();
  int64_t expires_at_ms = 0;
  if (!wanted.expires.empty()) {
    const absl::StatusOr<int64_t> length = ParseExpiry(wanted.expires);
    if (!length.ok()) {
      return Fail(kBadInput, ToStd(length.status().message()));
    }
    expires_at_ms = now_ms + *length;
  }
  const TokenType type = wanted.type == "user" ? TokenType::kUser : TokenType::kRunner;
  const std::string token = NewToken(type);
  const absl::Status put =
      store.PutToken(MakeTokenRecord(type, token, wanted.name, wanted.name_space, now_ms, expires_at_ms));
  if (!put.ok()) {
    return Fail(1, ToStd(put.message()));
  }
  std::printf("%s\n", token.c_str());
  return std::fflush(stdout) == 0 ? 0 : Fail(1, "stdout cannot be written: revoke the token and make another");
}

std::string Date(int64_t ms) {
  return ms == 0 ? "-" : absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

int List(Store& store) {
  const auto tokens = store.ListTokens();
  if (!tokens.ok()) {
    return Fail(1, ToStd(tokens.status().message()));
  }
  const int64_t now_ms = WallClockMillis();
  std::printf("%-14s %-12s %-8s %-21s %-21s %-12s %s\n", "ID", "TYPE", "STATE", "CREATED", "EXPIRES", "NAMESPACE",
              "NAME");
  for (const TokenRecord& token : *tokens) {
    const char* state = token.revoked_at_ms != 0 ? "revoked" : IsValidAt(token, now_ms) ? "valid" : "expired";
    std::printf("%-14s %-12s %-8s %-21s %-21s %-12s %s\n", token.id.c_str(),
                token.type == TokenType::kUser ? "user" : "test_runner", state, Date(token.created_at_ms).c_str(),
                Date(token.expires_at_ms).c_str(), token.name_space.empty() ? "-" : token.name_space.c_str(),
                Quoted(token.name, 128).c_str());
  }
  return 0;
}

int Revoke(Store& store, const Wanted& wanted) {
  const absl::Status revoked = store.RevokeToken(wanted.id, WallClockMillis());
  return revoked.ok() ? 0 : Fail(absl::IsNotFound(revoked) ? kBadInput : 1, ToStd(revoked.message()));
}

}  // namespace

int RunTokenCommand(Store& store, const std::vector<std::string>& arguments) {
  Wanted wanted;
  CLI::App app("Tokens of users and runners, on the store itself", "mockarty-coordinator token");
  app.require_subcommand(1);
  CLI::App* create = app.add_subcommand("create", "Make a token and print it, once");
  create->add_option("--type", wanted.type, "test_runner or user")->required();
  create->add_option("--name", wanted.name, "What it is for")->required();
  create->add_option("--namespace", wanted.name_space, "Good for this namespace only");
  create->add_option("--expires", wanted.expires, "After this long it is not good any more: 90d, 12h");
  CLI::App* list = app.add_subcommand("list", "All tokens, without what they are");
  CLI::App* revoke = app.add_subcommand("revoke", "A token is not good any more, at once");
  revoke->add_option("ID", wanted.id)->required();
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    std::printf("%s", app.help().c_str());
    return 0;
  } catch (const CLI::ParseError& error) {
    return Fail(kBadInput, Concat(error.what(), "; see 'mockarty-coordinator token --help'"));
  }
  if (*create) {
    return Create(store, wanted);
  }
  return *list ? List(store) : Revoke(store, wanted);
}

}  // namespace mockarty

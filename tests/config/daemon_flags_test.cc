#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/settings.h"

namespace mockarty {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<DaemonFlags> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "daemon");
  return ParseDaemonFlags(static_cast<int>(words.size()), words.data());
}

TEST(DaemonFlagsTest, ReadsFlagsAndLeavesTheCommand) {
  auto flags = Parse({"--config", "a.yaml", "--print-config", "token", "create", "--config", "x"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->config_file, "a.yaml");
  EXPECT_TRUE(flags->print_config);
  EXPECT_FALSE(flags->version);
  EXPECT_THAT(flags->command, ElementsAre("token", "create", "--config", "x"));
  EXPECT_EQ(Parse({"--config=b.yaml"})->config_file, "b.yaml");
  EXPECT_TRUE(Parse({"-h"})->help);
}

TEST(DaemonFlagsTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(std::string(Parse({"--confg", "a"}).status().message()), HasSubstr("did you mean '--config'?"));
  EXPECT_FALSE(Parse({"--config"}).ok());
  EXPECT_FALSE(Parse({"--config="}).ok());
}

TEST(DaemonFlagsTest, HelpNamesAllSettings) {
  std::vector<SettingDef> defs = {{.name = "httpPort",
                                   .env = {"HTTP_PORT", "PORT"},
                                   .type = SettingType::kInt,
                                   .default_value = "5770",
                                   .help = "Port of the HTTP server"}};
  std::string help = DaemonHelp("usage: daemon\n", defs);
  for (const char* word : {"usage: daemon", "HTTP_PORT, PORT", "httpPort", "5770", "Port of the HTTP server"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
}

}  // namespace
}  // namespace mockarty

#include "common/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

namespace mockarty {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<SettingDef> Defs() {
  return {
      {.name = "httpPort",
       .env = {"HTTP_PORT"},
       .type = SettingType::kInt,
       .default_value = "5770",
       .min = 0,
       .max = 65535,
       .help = "Port of the HTTP server"},
      {.name = "connectionMode",
       .env = {"CONNECTION_MODE", "RUNNER_MODE"},
       .type = SettingType::kEnum,
       .default_value = "grpc",
       .choices = {"grpc", "poll", "reverse"},
       .help = "How it connects"},
      {.name = "apiToken", .env = {"API_TOKEN"}, .type = SettingType::kSecret, .help = "Token"},
      {.name = "perfEnabled",
       .env = {"PERF_ENABLED"},
       .type = SettingType::kBool,
       .default_value = "true",
       .help = "Load tests"},
      {.name = "drainTimeout",
       .env = {"DRAIN_TIMEOUT"},
       .type = SettingType::kDuration,
       .default_value = "5m",
       .min = 0,
       .help = "How long to drain"},
      {.name = "labels", .env = {"LABELS"}, .type = SettingType::kList, .help = "Labels"},
      {.name = "coordinatorAddr",
       .env = {"COORDINATOR_ADDR"},
       .type = SettingType::kAddressList,
       .default_port = 5773,
       .help = "Coordinators"},
      {.name = "dataDir",
       .env = {"DATA_DIR"},
       .type = SettingType::kString,
       .default_value = "./mockarty-data",
       .help = "Data folder"},
  };
}

class SettingsTest : public testing::Test {
 protected:
  ~SettingsTest() override {
    if (!path_.empty()) unlink(path_.c_str());
  }

  std::string File(const std::string& text) {
    path_ = testing::TempDir() + "/settings-" + std::to_string(getpid()) + ".yaml";
    FILE* file = fopen(path_.c_str(), "w");
    EXPECT_NE(file, nullptr);
    fputs(text.c_str(), file);
    fclose(file);
    return path_;
  }

  std::string ErrorOf(const std::string& yaml, const EnvironmentVariables& environment = {}) {
    auto settings = Settings::Load(Defs(), File(yaml), environment);
    EXPECT_FALSE(settings.ok());
    return std::string(settings.status().message());
  }

  std::string path_;
};

TEST_F(SettingsTest, DefaultsApply) {
  auto settings = Settings::Load(Defs(), "", {});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->Int("httpPort"), 5770);
  EXPECT_EQ(settings->Text("connectionMode"), "grpc");
  EXPECT_TRUE(settings->Bool("perfEnabled"));
  EXPECT_EQ(settings->Duration("drainTimeout"), 300 * kNanosPerSecond);
  EXPECT_FALSE(settings->IsSet("apiToken"));
  EXPECT_FALSE(settings->IsGiven("httpPort"));
  EXPECT_THAT(settings->List("labels"), ElementsAre());
}

TEST_F(SettingsTest, EnvironmentWinsOverFileAndFileOverDefault) {
  std::string path = File("httpPort: 1\nperfEnabled: no\ndrainTimeout: 90\n");
  auto settings = Settings::Load(Defs(), path, {{"HTTP_PORT", "2"}, {"RUNNER_MODE", "POLL"}, {"PERF_ENABLED", " "}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->Int("httpPort"), 2);
  EXPECT_FALSE(settings->Bool("perfEnabled"));  // an empty variable is none
  EXPECT_EQ(settings->Duration("drainTimeout"), 90 * kNanosPerSecond);
  EXPECT_EQ(settings->Text("connectionMode"), "poll");  // by its other name, in the definition's letters
}

TEST_F(SettingsTest, ListsComeInThreeForms) {
  for (const char* yaml : {"labels: [region=eu, tier=heavy]\n", "labels: {region: eu, tier: heavy}\n",
                           "labels: 'region=eu, tier=heavy,'\n"}) {
    auto settings = Settings::Load(Defs(), File(yaml), {});
    ASSERT_TRUE(settings.ok()) << settings.status();
    EXPECT_THAT(settings->List("labels"), ElementsAre("region=eu", "tier=heavy")) << yaml;
  }
}

TEST_F(SettingsTest, AddressesTakeTheDefaultPort) {
  auto settings = Settings::Load(Defs(), "", {{"COORDINATOR_ADDR", "one, two:9,[::1]:7"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  std::vector<std::string> shown;
  for (const HostPort& address : settings->Addresses("coordinatorAddr")) shown.push_back(address.ToString());
  EXPECT_THAT(shown, ElementsAre("one:5773", "two:9", "[::1]:7"));
}

TEST_F(SettingsTest, BadAddressesAreRefused) {
  for (const char* text :
       {"a:", "a:0", "a:65536", "a:b", ":5", "::1", "[::1", "[::1]x", "a b:1", "http://a:1", "a:-1"}) {
    EXPECT_FALSE(ParseHostPort(text, 0).ok()) << text;
  }
  EXPECT_FALSE(ParseHostPort("a", 0).ok());
  EXPECT_TRUE(ParseHostPort("a", 1).ok());
  EXPECT_FALSE(ParseHostPort("a", 1)->port_given);
  EXPECT_TRUE(ParseHostPort("a:1", 1)->port_given);
}

TEST_F(SettingsTest, ErrorsNameSettingValueAndWhatWasExpected) {
  EXPECT_THAT(ErrorOf("\nhttpPort: many\n"), AllOf(HasSubstr(".yaml:2: httpPort"), HasSubstr("\"many\""),
                                                   HasSubstr("a whole number from 0 to 65535")));
  EXPECT_THAT(ErrorOf("", {{"HTTP_PORT", "70000"}}), AllOf(HasSubstr("HTTP_PORT"), HasSubstr("70000")));
  EXPECT_THAT(ErrorOf("", {{"PERF_ENABLED", "maybe"}}), AllOf(HasSubstr("PERF_ENABLED"), HasSubstr("true or false")));
  EXPECT_THAT(ErrorOf("", {{"DRAIN_TIMEOUT", "5 min"}}), AllOf(HasSubstr("DRAIN_TIMEOUT"), HasSubstr("30s")));
  EXPECT_THAT(ErrorOf("", {{"CONNECTION_MODE", "grcp"}}), HasSubstr("did you mean 'grpc'?"));
}

TEST_F(SettingsTest, FilesThatAreNoSettingsAreRefused) {
  EXPECT_THAT(ErrorOf("httpPrt: 1\n"), AllOf(HasSubstr(":1: unknown setting \"httpPrt\""), HasSubstr("httpPort")));
  EXPECT_THAT(ErrorOf("HTTP_PORT: 1\n"), HasSubstr("unknown setting"));
  EXPECT_THAT(ErrorOf("httpPort: [1]\n"), HasSubstr("expected a single value"));
  EXPECT_THAT(ErrorOf("labels: [[1]]\n"), HasSubstr("a list of texts"));
  EXPECT_THAT(ErrorOf("httpPort: 1\nhttpPort: 2\n"), HasSubstr("a second time"));
  EXPECT_THAT(ErrorOf("- a\n"), HasSubstr("name: value"));
  EXPECT_THAT(ErrorOf("httpPort: [1\n"), HasSubstr("no valid YAML"));
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("no valid YAML"));
  EXPECT_EQ(Settings::Load(Defs(), "/nonexistent/file.yaml", {}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(Settings::Load(Defs(), "/", {}).ok());
}

TEST_F(SettingsTest, WhatIsRequiredMustBeThere) {
  std::vector<SettingDef> defs = {{.name = "apiToken",
                                   .env = {"API_TOKEN"},
                                   .type = SettingType::kSecret,
                                   .required = true,
                                   .help = "the runner's token"}};
  EXPECT_THAT(std::string(Settings::Load(defs, "", {}).status().message()), HasSubstr("API_TOKEN is not set"));
  EXPECT_TRUE(Settings::Load(defs, "", {{"API_TOKEN", "mki_x"}}).ok());
}

TEST_F(SettingsTest, PrintShowsSourcesAndNoSecrets) {
  std::string path = File("apiToken: mki_hidden\n");
  auto settings = Settings::Load(Defs(), path, {{"DATA_DIR", "/srv/a b"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  std::string text = settings->Print();
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THAT(text, HasSubstr("apiToken: \"********\"  # " + path + ":1\n"));
  EXPECT_THAT(text, HasSubstr("httpPort: 5770  # default\n"));
  EXPECT_THAT(text, HasSubstr("dataDir: \"/srv/a b\"  # DATA_DIR\n"));
  EXPECT_THAT(text, HasSubstr("# labels: not set\n"));
  // It is a file that says the same again.
  auto again = Settings::Load(Defs(), File(text), {});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->Text("dataDir"), "/srv/a b");
}

}  // namespace
}  // namespace mockarty

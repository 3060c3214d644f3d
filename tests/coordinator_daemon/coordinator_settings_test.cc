#include "coordinator/settings/coordinator_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

namespace mockarty {
namespace {

using testing::HasSubstr;

absl::StatusOr<CoordinatorSettings> Read(const EnvironmentVariables& environment) {
  absl::StatusOr<Settings> loaded = Settings::Load(CoordinatorSettingDefs(), "", environment);
  if (!loaded.ok()) return loaded.status();
  return ReadCoordinatorSettings(*loaded);
}

std::string ErrorOf(const EnvironmentVariables& environment) {
  return std::string(Read(environment).status().message());
}

TEST(CoordinatorSettingsTest, Defaults) {
  auto settings = Read({});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->http_port, 5770);
  EXPECT_EQ(settings->grpc_port, 5773);
  EXPECT_EQ(settings->heartbeat_timeout, 30 * kNanosPerSecond);
  EXPECT_FALSE(settings->postgres);
  EXPECT_EQ(settings->dsn, "./mockarty-data/mockarty.db");
}

TEST(CoordinatorSettingsTest, RefusesWhatDoesNotGoTogether) {
  EXPECT_THAT(ErrorOf({{"DB_USE", "pg"}}), HasSubstr("DB_DSN"));
  EXPECT_THAT(ErrorOf({{"DB_USE", "mysql"}}), HasSubstr("sqlite or pg"));
  EXPECT_THAT(ErrorOf({{"HTTPS_ENABLED", "true"}}), HasSubstr("HTTPS_ENABLED"));
  EXPECT_THAT(ErrorOf({{"CLUSTER_MODE", "1"}}), HasSubstr("expected DB_USE=pg"));
  EXPECT_TRUE(Read({{"CLUSTER_MODE", "1"}, {"DB_USE", "pg"}, {"DB_DSN", "host=db"}}).ok());
  EXPECT_THAT(ErrorOf({{"RUNNER_GRPC_TLS_ENABLED", "true"}}), HasSubstr("RUNNER_GRPC_TLS_CERT_FILE"));
  EXPECT_THAT(ErrorOf({{"RUNNER_HEARTBEAT_TIMEOUT", "1s"}}), HasSubstr("2s"));
  EXPECT_THAT(ErrorOf({{"FIRST_ADMIN_TOKEN", "short"}}), HasSubstr("mk_"));
  EXPECT_TRUE(Read({{"CLUSTER_MODE", "false"}, {"HTTPS_ENABLED", "false"}}).ok());
}

TEST(CoordinatorSettingsTest, CertificatesAreReadAndMustBePem) {
  std::string path = testing::TempDir() + "/coordinator-settings-" + std::to_string(getpid()) + ".pem";
  FILE* file = fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs("no certificate", file);
  fclose(file);
  EnvironmentVariables environment = {
      {"RUNNER_GRPC_TLS_ENABLED", "true"}, {"RUNNER_GRPC_TLS_CERT_FILE", path}, {"RUNNER_GRPC_TLS_KEY_FILE", path}};
  EXPECT_THAT(ErrorOf(environment), HasSubstr("PEM"));
  unlink(path.c_str());
  EXPECT_EQ(Read(environment).status().code(), absl::StatusCode::kNotFound);
}

TEST(CoordinatorSettingsTest, RunnersInReverseMode) {
  EXPECT_TRUE(Read({})->reverse.addresses.empty());
  auto settings = Read({{"RUNNER_REVERSE_ADDRS", "eu-1, [::1]:7000"},
                        {"RUNNER_REVERSE_TLS_ENABLED", "true"},
                        {"RUNNER_REVERSE_TLS_INSECURE_SKIP_VERIFY", "true"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->reverse.addresses.size(), 2u);
  EXPECT_EQ(settings->reverse.addresses[0].ToString(), "eu-1:6771");
  EXPECT_EQ(settings->reverse.addresses[1].ToString(), "[::1]:7000");
  EXPECT_TRUE(settings->reverse.tls);
  EXPECT_TRUE(settings->reverse.skip_verify);
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_ADDRS", "eu-1:0x"}}), HasSubstr("RUNNER_REVERSE_ADDRS"));
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_ADDRS", "eu-1,eu-1:6771"}}), HasSubstr("\"eu-1:6771\" is there twice"));
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_TLS_INSECURE_SKIP_VERIFY", "true"}}), HasSubstr("RUNNER_REVERSE_TLS_ENABLED"));
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_TLS_CA_CERT", "/ca.pem"}}), HasSubstr("RUNNER_REVERSE_TLS_ENABLED"));
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_TLS_ENABLED", "true"}, {"RUNNER_REVERSE_TLS_CERT_FILE", "/c.pem"}}),
              HasSubstr("RUNNER_REVERSE_TLS_KEY_FILE"));
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_TLS_ENABLED", "true"}, {"RUNNER_REVERSE_TLS_CA_CERT", "/does/not/exist"}}),
              HasSubstr("RUNNER_REVERSE_TLS_CA_CERT: \"/does/not/exist\""));
  std::string many;
  for (int i = 0; i <= 1000; ++i) many += "r" + std::to_string(i) + ",";
  EXPECT_THAT(ErrorOf({{"RUNNER_REVERSE_ADDRS", many}}), HasSubstr("1001 addresses: expected at most 1000"));
}

}  // namespace
}  // namespace mockarty

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "common/time/backoff.h"
#include "runner/admin/dashboard.h"
#include "runner/link/grpc_link.h"
#include "runner/link/poll_link.h"
#include "runner/link/reverse_listener.h"
#include "runner/settings.h"

namespace mockarty {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<RunnerSettings> Make(std::map<std::string, std::string> variables) {
  EnvironmentVariables environment = {{"COORDINATOR_ADDR", "c1,c2:7"}, {"API_TOKEN", "mki_secret"}};
  for (auto& [name, value] : variables) environment[name] = value;
  absl::StatusOr<Settings> settings = Settings::Load(RunnerSettingDefs(), "", environment);
  if (!settings.ok()) return settings.status();
  return MakeRunnerSettings(*settings, "host");
}

std::string Error(std::map<std::string, std::string> variables) {
  absl::StatusOr<RunnerSettings> settings = Make(std::move(variables));
  return settings.ok() ? "no error" : std::string(settings.status().message());
}

TEST(RunnerSettingsTest, Defaults) {
  absl::StatusOr<RunnerSettings> settings = Make({});
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->coordinators.size(), 2u);
  EXPECT_EQ(settings->coordinators[0].ToString(), "c1:5773");
  EXPECT_EQ(settings->coordinators[1].ToString(), "c2:7");
  EXPECT_EQ(settings->token, "mki_secret");
  EXPECT_EQ(settings->name, "mockarty-runner-host");
  EXPECT_THAT(settings->capabilities, ElementsAre("api_test", "performance"));
  EXPECT_TRUE(settings->perf_enabled);
  EXPECT_TRUE(settings->shared);
  EXPECT_EQ(settings->max_tasks, 3u);
  EXPECT_TRUE(settings->ui_enabled);
  EXPECT_EQ(settings->ui_port, 6770);
  EXPECT_FALSE(settings->tls.enabled);
  EXPECT_EQ(settings->drain_timeout, 300 * kNanosPerSecond);
  EXPECT_EQ(settings->log_level, LogLevel::kInfo);
}

TEST(RunnerSettingsTest, ReadsWhatIsGiven) {
  absl::StatusOr<RunnerSettings> settings = Make({{"RUNNER_NAME", "eu-1"},
                                                  {"LABELS", "region=eu,tier=heavy=x"},
                                                  {"SHARED", "false"},
                                                  {"NAMESPACE", "team"},
                                                  {"DRAIN_TIMEOUT", "90s"},
                                                  {"TLS_ENABLED", "true"},
                                                  {"TLS_CA_CERT", "/ca.pem"},
                                                  {"LOG_LEVEL", "debug"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->name, "eu-1");
  EXPECT_EQ(settings->labels.at("tier"), "heavy=x");
  EXPECT_EQ(settings->name_space, "team");
  EXPECT_EQ(settings->drain_timeout, 90 * kNanosPerSecond);
  EXPECT_TRUE(settings->tls.enabled);
  EXPECT_EQ(settings->log_level, LogLevel::kDebug);
}

TEST(RunnerSettingsTest, SaysWhatIsWrong) {
  EXPECT_THAT(Error({{"SHARED", "false"}}), HasSubstr("NAMESPACE"));
  EXPECT_THAT(Error({{"LABELS", "eu"}}), HasSubstr("LABELS is \"eu\", expected key=value"));
  EXPECT_THAT(Error({{"COORDINATOR_ADDR", ""}}),
              HasSubstr("COORDINATOR_ADDR is not set: expected coordinators, host:5773"));
  EXPECT_THAT(Error({{"COORDINATOR_ADDR", ""}, {"RUNNER_MODE", "poll"}}), HasSubstr("host:5770"));
  EXPECT_THAT(Error({{"CONNECTION_MODE", "smoke"}}), HasSubstr("CONNECTION_MODE"));
  EXPECT_THAT(Error({{"TLS_CERT_FILE", "/c.pem"}, {"TLS_ENABLED", "true"}}), HasSubstr("TLS_KEY_FILE"));
  EXPECT_THAT(Error({{"TLS_CA_CERT", "/c.pem"}}), HasSubstr("TLS_ENABLED"));
  EXPECT_THAT(Error({{"MAX_CONCURRENT_TASKS", "0"}}), HasSubstr("MAX_CONCURRENT_TASKS"));
  EXPECT_THAT(Error({{"UI_PORT", "70000"}}), HasSubstr("UI_PORT"));
  std::string token = Error({{"API_TOKEN", "mki_a\nb"}});
  EXPECT_THAT(token, HasSubstr("API_TOKEN"));
  EXPECT_THAT(token, testing::Not(HasSubstr("mki_a")));
}

TEST(RunnerSettingsTest, WhatNoCoordinatorWouldTakeIsRefusedAtTheStart) {
  EXPECT_THAT(Error({{"RUNNER_NAME", "caf\xe9"}}), HasSubstr("RUNNER_NAME is \"caf\\xe9\", expected UTF-8"));
  EXPECT_THAT(Error({{"RUNNER_NAME", "caf\u00e9"}}), "no error");
  EXPECT_THAT(Error({{"RUNNER_NAME", std::string(129, 'a')}}), HasSubstr("expected at most 128 bytes"));
  EXPECT_THAT(Error({{"NAMESPACE", "\xff"}}), HasSubstr("NAMESPACE is \"\\xff\", expected UTF-8"));
  EXPECT_THAT(Error({{"NAMESPACE", std::string(257, 'a')}}), HasSubstr("expected at most 256 bytes"));
  EXPECT_THAT(Error({{"CAPABILITIES", "performance,\xff"}}), HasSubstr("CAPABILITIES is \"\\xff\", expected UTF-8"));
  EXPECT_THAT(Error({{"CAPABILITIES", std::string(257, 'a')}}), HasSubstr("expected at most 256 bytes"));
  EXPECT_THAT(Error({{"LABELS", "a=\xff"}}), HasSubstr("LABELS is \"a=\\xff\", expected UTF-8"));
  EXPECT_THAT(Error({{"LABELS", "a=" + std::string(1'023, 'a')}}), HasSubstr("expected at most 1024 bytes"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "k" + std::to_string(i) + "=v,";
  EXPECT_EQ(Error({{"LABELS", many}}), "LABELS is \"101 of them\", expected at most 100");
  EXPECT_EQ(Error({{"CAPABILITIES", many}}), "CAPABILITIES is \"101 of them\", expected at most 100");
}

TEST(RunnerSettingsTest, ReverseModeNeedsAnAddressToListenAtAndNoCoordinator) {
  absl::StatusOr<RunnerSettings> settings =
      Make({{"RUNNER_MODE", "reverse"}, {"COORDINATOR_ADDR", ""}, {"LISTEN_ADDR", "0.0.0.0:7000"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->mode, ConnectionMode::kReverse);
  EXPECT_EQ(settings->listen.ToString(), "0.0.0.0:7000");
  EXPECT_TRUE(settings->coordinators.empty());
  EXPECT_THAT(StatusPage(*settings, "1.0", {}), HasSubstr("may connect to 0.0.0.0:7000 (0 connected)"));
  settings = Make({{"CONNECTION_MODE", "reverse"}, {"LISTEN_ADDR", "localhost"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->listen.ToString(), "localhost:6771");
  EXPECT_TRUE(settings->coordinators.empty());  // it does not go to any, though one is named
}

TEST(RunnerSettingsTest, ReverseModeSaysWhatIsWrong) {
  auto error = [](std::map<std::string, std::string> more) {
    more["CONNECTION_MODE"] = "reverse";
    if (!more.contains("LISTEN_ADDR")) more["LISTEN_ADDR"] = "0.0.0.0:6771";
    return Error(more);
  };
  EXPECT_THAT(error({{"LISTEN_ADDR", ""}}), HasSubstr("LISTEN_ADDR is \"\", expected host:port"));
  EXPECT_THAT(error({{"LISTEN_ADDR", "0.0.0.0:99999"}}), HasSubstr("LISTEN_ADDR"));
  EXPECT_THAT(error({{"TLS_ENABLED", "true"}}), HasSubstr("TLS_CERT_FILE is \"\", expected a file"));
  EXPECT_THAT(error({{"TLS_ENABLED", "true"},
                     {"TLS_CERT_FILE", "/c.pem"},
                     {"TLS_KEY_FILE", "/k.pem"},
                     {"TLS_INSECURE_SKIP_VERIFY", "true"}}),
              HasSubstr("TLS_INSECURE_SKIP_VERIFY is \"true\", expected false in reverse mode"));
  absl::StatusOr<RunnerSettings> settings = Make({{"CONNECTION_MODE", "reverse"},
                                                  {"LISTEN_ADDR", "0.0.0.0:6771"},
                                                  {"TLS_ENABLED", "true"},
                                                  {"TLS_CERT_FILE", "/does/not/exist.pem"},
                                                  {"TLS_KEY_FILE", "/k.pem"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(std::string(MakeReverseListenerOptions(*settings).status().message()),
              HasSubstr("TLS_CERT_FILE is \"/does/not/exist.pem\", which cannot be read"));
}

TEST(RunnerSettingsTest, ModePollHasTheHttpPorts) {
  absl::StatusOr<RunnerSettings> plain = Make({{"CONNECTION_MODE", "poll"}});
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->mode, ConnectionMode::kPoll);
  EXPECT_EQ(plain->coordinators[0].ToString(), "c1:5770");
  EXPECT_EQ(plain->coordinators[1].ToString(), "c2:7");
  absl::StatusOr<RunnerSettings> tls = Make({{"RUNNER_MODE", "POLL"}, {"TLS_ENABLED", "true"}});
  ASSERT_TRUE(tls.ok()) << tls.status();
  EXPECT_EQ(tls->coordinators[0].ToString(), "c1:5771");
}

TEST(RunnerSettingsTest, ModePollFindsItsProxy) {
  auto proxy_of = [](std::map<std::string, std::string> variables) -> std::string {
    variables["CONNECTION_MODE"] = "poll";
    absl::StatusOr<RunnerSettings> settings = Make(variables);
    if (!settings.ok()) return std::string(settings.status().message());
    absl::StatusOr<PollLinkOptions> options = MakePollLinkOptions(*settings, settings->coordinators[0]);
    if (!options.ok()) return std::string(options.status().message());
    return options->channel.proxy.has_value() ? options->channel.proxy->address.ToString() : "none";
  };
  EXPECT_EQ(proxy_of({}), "none");
  EXPECT_EQ(proxy_of({{"http_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://s:1"}}), "p:1");
  EXPECT_EQ(proxy_of({{"HTTP_PROXY", "p:1"}, {"https_proxy", "s:1"}, {"TLS_ENABLED", "true"}}), "s:1");
  EXPECT_EQ(proxy_of({{"HTTP_PROXY", "p:1"}, {"NO_PROXY", "c1"}}), "none");
  EXPECT_THAT(proxy_of({{"HTTP_PROXY", "ftp://u:hunter@p"}}),
              testing::AllOf(HasSubstr("HTTP_PROXY"), testing::Not(HasSubstr("hunter"))));
  // Other modes have nothing to do with it.
  EXPECT_EQ(Error({{"HTTP_PROXY", "ftp://u:hunter@p"}}), "no error");
}

TEST(RunnerSettingsTest, TlsFilesMustBeThere) {
  absl::StatusOr<RunnerSettings> settings = Make({{"TLS_ENABLED", "true"}, {"TLS_CA_CERT", "/does/not/exist.pem"}});
  ASSERT_TRUE(settings.ok());
  absl::StatusOr<GrpcLinkOptions> options = MakeGrpcLinkOptions(*settings, settings->coordinators[0]);
  EXPECT_THAT(std::string(options.status().message()), HasSubstr("TLS_CA_CERT is \"/does/not/exist.pem\""));
}

TEST(BackoffTest, DoublesWithJitterUpToItsMost) {
  Backoff backoff(kNanosPerSecond / 4, 10 * kNanosPerSecond, 1);
  Nanos whole = kNanosPerSecond / 4;
  for (int i = 0; i < 20; ++i) {
    Nanos wait = backoff.Next();
    EXPECT_GE(wait, whole / 2);
    EXPECT_LE(wait, whole);
    whole = std::min(2 * whole, 10 * kNanosPerSecond);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), kNanosPerSecond / 4);
}

TEST(DashboardTest, ThePageEscapesWhatItShows) {
  RunnerSettings settings = Make({{"RUNNER_NAME", "<script>&\""}}).value();
  std::string page = StatusPage(settings, "1.0", {});
  EXPECT_THAT(page, HasSubstr("<h1>&lt;script&gt;&amp;&quot;</h1>"));
  EXPECT_THAT(page, HasSubstr("c1:5773, c2:7 (0 connected)"));
  EXPECT_THAT(HealthJson(settings, "1.0", {}), HasSubstr(R"("coordinator":"disconnected")"));
}

}  // namespace
}  // namespace mockarty

// What a runner is told by its environment and its YAML file, checked: one plain value.
#ifndef RUNNER_SETTINGS_H_
#define RUNNER_SETTINGS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/settings.h"
#include "common/log/log.h"
#include "common/time/clock.h"

namespace mockarty {

struct RunnerTlsSettings {
  bool enabled = false;
  std::string cert_file;  // with key_file: the connection is mutual; in reverse mode the server's
  std::string key_file;
  std::string ca_file;  // empty: the system's; in reverse mode: coordinators need not show a certificate
  bool skip_verify = false;
};

// For connections over HTTP.
struct RunnerProxySettings {
  std::string http;      // for those without TLS; empty: none
  std::string https;     // for those with TLS
  std::string none_for;  // hosts that are connected to directly
};

enum class ConnectionMode { kGrpc, kPoll, kReverse };

struct RunnerSettings {
  ConnectionMode mode = ConnectionMode::kGrpc;
  std::vector<HostPort> coordinators;  // none in reverse mode
  HostPort listen;                     // in reverse mode
  std::string token;
  std::string name;
  std::vector<std::string> capabilities;
  bool perf_enabled = true;
  uint32_t max_tasks = 3;
  bool shared = true;
  std::string name_space;  // when not shared
  std::map<std::string, std::string> labels;
  uint32_t max_vus = 0;  // 0: not stated
  uint32_t task_workers = 0;
  bool ui_enabled = true;
  uint16_t ui_port = 0;
  std::string ui_address;
  RunnerTlsSettings tls;
  RunnerProxySettings proxy;
  Nanos drain_timeout = 0;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

std::span<const SettingDef> RunnerSettingDefs();

// InvalidArgument names the variable, its value and what was expected. `host_name` completes the default name.
absl::StatusOr<RunnerSettings> MakeRunnerSettings(const Settings& settings, const std::string& host_name);

}  // namespace mockarty

#endif  // RUNNER_SETTINGS_H_

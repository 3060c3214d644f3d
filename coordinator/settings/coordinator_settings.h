// What an operator may set of a coordinator. Pure but for reading the certificate files.
#ifndef COORDINATOR_SETTINGS_COORDINATOR_SETTINGS_H_
#define COORDINATOR_SETTINGS_COORDINATOR_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/settings.h"
#include "common/log/log.h"
#include "common/time/clock.h"

namespace mockarty {

// The table: names, variables, defaults, help.
const std::vector<SettingDef>& CoordinatorSettingDefs();

// Runners that listen (reverse mode), which the coordinator connects to.
struct ReverseSettings {
  std::vector<HostPort> addresses;
  bool tls = false;
  bool skip_verify = false;
  // PEM texts. No authority: the system's. With a certificate the connection is mutual.
  std::string ca;
  std::string certificate;
  std::string key;
};

struct CoordinatorSettings {
  std::string http_address;
  uint16_t http_port = 0;
  std::string grpc_address;
  uint16_t grpc_port = 0;
  // PEM texts; empty without TLS.
  std::string grpc_certificate;
  std::string grpc_key;
  std::string grpc_client_ca;
  ReverseSettings reverse;
  Nanos heartbeat_timeout = 0;
  Nanos task_timeout = 0;
  bool postgres = false;
  std::string dsn;  // of PostgreSQL, or the path of the SQLite file
  std::string data_dir;
  std::string node_id;            // empty: the one in the data folder
  std::string first_admin_token;  // empty: make one
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

// InvalidArgument names the settings that do not go together, or that this version cannot follow; NotFound a file that
// is not there.
absl::StatusOr<CoordinatorSettings> ReadCoordinatorSettings(const Settings& settings);

}  // namespace mockarty

#endif  // COORDINATOR_SETTINGS_COORDINATOR_SETTINGS_H_

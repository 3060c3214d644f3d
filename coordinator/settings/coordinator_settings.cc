#include "coordinator/settings/coordinator_settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <set>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr size_t kMaxPemBytes = 1u << 20;
constexpr size_t kMaxReverseAddresses = 1000;
constexpr uint16_t kReversePort = 6771;
constexpr Nanos kHour = 3600 * kNanosPerSecond;

absl::StatusOr<std::string> ReadPem(const Settings& settings, std::string_view name, std::string_view variable) {
  const std::string& path = settings.Text(name);
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) {
    std::string message = Concat(variable, ": ", Quoted(path, 512), ": ", strerror(errno));
    return errno == ENOENT ? absl::NotFoundError(message) : absl::InvalidArgumentError(message);
  }
  std::string text(kMaxPemBytes, '\0');
  text.resize(fread(text.data(), 1, text.size(), file));
  fclose(file);
  if (text.find("-----BEGIN ") == std::string::npos) {
    return absl::InvalidArgumentError(Concat(variable, ": ", Quoted(path, 512), ": expected a file in PEM format"));
  }
  return text;
}

absl::Status ReadTls(const Settings& settings, CoordinatorSettings* out) {
  if (!settings.Bool("runnerGrpcTlsEnabled")) return absl::OkStatus();
  if (!settings.IsSet("runnerGrpcTlsCertFile") || !settings.IsSet("runnerGrpcTlsKeyFile")) {
    return absl::InvalidArgumentError(
        "RUNNER_GRPC_TLS_ENABLED is true: expected RUNNER_GRPC_TLS_CERT_FILE and RUNNER_GRPC_TLS_KEY_FILE as well");
  }
  ASSIGN_OR_RETURN(out->grpc_certificate, ReadPem(settings, "runnerGrpcTlsCertFile", "RUNNER_GRPC_TLS_CERT_FILE"));
  ASSIGN_OR_RETURN(out->grpc_key, ReadPem(settings, "runnerGrpcTlsKeyFile", "RUNNER_GRPC_TLS_KEY_FILE"));
  if (settings.IsSet("runnerGrpcTlsCaCert")) {
    ASSIGN_OR_RETURN(out->grpc_client_ca, ReadPem(settings, "runnerGrpcTlsCaCert", "RUNNER_GRPC_TLS_CA_CERT"));
  }
  return absl::OkStatus();
}

absl::Status ReadReverse(const Settings& settings, ReverseSettings* out) {
  out->addresses = settings.Addresses("runnerReverseAddrs");
  if (out->addresses.size() > kMaxReverseAddresses) {
    return absl::InvalidArgumentError(
        Concat("RUNNER_REVERSE_ADDRS: ", out->addresses.size(), " addresses: expected at most ", kMaxReverseAddresses));
  }
  std::set<std::string> seen;
  for (const HostPort& address : out->addresses) {
    if (!seen.insert(address.ToString()).second) {
      return absl::InvalidArgumentError(
          Concat("RUNNER_REVERSE_ADDRS: ", Quoted(address.ToString()), " is there twice: expected each runner once"));
    }
  }
  out->tls = settings.Bool("runnerReverseTlsEnabled");
  out->skip_verify = settings.Bool("runnerReverseTlsInsecureSkipVerify");
  const bool has_certificate = settings.IsSet("runnerReverseTlsCertFile");
  if (has_certificate != settings.IsSet("runnerReverseTlsKeyFile")) {
    return absl::InvalidArgumentError(
        "RUNNER_REVERSE_TLS_CERT_FILE and RUNNER_REVERSE_TLS_KEY_FILE: expected both or none");
  }
  if (!out->tls && (out->skip_verify || has_certificate || settings.IsSet("runnerReverseTlsCaCert"))) {
    return absl::InvalidArgumentError(
        "RUNNER_REVERSE_TLS_ENABLED is false: expected true, since other RUNNER_REVERSE_TLS_ settings are given");
  }
  if (settings.IsSet("runnerReverseTlsCaCert")) {
    ASSIGN_OR_RETURN(out->ca, ReadPem(settings, "runnerReverseTlsCaCert", "RUNNER_REVERSE_TLS_CA_CERT"));
  }
  if (has_certificate) {
    ASSIGN_OR_RETURN(out->certificate, ReadPem(settings, "runnerReverseTlsCertFile", "RUNNER_REVERSE_TLS_CERT_FILE"));
    ASSIGN_OR_RETURN(out->key, ReadPem(settings, "runnerReverseTlsKeyFile", "RUNNER_REVERSE_TLS_KEY_FILE"));
  }
  return absl::OkStatus();
}

absl::Status RefuseLaterOnes(const Settings& settings) {
  if (settings.Bool("httpsEnabled")) {
    return absl::InvalidArgumentError(
        "HTTPS_ENABLED: \"true\" is not supported by this version: expected false, and a proxy in front for HTTPS");
  }
  if (settings.Bool("clusterMode") && settings.Text("dbUse") != "pg") {
    return absl::InvalidArgumentError(
        "CLUSTER_MODE: \"true\" needs a store that coordinators share: expected DB_USE=pg");
  }
  return absl::OkStatus();
}

std::vector<SettingDef> HttpDefs() {
  return {
      {.name = "httpPort",
       .env = {"HTTP_PORT"},
       .type = SettingType::kInt,
       .default_value = "5770",
       .min = 0,
       .max = 65535,
       .help = "Port of health, metrics and the status page; 0: a free one"},
      {.name = "httpBindAddr", .env = {"HTTP_BIND_ADDR"}, .default_value = "0.0.0.0", .help = "Address it listens on"},
      {.name = "httpsEnabled",
       .env = {"HTTPS_ENABLED"},
       .type = SettingType::kBool,
       .default_value = "false",
       .help = "HTTPS beside HTTP; not supported by this version"},
      {.name = "httpsPort",
       .env = {"HTTPS_PORT"},
       .type = SettingType::kInt,
       .default_value = "5771",
       .min = 0,
       .max = 65535,
       .help = "Port of HTTPS"},
      {.name = "httpsCertFile", .env = {"HTTPS_CERT_FILE"}, .help = "Its certificate, PEM"},
      {.name = "httpsKeyFile", .env = {"HTTPS_KEY_FILE"}, .help = "The certificate's key, PEM"},
  };
}

std::vector<SettingDef> GrpcDefs() {
  return {
      {.name = "runnerGrpcPort",
       .env = {"RUNNER_GRPC_PORT"},
       .type = SettingType::kInt,
       .default_value = "5773",
       .min = 0,
       .max = 65535,
       .help = "gRPC port for runners and the command line; 0: a free one"},
      {.name = "runnerGrpcBindAddr",
       .env = {"RUNNER_GRPC_BIND_ADDR"},
       .default_value = "0.0.0.0",
       .help = "Address it listens on"},
      {.name = "runnerGrpcTlsEnabled",
       .env = {"RUNNER_GRPC_TLS_ENABLED"},
       .type = SettingType::kBool,
       .default_value = "false",
       .help = "TLS on the gRPC port"},
      {.name = "runnerGrpcTlsCertFile", .env = {"RUNNER_GRPC_TLS_CERT_FILE"}, .help = "Its certificate, PEM"},
      {.name = "runnerGrpcTlsKeyFile", .env = {"RUNNER_GRPC_TLS_KEY_FILE"}, .help = "The certificate's key, PEM"},
      {.name = "runnerGrpcTlsCaCert",
       .env = {"RUNNER_GRPC_TLS_CA_CERT"},
       .help = "Clients must show a certificate of this authority, PEM"},
      {.name = "runnerHeartbeatTimeout",
       .env = {"RUNNER_HEARTBEAT_TIMEOUT"},
       .type = SettingType::kDuration,
       .default_value = "30s",
       .min = 2 * kNanosPerSecond,
       .max = kHour,
       .help = "A runner silent for so long is lost"},
      {.name = "runnerTaskTimeout",
       .env = {"RUNNER_TASK_TIMEOUT"},
       .type = SettingType::kDuration,
       .default_value = "2m",
       .min = kNanosPerSecond,
       .max = 24 * kHour,
       .help = "How long a runner may prepare a task until it is ready"},
  };
}

std::vector<SettingDef> ReverseDefs() {
  return {
      {.name = "runnerReverseAddrs",
       .env = {"RUNNER_REVERSE_ADDRS"},
       .type = SettingType::kAddressList,
       .default_port = kReversePort,
       .help = "Runners in reverse mode, host:6771; several between commas. The coordinator connects to them"},
      {.name = "runnerReverseTlsEnabled",
       .env = {"RUNNER_REVERSE_TLS_ENABLED"},
       .type = SettingType::kBool,
       .default_value = "false",
       .help = "TLS on these connections"},
      {.name = "runnerReverseTlsCaCert",
       .env = {"RUNNER_REVERSE_TLS_CA_CERT"},
       .help = "Who may sign the runners' certificates, PEM; not set: the system's"},
      {.name = "runnerReverseTlsCertFile",
       .env = {"RUNNER_REVERSE_TLS_CERT_FILE"},
       .help = "The certificate that the coordinator shows them, PEM"},
      {.name = "runnerReverseTlsKeyFile", .env = {"RUNNER_REVERSE_TLS_KEY_FILE"}, .help = "Its key, PEM"},
      {.name = "runnerReverseTlsInsecureSkipVerify",
       .env = {"RUNNER_REVERSE_TLS_INSECURE_SKIP_VERIFY"},
       .type = SettingType::kBool,
       .default_value = "false",
       .help = "Takes any certificate of theirs: for trials only"},
  };
}

std::vector<SettingDef> StoreDefs() {
  return {
      {.name = "dbUse",
       .env = {"DB_USE"},
       .type = SettingType::kEnum,
       .default_value = "sqlite",
       .choices = {"sqlite", "pg"},
       .help = "The store"},
      {.name = "dbDsn",
       .env = {"DB_DSN"},
       .type = SettingType::kSecret,
       .help = "PostgreSQL's connection string, or the path of SQLite's file (default: in the data folder)"},
      {.name = "clusterMode",
       .env = {"CLUSTER_MODE"},
       .type = SettingType::kBool,
       .default_value = "false",
       .help = "Several coordinators on one PostgreSQL (they may be even when this is false)"},
      {.name = "nodeId",
       .env = {"NODE_ID"},
       .help = "Name of this coordinator among those on one store (default: made once, kept in the data folder)"},
      {.name = "dataDir",
       .env = {"DATA_DIR", "STATE_DIRECTORY"},
       .default_value = "./mockarty-data",
       .help = "The data folder; a service manager may give it as STATE_DIRECTORY"},
      {.name = "firstAdminToken",
       .env = {"FIRST_ADMIN_TOKEN"},
       .type = SettingType::kSecret,
       .help = "The administrator's token of the first start (default: made, in a file of the data folder)"},
      {.name = "logLevel",
       .env = {"LOG_LEVEL"},
       .type = SettingType::kEnum,
       .default_value = "info",
       .choices = {"debug", "info", "warn", "error"},
       .help = "What is logged"},
      {.name = "logFormat",
       .env = {"LOG_FORMAT"},
       .type = SettingType::kEnum,
       .default_value = "text",
       .choices = {"text", "json"},
       .help = "How it is logged"},
  };
}

}  // namespace

const std::vector<SettingDef>& CoordinatorSettingDefs() {
  static const auto* const defs = [] {
    auto* all = new std::vector<SettingDef>();
    for (const auto& part : {HttpDefs(), GrpcDefs(), ReverseDefs(), StoreDefs()})
      all->insert(all->end(), part.begin(), part.end());
    return all;
  }();
  return *defs;
}

absl::StatusOr<CoordinatorSettings> ReadCoordinatorSettings(const Settings& settings) {
  RETURN_IF_ERROR(RefuseLaterOnes(settings));
  CoordinatorSettings out;
  out.http_address = settings.Text("httpBindAddr");
  out.http_port = static_cast<uint16_t>(settings.Int("httpPort"));
  out.grpc_address = settings.Text("runnerGrpcBindAddr");
  out.grpc_port = static_cast<uint16_t>(settings.Int("runnerGrpcPort"));
  RETURN_IF_ERROR(ReadTls(settings, &out));
  RETURN_IF_ERROR(ReadReverse(settings, &out.reverse));
  out.heartbeat_timeout = settings.Duration("runnerHeartbeatTimeout");
  out.task_timeout = settings.Duration("runnerTaskTimeout");
  out.postgres = settings.Text("dbUse") == "pg";
  out.dsn = settings.Text("dbDsn");
  out.data_dir = settings.Text("dataDir");
  if (out.postgres && out.dsn.empty()) {
    return absl::InvalidArgumentError("DB_USE is pg: expected PostgreSQL's connection string in DB_DSN as well");
  }
  if (out.dsn.empty()) out.dsn = Concat(out.data_dir, "/mockarty.db");
  out.node_id = settings.Text("nodeId");
  if (out.node_id.size() > 128) {
    return absl::InvalidArgumentError(Concat("NODE_ID: ", Quoted(out.node_id), ": expected at most 128 bytes"));
  }
  out.first_admin_token = settings.Text("firstAdminToken");
  if (!out.first_admin_token.empty() && (out.first_admin_token.size() < 16 || out.first_admin_token.size() > 200 ||
                                         !out.first_admin_token.starts_with("mk_"))) {
    return absl::InvalidArgumentError(
        "FIRST_ADMIN_TOKEN: (a secret): expected a token that begins with mk_, of 16 to 200 characters");
  }
  RETURN_IF_ERROR(ParseLogLevel(settings.Text("logLevel"), &out.log_level));
  out.log_format = settings.Text("logFormat") == "json" ? LogFormat::kJson : LogFormat::kText;
  return out;
}

}  // namespace mockarty

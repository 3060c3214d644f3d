#include "runner/settings.h"

#include <algorithm>
#include <string_view>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/wire/hello_limits.h"
#include "common/wire/wire_text.h"

namespace mockarty {
namespace {

constexpr int64_t kMaxTasks = 256;
constexpr int64_t kMaxStatedVus = 100'000'000;
constexpr int64_t kMaxDrain = int64_t{7} * 24 * 3600 * kNanosPerSecond;
constexpr size_t kMaxNameBytes = 128;
constexpr uint16_t kCoordinatorPort = 5773;
constexpr uint16_t kCoordinatorHttpPort = 5770;
constexpr uint16_t kCoordinatorHttpsPort = 5771;

std::vector<SettingDef> MakeDefs() {
  using enum SettingType;
  return {
      {.name = "coordinatorAddr",
       .env = {"COORDINATOR_ADDR"},
       .type = kAddressList,
       .default_port = kCoordinatorPort,
       .help = "Coordinators, host:5773 (mode poll: host:5770); several between commas; required but in reverse mode"},
      {.name = "apiToken",
       .env = {"API_TOKEN"},
       .type = kSecret,
       .required = true,
       .help = "Integration token of this runner, mki_..."},
      {.name = "runnerName", .env = {"RUNNER_NAME"}, .help = "Shown name; mockarty-runner and the host's when not set"},
      {.name = "capabilities",
       .env = {"CAPABILITIES"},
       .type = kList,
       .default_value = "api_test,performance",
       .help = "What this runner does; load tests need performance"},
      {.name = "perfEnabled",
       .env = {"PERF_ENABLED"},
       .type = kBool,
       .default_value = "true",
       .help = "false: performance tasks are refused"},
      {.name = "maxConcurrentTasks",
       .env = {"MAX_CONCURRENT_TASKS"},
       .type = kInt,
       .default_value = "3",
       .min = 1,
       .max = kMaxTasks,
       .help = "Tasks at a time"},
      {.name = "shared",
       .env = {"SHARED"},
       .type = kBool,
       .default_value = "true",
       .help = "Serves all namespaces; false needs NAMESPACE"},
      {.name = "namespace", .env = {"NAMESPACE"}, .help = "The only namespace served when SHARED is false"},
      {.name = "connectionMode",
       .env = {"CONNECTION_MODE", "RUNNER_MODE"},
       .type = kEnum,
       .default_value = "grpc",
       .choices = {"grpc", "poll", "reverse"},
       .help = "How runner and coordinator meet"},
      {.name = "listenAddr",
       .env = {"LISTEN_ADDR"},
       .type = kAddress,
       .default_port = 6771,
       .help = "Where coordinators connect to in reverse mode, 0.0.0.0:6771; required there"},
      {.name = "labels", .env = {"LABELS"}, .type = kList, .help = "region=eu,tier=heavy"},
      {.name = "maxVus",
       .env = {"MAX_VUS"},
       .type = kInt,
       .default_value = "0",
       .min = 0,
       .max = kMaxStatedVus,
       .help = "Virtual users that this runner can carry; 0: not stated"},
      {.name = "taskWorkers",
       .env = {"TASK_WORKERS"},
       .type = kInt,
       .default_value = "0",
       .min = 0,
       .max = 1024,
       .help = "Threads a task; 0: one a core"},
      {.name = "uiEnabled", .env = {"UI_ENABLED"}, .type = kBool, .default_value = "true", .help = "The dashboard"},
      {.name = "uiPort",
       .env = {"UI_PORT"},
       .type = kInt,
       .default_value = "6770",
       .min = 0,
       .max = 65535,
       .help = "Port of dashboard, /health and /metrics"},
      {.name = "uiBindAddr", .env = {"UI_BIND_ADDR"}, .default_value = "0.0.0.0", .help = "Address of the dashboard"},
      {.name = "tlsEnabled",
       .env = {"TLS_ENABLED"},
       .type = kBool,
       .default_value = "false",
       .help = "TLS between coordinator and runner"},
      {.name = "tlsCertFile", .env = {"TLS_CERT_FILE"}, .help = "This runner's certificate, PEM"},
      {.name = "tlsKeyFile", .env = {"TLS_KEY_FILE"}, .help = "Its key, PEM"},
      {.name = "tlsCaCert",
       .env = {"TLS_CA_CERT"},
       .help = "Who may sign the coordinator's; not set: the system's, in reverse mode anyone's or none"},
      {.name = "tlsInsecureSkipVerify",
       .env = {"TLS_INSECURE_SKIP_VERIFY"},
       .type = kBool,
       .default_value = "false",
       .help = "Trusts any coordinator: for trials only"},
      {.name = "httpProxy",
       .env = {"HTTP_PROXY", "http_proxy"},
       .type = kSecret,
       .help = "Proxy of mode poll without TLS, http://user:password@proxy:3128"},
      {.name = "httpsProxy",
       .env = {"HTTPS_PROXY", "https_proxy"},
       .type = kSecret,
       .help = "Proxy of mode poll with TLS, likewise"},
      {.name = "noProxy",
       .env = {"NO_PROXY", "no_proxy"},
       .help = "Coordinators that mode poll reaches without a proxy: names, addresses, networks, *"},
      {.name = "drainTimeout",
       .env = {"DRAIN_TIMEOUT"},
       .type = kDuration,
       .default_value = "5m",
       .min = 0,
       .max = kMaxDrain,
       .help = "How long running tasks may finish after SIGTERM"},
      {.name = "logLevel",
       .env = {"LOG_LEVEL"},
       .type = kEnum,
       .default_value = "info",
       .choices = {"debug", "info", "warn", "error"},
       .help = "The least that is logged"},
      {.name = "logFormat",
       .env = {"LOG_FORMAT"},
       .type = kEnum,
       .default_value = "text",
       .choices = {"text", "json"},
       .help = "Form of log lines"},
  };
}

absl::Status Wrong(std::string_view variable, std::string_view value, std::string_view expected) {
  return absl::InvalidArgumentError(Concat(variable, " is ", Quoted(value), ", expected ", expected));
}

// What goes into a message: a text that is no UTF-8 makes one that no coordinator can read.
absl::Status CheckShown(std::string_view variable, const std::string& text, size_t max_bytes) {
  if (text.size() > max_bytes) return Wrong(variable, text, Concat("at most ", max_bytes, " bytes"));
  return IsUtf8(text) ? absl::OkStatus() : Wrong(variable, text, "UTF-8");
}

absl::Status CheckCapabilities(const std::vector<std::string>& capabilities) {
  if (capabilities.size() > kMaxHelloCapabilities) {
    return Wrong("CAPABILITIES", Concat(capabilities.size(), " of them"), Concat("at most ", kMaxHelloCapabilities));
  }
  for (const std::string& capability : capabilities) {
    RETURN_IF_ERROR(CheckShown("CAPABILITIES", capability, kMaxHelloCapabilityBytes));
  }
  return absl::OkStatus();
}

absl::Status ReadLabels(const std::vector<std::string>& texts, std::map<std::string, std::string>* labels) {
  if (texts.size() > kMaxHelloLabels) {
    return Wrong("LABELS", Concat(texts.size(), " of them"), Concat("at most ", kMaxHelloLabels));
  }
  for (const std::string& text : texts) {
    RETURN_IF_ERROR(CheckShown("LABELS", text, kMaxHelloLabelBytes));
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Wrong("LABELS", text, "key=value pairs with commas between them, such as region=eu,tier=heavy");
    }
    (*labels)[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return absl::OkStatus();
}

// Metadata of gRPC takes visible ASCII only, and ends the process on anything else.
absl::Status CheckToken(const std::string& token) {
  bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!visible) return absl::InvalidArgumentError("API_TOKEN has characters that no token has, expected mki_...");
  return absl::OkStatus();
}

// The mode, and the addresses that it needs, with its ports.
absl::Status ReadMode(const Settings& settings, RunnerSettings* out) {
  const std::string& mode = settings.Text("connectionMode");
  if (mode == "reverse") {
    if (!settings.IsSet("listenAddr")) {
      return Wrong("LISTEN_ADDR", "", "host:port such as 0.0.0.0:6771, since CONNECTION_MODE is reverse");
    }
    out->mode = ConnectionMode::kReverse;
    out->listen = settings.Address("listenAddr");
    return absl::OkStatus();
  }
  if (!settings.IsSet("coordinatorAddr")) {
    return absl::InvalidArgumentError(Concat("COORDINATOR_ADDR is not set: expected coordinators, host:",
                                             mode == "poll" ? kCoordinatorHttpPort : kCoordinatorPort));
  }
  out->coordinators = settings.Addresses("coordinatorAddr");
  if (mode != "poll") return absl::OkStatus();
  out->mode = ConnectionMode::kPoll;
  for (HostPort& coordinator : out->coordinators) {
    if (coordinator.port_given) continue;
    coordinator.port = settings.Bool("tlsEnabled") ? kCoordinatorHttpsPort : kCoordinatorHttpPort;
  }
  out->proxy = {
      .http = settings.Text("httpProxy"), .https = settings.Text("httpsProxy"), .none_for = settings.Text("noProxy")};
  return absl::OkStatus();
}

// In reverse mode the runner is the server.
absl::Status CheckReverseTls(const RunnerTlsSettings& tls) {
  if (tls.skip_verify) {
    return Wrong("TLS_INSECURE_SKIP_VERIFY", "true", "false in reverse mode: without TLS_CA_CERT nothing is verified");
  }
  if (tls.enabled && tls.cert_file.empty()) {
    return Wrong("TLS_CERT_FILE", "", "a file, since TLS_ENABLED is true and coordinators connect to this runner");
  }
  return absl::OkStatus();
}

absl::StatusOr<RunnerTlsSettings> MakeTls(const Settings& settings) {
  RunnerTlsSettings tls;
  tls.enabled = settings.Bool("tlsEnabled");
  tls.cert_file = settings.Text("tlsCertFile");
  tls.key_file = settings.Text("tlsKeyFile");
  tls.ca_file = settings.Text("tlsCaCert");
  tls.skip_verify = settings.Bool("tlsInsecureSkipVerify");
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return tls.cert_file.empty() ? Wrong("TLS_CERT_FILE", "", "a file, since TLS_KEY_FILE is set")
                                 : Wrong("TLS_KEY_FILE", "", "a file, since TLS_CERT_FILE is set");
  }
  bool wants_tls = !tls.cert_file.empty() || !tls.ca_file.empty() || tls.skip_verify;
  if (wants_tls && !tls.enabled) {
    // Whoever sets these and forgets the switch would send the token in the clear.
    return Wrong("TLS_ENABLED", "false", "true, since other TLS_ settings are given");
  }
  return tls;
}

}  // namespace

std::span<const SettingDef> RunnerSettingDefs() {
  static const std::vector<SettingDef>& defs = *new std::vector<SettingDef>(MakeDefs());
  return defs;
}

absl::StatusOr<RunnerSettings> MakeRunnerSettings(const Settings& settings, const std::string& host_name) {
  RunnerSettings out;
  RETURN_IF_ERROR(ReadMode(settings, &out));
  out.token = settings.Text("apiToken");
  RETURN_IF_ERROR(CheckToken(out.token));
  out.name = settings.Text("runnerName");
  if (out.name.empty()) out.name = host_name.empty() ? "mockarty-runner" : Concat("mockarty-runner-", host_name);
  RETURN_IF_ERROR(CheckShown("RUNNER_NAME", out.name, kMaxNameBytes));
  out.capabilities = settings.List("capabilities");
  RETURN_IF_ERROR(CheckCapabilities(out.capabilities));
  out.perf_enabled = settings.Bool("perfEnabled");
  out.max_tasks = static_cast<uint32_t>(settings.Int("maxConcurrentTasks"));
  out.shared = settings.Bool("shared");
  out.name_space = settings.Text("namespace");
  if (!out.shared && out.name_space.empty()) return Wrong("NAMESPACE", "", "a namespace, since SHARED is false");
  RETURN_IF_ERROR(CheckShown("NAMESPACE", out.name_space, kMaxHelloNamespaceBytes));
  RETURN_IF_ERROR(ReadLabels(settings.List("labels"), &out.labels));
  out.max_vus = static_cast<uint32_t>(settings.Int("maxVus"));
  out.task_workers = static_cast<uint32_t>(settings.Int("taskWorkers"));
  out.ui_enabled = settings.Bool("uiEnabled");
  out.ui_port = static_cast<uint16_t>(settings.Int("uiPort"));
  out.ui_address = settings.Text("uiBindAddr");
  ASSIGN_OR_RETURN(out.tls, MakeTls(settings));
  if (out.mode == ConnectionMode::kReverse) RETURN_IF_ERROR(CheckReverseTls(out.tls));
  out.drain_timeout = settings.Duration("drainTimeout");
  RETURN_IF_ERROR(ParseLogLevel(settings.Text("logLevel"), &out.log_level));
  out.log_format = settings.Text("logFormat") == "json" ? LogFormat::kJson : LogFormat::kText;
  return out;
}

}  // namespace mockarty

// The runner's own HTTP port: /health, /metrics and a small status page that refreshes itself.
// Threads: handlers run on the server's thread and ask the agent under its lock.
#ifndef RUNNER_ADMIN_DASHBOARD_H_
#define RUNNER_ADMIN_DASHBOARD_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/agent.h"
#include "common/http/http_server.h"
#include "runner/admin/runner_metrics.h"
#include "runner/settings.h"

namespace mockarty {

// The page and the health of a moment; pure.
std::string HealthJson(const RunnerSettings& settings, const std::string& version, const Agent::Stats& stats);
std::string StatusPage(const RunnerSettings& settings, const std::string& version, const Agent::Stats& stats);

// Listens when it returns; all references outlive the server. Errors as HttpServer::Start(), with UI_PORT named.
absl::StatusOr<std::unique_ptr<HttpServer>> StartDashboard(const RunnerSettings& settings, const std::string& version,
                                                           const Agent& agent, RunnerMetrics& metrics);

}  // namespace mockarty

#endif  // RUNNER_ADMIN_DASHBOARD_H_

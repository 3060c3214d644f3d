#include "runner/admin/dashboard.h"

#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/http/html.h"

namespace mockarty {
namespace {

constexpr char kPageHead[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"2\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>mockarty-runner</title><style>"
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem;color:#222}"
    "h1{font-size:1.3rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}th{width:40%;"
    "font-weight:normal;color:#666}@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}"
    "th{color:#999}th,td{border-color:#333}}</style></head><body>";

std::string Row(std::string_view name, std::string_view value) {
  return Concat("<tr><th>", name, "</th><td>", HtmlEscaped(value), "</td></tr>\n");
}

std::string_view StateName(const Agent::Stats& stats) {
  if (stats.draining) return "draining: no new tasks";
  return stats.connected_links > 0 ? "connected" : "disconnected";
}

}  // namespace

std::string HealthJson(const RunnerSettings& settings, const std::string& version, const Agent::Stats& stats) {
  boost::json::object health;
  health["status"] = "ok";
  health["releaseId"] = version;
  health["coordinator"] = stats.connected_links > 0 ? "connected" : "disconnected";
  health["activeTasks"] = stats.active_tasks;
  health["draining"] = stats.draining;
  boost::json::array capabilities;
  for (const std::string& capability : settings.capabilities) capabilities.emplace_back(capability);
  health["capabilities"] = std::move(capabilities);
  return boost::json::serialize(health);
}

std::string StatusPage(const RunnerSettings& settings, const std::string& version, const Agent::Stats& stats) {
  std::string coordinators;
  for (const HostPort& coordinator : settings.coordinators) {
    coordinators += Concat(coordinators.empty() ? "" : ", ", coordinator.ToString());
  }
  std::string labels;
  for (const auto& [key, value] : settings.labels) labels += Concat(labels.empty() ? "" : ", ", key, "=", value);
  std::string capabilities;
  for (const std::string& capability : settings.capabilities) {
    capabilities += Concat(capabilities.empty() ? "" : ", ", capability);
  }
  std::string page = Concat(kPageHead, "<h1>", HtmlEscaped(settings.name), "</h1>\n<table>\n");
  page += Row("State", StateName(stats));
  if (settings.mode == ConnectionMode::kReverse) {
    coordinators = Concat("may connect to ", settings.listen.ToString());
  }
  page += Row("Coordinators", Concat(coordinators, " (", stats.connected_links, " connected)"));
  page += Row("Tasks", Concat(stats.active_tasks, " of ", settings.max_tasks, " slots in use"));
  page += Row("Completed", Concat(stats.completed));
  page += Row("Failed", Concat(stats.failed));
  page += Row("Offers refused", Concat(stats.refused));
  page += Row("Windows not stored yet", Concat(stats.windows_unacknowledged));
  page += Row("Capabilities", capabilities);
  page += Row("Labels", labels);
  page += Row("Namespace", settings.shared ? "all" : settings.name_space);
  page += Row("Version", version);
  page += "</table>\n<p><a href=\"/health\">/health</a> <a href=\"/metrics\">/metrics</a></p></body></html>\n";
  return page;
}

absl::StatusOr<std::unique_ptr<HttpServer>> StartDashboard(const RunnerSettings& settings, const std::string& version,
                                                           const Agent& agent, RunnerMetrics& metrics) {
  HttpServerOptions options;
  options.address = settings.ui_address;
  options.port = settings.ui_port;
  options.server_name = "mockarty-runner";
  std::vector<WebRoute> routes;
  routes.push_back({.method = "GET", .path = "/health", .handler = [&settings, version, &agent](const WebRequest&) {
                      return WebResponse{.content_type = "application/json",
                                         .body = HealthJson(settings, version, agent.GetStats())};
                    }});
  routes.push_back({.method = "GET", .path = "/metrics", .handler = [&agent, &metrics](const WebRequest&) {
                      return WebResponse{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                                         .body = metrics.Text(agent.GetStats())};
                    }});
  routes.push_back({.method = "GET", .path = "/", .handler = [&settings, version, &agent](const WebRequest&) {
                      return WebResponse{.content_type = "text/html; charset=utf-8",
                                         .body = StatusPage(settings, version, agent.GetStats())};
                    }});
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(options, std::move(routes));
  if (!server.ok()) {
    return absl::Status(server.status().code(),
                        ToAbsl(Concat("UI_PORT is ", settings.ui_port, ": ", server.status().message())));
  }
  return server;
}

}  // namespace mockarty

#include "coordinator/admin/admin_routes.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <time.h>

#include <array>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/http/html.h"
#include "common/report/json_writer.h"

namespace mockarty {
namespace {

constexpr Nanos kCoreHangs = 10 * kNanosPerSecond;  // it gives a sign of life every second
constexpr int kMaxRunnersShown = 500;

bool CoreLives(const AdminSnapshot& now) { return now.core_silent_ns < kCoreHangs; }

std::string TimeText(int64_t wall_clock_ms) {
  time_t seconds = static_cast<time_t>(wall_clock_ms / 1000);
  tm parts = {};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text;
  return std::string(text.data(), strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

void WriteCheck(JsonWriter& json, std::string_view name, bool pass, const std::string& output, int64_t at) {
  json.Key(name).BeginArray().BeginObject();
  json.Key("status").String(pass ? "pass" : "fail");
  json.Key("output").String(output);
  json.Key("time").String(TimeText(at));
  json.EndObject().EndArray();
}

WebResponse Health(const AdminOptions& options, const AdminSnapshot& now) {
  bool pass = CoreLives(now) && now.core.store_ok;
  JsonWriter json(false);
  json.BeginObject();
  json.Key("status").String(pass ? "pass" : "fail");
  json.Key("releaseId").String(options.version);
  json.Key("checks").BeginObject();
  std::string silent = absl::StrFormat("no sign of life for %.0f s", static_cast<double>(now.core_silent_ns) / 1e9);
  WriteCheck(json, "core", CoreLives(now), CoreLives(now) ? "" : silent, now.wall_clock_ms);
  WriteCheck(json, "store", now.core.store_ok, Printable(now.core.store_error, 512), now.wall_clock_ms);
  WriteCheck(json, "runners", true, Concat(now.core.runners, " connected"), now.wall_clock_ms);
  json.EndObject().EndObject();
  return {.status = pass ? 200 : 503, .content_type = "application/json", .body = json.Take() + "\n"};
}

WebResponse Simple(bool pass) {
  return {.status = pass ? 200 : 503,
          .content_type = "application/json",
          .body = pass ? "{\"status\":\"pass\"}\n" : "{\"status\":\"fail\"}\n"};
}

class Families {
 public:
  void Gauge(const char* name, const char* help, double value) {
    Add(name, help, value, prometheus::MetricType::Gauge);
  }
  void Counter(const char* name, const char* help, double value) {
    Add(name, help, value, prometheus::MetricType::Counter);
  }
  // One more value of the family that was added last.
  void Label(const char* label, const char* value) {
    families_.back().metric.back().label.push_back({.name = label, .value = value});
  }
  void Another(double value, const char* label, const char* label_value) {
    prometheus::ClientMetric metric;
    metric.counter.value = value;
    metric.label.push_back({.name = label, .value = label_value});
    families_.back().metric.push_back(std::move(metric));
  }
  std::string Text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  void Add(const char* name, const char* help, double value, prometheus::MetricType type) {
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    prometheus::ClientMetric metric;
    if (type == prometheus::MetricType::Gauge) metric.gauge.value = value;
    if (type == prometheus::MetricType::Counter) metric.counter.value = value;
    family.metric.push_back(std::move(metric));
    families_.push_back(std::move(family));
  }

  std::vector<prometheus::MetricFamily> families_;
};

WebResponse Metrics(const AdminSnapshot& now) {
  auto number = [](auto value) { return static_cast<double>(value); };
  Families out;
  out.Gauge("mockarty_coordinator_runners", "Runners that are connected", number(now.core.runners));
  out.Gauge("mockarty_coordinator_runs_active", "Runs from preparation to report", number(now.core.active_runs));
  out.Gauge("mockarty_coordinator_runs_queued", "Runs that wait for runners", number(now.core.queued_runs));
  out.Counter("mockarty_coordinator_windows_total", "Windows of runners by what became of them",
              number(now.core.windows_merged));
  out.Label("result", "merged");
  out.Another(number(now.core.windows_duplicate), "result", "duplicate");
  out.Another(number(now.core.windows_refused), "result", "refused");
  out.Counter("mockarty_coordinator_stale_messages_total", "Messages refused for an older epoch",
              number(now.core.stale_messages));
  out.Gauge("mockarty_coordinator_store_up", "1 when the store can be written", now.core.store_ok ? 1 : 0);
  out.Gauge("mockarty_coordinator_core_waiting", "Functions that wait for the core's thread", number(now.core_waiting));
  out.Gauge("mockarty_coordinator_sessions", "Streams of runners", number(now.grpc.sessions));
  out.Gauge("mockarty_coordinator_poll_sessions", "Sessions of runners that long-poll", number(now.poll.sessions));
  out.Gauge("mockarty_coordinator_reverse_addresses", "Runners in reverse mode that it is to connect to",
            number(now.grpc.reverse_addresses));
  out.Gauge("mockarty_coordinator_reverse_connected", "Those of them that it is connected to",
            number(now.grpc.reverse_connected));
  out.Gauge("mockarty_coordinator_watches", "Streams of watchers", number(now.grpc.watches));
  out.Counter("mockarty_coordinator_refused_tokens_total", "Calls refused for their token",
              number(now.grpc.refused_tokens + now.poll.refused_tokens));
  out.Counter("mockarty_coordinator_refused_sessions_total", "Connections of runners refused for another reason",
              number(now.grpc.refused_sessions + now.poll.refused_sessions));
  out.Counter("mockarty_coordinator_slow_sessions_total", "Runners cut off because they did not take their messages",
              number(now.grpc.slow_sessions + now.poll.slow_sessions));
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = out.Text()};
}

// Text of a runner inside of HTML.
std::string Escaped(std::string_view text) { return HtmlEscaped(Printable(text, 200)); }

WebResponse Page(const AdminOptions& options, const AdminSnapshot& now) {
  std::string body =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>mockarty-coordinator</title><style>"
      "body{font-family:sans-serif;margin:2em;max-width:60em}table{border-collapse:collapse}"
      "td,th{padding:.3em .8em;border-bottom:1px solid #ccc;text-align:left}</style></head><body>"
      "<h1>mockarty-coordinator</h1>";
  body += Concat("<p>Version ", Escaped(options.version), ", node ", Escaped(options.node_id), ", store ",
                 Escaped(options.store), now.core.store_ok ? "" : " (cannot be written)", "</p>");
  body += Concat("<p>", now.core.active_runs, " runs active, ", now.core.queued_runs, " queued</p>");
  body += Concat("<p>Runners and <code>mockarty-cli</code> connect to gRPC on <code>", Escaped(options.grpc_address),
                 "</code>. Here: <a href=\"/health\">/health</a>, <a href=\"/metrics\">/metrics</a>.</p>");
  body += "<h2>Runners</h2>";
  if (now.runners.runners().empty()) {
    body += "<p>None is connected: runs are carried out by the coordinator itself.</p>";
  } else {
    body += "<table><tr><th>Name<th>State<th>Tasks<th>Slots<th>Version<th>Namespace</tr>";
    int shown = 0;
    for (const v1::RunnerInfo& runner : now.runners.runners()) {
      if (++shown > kMaxRunnersShown) break;
      body +=
          Concat("<tr><td>", Escaped(runner.name()), "<td>", Escaped(runner.state()), "<td>", runner.active(), "<td>",
                 runner.slots(), "<td>", Escaped(runner.version()), "<td>", Escaped(runner.namespace_()), "</tr>");
    }
    body += "</table>";
  }
  body += "</body></html>\n";
  WebResponse response{.content_type = "text/html; charset=utf-8", .body = std::move(body)};
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

std::vector<WebRoute> AdminRoutes(const AdminOptions& options, const std::function<AdminSnapshot()>& snapshot) {
  std::vector<WebRoute> routes;
  routes.push_back({"GET", "/health", false, [=](const WebRequest&) { return Health(options, snapshot()); }});
  routes.push_back({"GET", "/health/live", false, [=](const WebRequest&) { return Simple(CoreLives(snapshot())); }});
  routes.push_back({"GET", "/health/ready", false, [=](const WebRequest&) {
                      AdminSnapshot now = snapshot();
                      return Simple(CoreLives(now) && now.core.store_ok);
                    }});
  routes.push_back({"GET", "/metrics", false, [=](const WebRequest&) { return Metrics(snapshot()); }});
  routes.push_back({"GET", "/", false, [=](const WebRequest&) { return Page(options, snapshot()); }});
  return routes;
}

}  // namespace mockarty

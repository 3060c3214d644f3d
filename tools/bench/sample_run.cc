#include "tools/bench/sample_run.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/report/run_report.h"
#include "engine/run/engine.h"

namespace mockarty {
namespace {

constexpr char kScript[] = R"(
var http = require('k6/http');
exports.options = { vus: 50 };
exports.default = function () {
  var res = http.get('http://in-process.test/route' + (__ITER % 40) + '/items/' + __VU + __ITER);
  check(res, { 'status is 200': function (r) { return r.status === 200; } });
};
)";

constexpr char kAnswer[] =
    "HTTP/1.1 200 OK\r\nServer: in-process\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
    "{\"id\":12345,\"name\":\"thing\"}";

// A temporary file with the script, gone with this object.
class ScriptFile {
 public:
  ScriptFile() {
    const int fd = mkstemps(path_, 3);
    if (fd >= 0) {
      written_ = write(fd, kScript, sizeof kScript - 1) == static_cast<ssize_t>(sizeof kScript - 1);
      close(fd);
    }
  }
  ~ScriptFile() { unlink(path_); }
  bool ok() const { return written_; }
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/mockarty-bench-XXXXXX.js";
  bool written_ = false;
};

}  // namespace

int RunSamples(uint64_t requests) {
  const ScriptFile script;
  if (!script.ok()) {
    std::fprintf(stderr, "mockarty-bench: cannot write %s\n", script.path());
    return 1;
  }
  RunOptions options;
  options.script_path = script.path();
  options.overrides.iterations = requests;
  options.in_process_answer = kAnswer;
  auto engine = Engine::Create(options);
  if (!engine.ok()) {
    std::fprintf(stderr, "mockarty-bench: %s\n", std::string(engine.status().message()).c_str());
    return 1;
  }
  const RunResult result = (*engine)->Run(nullptr);
  const RunReport& report = result.report;
  std::printf("%" PRIu64 " requests, %" PRIu64 " checks, %zu routes, %.0f requests a second\n", report.total_requests,
              report.checks_passed, report.routes.size(), report.rps);
  return report.total_requests == requests && report.checks_passed == requests ? 0 : 1;
}

}  // namespace mockarty

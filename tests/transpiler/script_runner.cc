#include "tests/transpiler/script_runner.h"

#include <duktape.h>

#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "engine/script/big_stack.h"
#include "engine/script/exec_timeout.h"
#include "engine/script/position_table.h"
#include "engine/script/source_map.h"
#include "engine/script/text.h"
#include "third_party/duktape/duk_ext.h"

namespace mockarty {
namespace {

// Modules that answer without a network, and a caller that tells what the script threw and where.
constexpr std::string_view kHarness = R"js((function (print, body, jobs, runDefault) {
  function answer(method, url) {
    print(method + ' ' + url);
    return { status: 200, body: url, timings: { duration: 1 }, json: function () {
      return { token: 't', id: 1, status: 'pending', items: [{ id: 7 }], cartId: 1, orderId: 2 };
    } };
  }
  function verb(method) { return function (url) { return answer(method, url); }; }
  var http = { get: verb('GET'), post: verb('POST'), put: verb('PUT'), del: verb('DELETE') };
  function Metric(name) { this.name = name; }
  Metric.prototype.add = function () {};
  var core = {
    check: function (value, checks) {
      for (var name in checks) if (!checks[name](value)) return false;
      return true;
    },
    group: function (name, body) { return body(); },
    sleep: function () {},
    fail: function (text) { throw new Error(text); }
  };
  var metrics = { Trend: Metric, Rate: Metric, Counter: Metric, Gauge: Metric };
  var modules = { 'k6': core, 'k6/http': http, 'mockarty/http': http, 'k6/metrics': metrics };
  for (var name in modules) modules[name].default = modules[name];
  function require(name) {
    if (!modules[name]) throw new Error('no module ' + name);
    return modules[name];
  }
  var module = { exports: {} };
  try {
    body.call(module.exports, module.exports, require, module, print, { BASE_URL: 'http://base' }, core.check,
              core.sleep, core.group, Metric, Metric, Metric);
    jobs();
    if (runDefault) module.exports.default();
    jobs();
    return undefined;
  } catch (error) {
    var at = /\(script\.js:(\d+):(\d+)\)/.exec(error && error.stack);
    return [String(error), at ? Number(at[1]) : 0, at ? Number(at[2]) : 0];
  }
}))js";

// Print the parameters of `body` above.
constexpr std::string_view kHead =
    "function (exports, require, module, print, __ENV, check, sleep, group, Trend, Rate, Counter) {";

// heap_udata.
struct Positions {
  HeapHooks hooks;
  PositionTable table;

  static int Find(void* self, unsigned id, unsigned pc, const char** file, unsigned* line, unsigned* column) {
    SourcePosition position;
    if (!static_cast<Positions*>(self)->table.Find(id, pc, &position)) {
      return 0;
    }
    *file = position.file;
    *line = position.line;
    *column = position.column;
    return 1;
  }
};

struct Run {
  std::string function_text;  // in the heap's encoding
  std::vector<SourceMapPlace> places;
  PositionTableBuilder builder;
  Positions positions;
  bool run_default;
  std::string printed;
  std::string error;
  int error_line = 0;
  int error_column = 0;
};

Run* RunOf(duk_context* context) {
  duk_memory_functions functions;
  duk_get_memory_functions(context, &functions);
  duk_push_global_stash(context);
  duk_get_prop_string(context, -1, "run");
  auto* run = static_cast<Run*>(duk_get_pointer(context, -1));
  duk_pop_2(context);
  return run;
}

duk_ret_t Print(duk_context* context) {
  duk_push_string(context, " ");
  duk_insert(context, 0);
  duk_join(context, duk_get_top(context) - 1);
  duk_size_t length = 0;
  const char* text = duk_get_lstring(context, -1, &length);
  RunOf(context)->printed.append(text, length).append("\n");
  return 0;
}

duk_ret_t RunJobs(duk_context* context) {
  mockarty_duk_run_jobs(context);
  return 0;
}

duk_ret_t RunInHeap(duk_context* context, void* udata) {
  auto* run = static_cast<Run*>(udata);
  duk_push_global_stash(context);
  duk_push_pointer(context, run);
  duk_put_prop_string(context, -2, "run");
  duk_push_string(context, "harness.js");
  duk_compile_lstring_filename(context, DUK_COMPILE_EVAL, kHarness.data(), kHarness.size());
  duk_call(context, 0);
  duk_push_c_function(context, Print, DUK_VARARGS);
  duk_push_string(context, "script.js");
  duk_x_record_positions(context, &PositionTableBuilder::Record, &run->builder);
  duk_compile_lstring_filename(context, DUK_COMPILE_FUNCTION, run->function_text.data(), run->function_text.size());
  duk_x_record_positions(context, nullptr, nullptr);
  run->builder.EndFile("script.js", run->function_text, kHead.size(), run->places);
  run->positions.table = std::move(run->builder).Build();
  duk_push_c_function(context, RunJobs, 0);
  duk_push_boolean(context, run->run_default);
  duk_call(context, 4);
  return 1;
}

duk_ret_t ErrorText(duk_context* context, void*) {
  duk_safe_to_string(context, -1);
  return 1;
}

void RunOnThread(void* argument) {
  auto* run = static_cast<Run*>(argument);
  run->positions.hooks.position = &Positions::Find;
  duk_context* context = duk_create_heap(nullptr, nullptr, nullptr, &run->positions, nullptr);
  std::string scratch;
  if (duk_safe_call(context, RunInHeap, run, 0, 1) != DUK_EXEC_SUCCESS) {
    duk_safe_call(context, ErrorText, nullptr, 1, 1);
    run->error = Concat("not run: ", duk_get_string(context, -1));
  } else if (duk_is_array(context, -1)) {
    duk_get_prop_index(context, -1, 0);
    run->error = FromJsText(duk_get_string(context, -1), scratch);
    duk_get_prop_index(context, -2, 1);
    run->error_line = duk_get_int(context, -1);
    duk_get_prop_index(context, -3, 2);
    run->error_column = duk_get_int(context, -1);
  }
  duk_destroy_heap(context);
}

}  // namespace

RunResult RunScript(const ScriptSource& source, bool run_default) {
  std::string scratch;
  Run run;
  run.function_text = Concat(kHead, ToJsText(source.code, scratch), "\n}");
  run.run_default = run_default;
  RunResult result;
  absl::StatusOr<std::vector<SourceMapPlace>> places = DecodeSourceMap(source.source_map);
  if (!places.ok()) {
    result.error = std::string(places.status().message());
    return result;
  }
  run.places = *std::move(places);
  if (absl::Status started = RunOnBigStack(RunOnThread, &run); !started.ok()) {
    result.error = std::string(started.message());
    return result;
  }
  const std::string printed(FromJsText(run.printed, scratch));
  for (size_t start = 0; start < printed.size();) {
    const size_t end = printed.find('\n', start);
    result.output.push_back(printed.substr(start, end - start));
    start = end + 1;
  }
  result.error = run.error;
  result.error_line = run.error_line;
  result.error_column = run.error_column;
  return result;
}

}  // namespace mockarty

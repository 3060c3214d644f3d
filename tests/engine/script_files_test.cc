// Loads the files of tests/scripts that need no run of their own (see Plain()) as the CLI does, runs each as a virtual
// user would, without a process around it, so that sanitizers see it, and compares what its header says is to come out.
// tests/scripts/run_scripts.py runs all of them by the command line.
//
//   // expect: a line of console output         (all lines, in order)
//   // expect-error: part of an iteration error  (all errors, in order)
//   // expect-init-error: part of the message with which the script does not start
//   // iterations: N                             (1 when not given)
//   // stop-after-ms: N                          (the VU is interrupted then)
//   // heap-limit-kib: N
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "common/metrics/registry.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/collect/collector.h"
#include "engine/modules/module_table.h"
#include "engine/script/loader.h"
#include "engine/vu/script_vu.h"
#include "engine/vu/shared_arrays.h"
#include "tests/target/target_process.h"

namespace mockarty {
namespace {

struct Expectation {
  std::vector<std::string> console;
  std::vector<std::string> errors;
  std::string init_error;
  uint64_t iterations = 1;
  int stop_after_ms = 0;
  size_t heap_limit_kib = 0;
};

bool TakePrefix(std::string& line, const std::string& prefix) {
  if (line.rfind(prefix, 0) != 0) {
    return false;
  }
  line = line.substr(prefix.size());
  return true;
}

Expectation ReadHeader(const std::string& code) {
  Expectation expectation;
  std::istringstream lines(code);
  std::string line;
  while (std::getline(lines, line) && line.rfind("//", 0) == 0) {
    if (TakePrefix(line, "// expect: ")) {
      expectation.console.push_back(line);
    } else if (TakePrefix(line, "// expect-error: ")) {
      expectation.errors.push_back(line);
    } else if (TakePrefix(line, "// expect-init-error: ")) {
      expectation.init_error = line;
    } else if (TakePrefix(line, "// iterations: ")) {
      expectation.iterations = std::stoull(line);
    } else if (TakePrefix(line, "// stop-after-ms: ")) {
      expectation.stop_after_ms = std::stoi(line);
    } else if (TakePrefix(line, "// heap-limit-kib: ")) {
      expectation.heap_limit_kib = std::stoull(line);
    }
  }
  return expectation;
}

class RecordingConsole : public ConsoleSink {
 public:
  void Write(ConsoleLevel, uint32_t, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

// Grants a number of iterations, then ends the loop.
class CountedSource : public IterationSource {
 public:
  explicit CountedSource(uint64_t count) : left_(count) {}
  bool TakeIteration(uint32_t, Nanos, Iteration*) override { return left_ > 0 && left_-- > 0; }
  void OnIterationEnd(uint32_t, uint64_t) override {}
  uint64_t IterationInTest(uint64_t own) const override { return own; }
  double Progress(Nanos) const override { return 0; }
  void OnVuIdle(uint32_t) override { idle = true; }
  bool idle = false;

 private:
  uint64_t left_;
};

std::string Folder() {
  const char* root = getenv("MOCKARTY_SOURCE_DIR");
  return std::string(root != nullptr ? root : ".") + "/tests/scripts";
}

class ScriptFilesTest : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    auto target = testing::TargetProcess::Start();
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = (*target).release();
  }
  static void TearDownTestSuite() {
    delete target_;
    target_ = nullptr;
  }
  static testing::TargetProcess* target_;
};

testing::TargetProcess* ScriptFilesTest::target_ = nullptr;

TEST_P(ScriptFilesTest, DoesWhatItsHeaderSays) {
  std::ifstream file(Folder() + "/" + GetParam());
  std::stringstream text;
  text << file.rdbuf();
  const Expectation expected = ReadHeader(text.str());
  LoadOptions load_options;
  load_options.use_cache = false;
  const auto source = LoadScript(Folder() + "/" + GetParam(), load_options);
  if (!source.ok() && !expected.init_error.empty()) {
    EXPECT_NE(source.status().ToString().find(expected.init_error), std::string::npos) << source.status();
    return;
  }
  ASSERT_TRUE(source.ok()) << source.status();

  auto program = Program::Compile(*source);
  ASSERT_TRUE(program.ok()) << program.status();
  auto loop = std::move(Loop::Create()).value();
  MetricRegistry registry;
  Collector collector(&registry, {});
  DnsResolver resolver;
  auto transport = std::move(HttpTransport::Create({}, &resolver)).value();
  RecordingConsole console;
  RunSettings settings;
  settings.environment = {{"BASE_URL", target_->base_url()}};
  settings.console = &console;
  settings.registry = &registry;
  SharedArrays shared_arrays;
  settings.shared_arrays = &shared_arrays;
  CountedSource iterations(expected.iterations);
  std::vector<std::string> errors;
  VuShared shared;
  shared.loop = loop.get();
  shared.program = program->get();
  shared.environment = ScriptEnvironment();
  shared.settings = &settings;
  shared.collector = &collector;
  const Scenario config;
  const VuScenario scenario{.config = &config, .source = &iterations};
  shared.http_transport = transport.get();
  shared.on_script_error = [&](uint32_t, const ScriptError& error) { errors.push_back(error.ToString()); };
  if (expected.heap_limit_kib > 0) {
    shared.heap_limit_bytes = expected.heap_limit_kib * 1024;
  }

  auto vu = std::move(ScriptVu::Create(shared, scenario, 0, 0)).value();
  absl::Status ready;
  bool started = false;
  vu->Prepare([&](const absl::Status& status) { ready = status; });
  Timer stop(
      loop.get(), [](Timer&, void* context) { static_cast<ScriptVu*>(context)->Interrupt(); }, vu.get());
  loop->SetTurnHook([&] {
    if (!started && vu->Prepared()) {
      started = true;
      if (ready.ok()) {
        vu->Start();
        if (expected.stop_after_ms > 0) {
          stop.Arm(MonotonicNow() + expected.stop_after_ms * kNanosPerMilli);
        }
      } else {
        vu->Quit();
      }
    }
    if (iterations.idle) {
      iterations.idle = false;
      vu->Quit();
    }
    if (vu->Finished()) {
      loop->Stop();
    }
  });
  loop->Run();

  if (expected.init_error.empty()) {
    ASSERT_TRUE(ready.ok()) << ready;
  } else {
    ASSERT_FALSE(ready.ok());
    EXPECT_NE(ready.ToString().find(expected.init_error), std::string::npos) << ready;
  }
  EXPECT_EQ(console.lines, expected.console);
  ASSERT_EQ(errors.size(), expected.errors.size()) << (errors.empty() ? "" : errors.front());
  for (size_t i = 0; i < errors.size(); ++i) {
    EXPECT_NE(errors[i].find(expected.errors[i]), std::string::npos) << errors[i];
  }
}

// No line in the header that only a whole run can fulfil.
bool Plain(const std::string& name) {
  std::ifstream file(Folder() + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  const std::string code = text.str();
  for (const char* mark : {"expect-exit:", "expect-output:", "expect-no-output:", "expect-metric:", "expect-check",
                           "args:", "env:", "replace:", "around:", "console:", "run: cli", "// file: "}) {
    if (code.find(mark) != std::string::npos) {
      return false;
    }
  }
  return true;
}

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(Folder())) {
    if (entry.path().extension() == ".js" && entry.path().string().find("/parts/") == std::string::npos) {
      const std::string name = std::filesystem::relative(entry.path(), Folder());
      if (Plain(name)) {
        files.push_back(name);
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Scripts, ScriptFilesTest, ::testing::ValuesIn(Files()), [](const auto& file) {
  std::string name = file.param.substr(0, file.param.size() - 3);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace mockarty

// Scripts that suspend, recurse, loop and eat memory without end, several heaps interleaved on small fiber stacks.
//
// Each file of breakage/ is a function body; its first lines are comments:
//   // expect: ok REGEX        what it returns
//   // expect: throws REGEX    the error it ends with
//   // asks: N                 the deadline is over after Duktape has asked N times
//   // memory_kib: N           limit of the heap
//   // preempt                 every question switches to the next fiber
// After each the heap must still work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "common/base/stack_limit.h"
#include "tests/duktape/heap_fixture.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define MOCKARTY_TEST_ASAN 1
#else
#define MOCKARTY_TEST_ASAN 0
#endif

namespace mockarty::duktape_test {
namespace {

namespace ctx = boost::context;

// AddressSanitizer's frames are several times as large.
constexpr size_t kStackBytes = (MOCKARTY_TEST_ASAN ? 2048 : 256) << 10;
constexpr size_t kHeadroomBytes = (MOCKARTY_TEST_ASAN ? 256 : 16) << 10;
constexpr size_t kGuardBytes = 4096;
constexpr int kFibers = 4;

struct Case {
  std::string path;
  bool throws = false;
  std::string pattern;
  int asks = -1;
  size_t memory_bytes = 0;
  bool preempt = false;
  std::string body;
};

Case ParseCase(const std::string& path) {
  Case result;
  result.path = path;
  result.body = ReadFile(path);
  std::istringstream lines(result.body);
  std::string line;
  while (std::getline(lines, line) && line.rfind("// ", 0) == 0) {
    if (line.rfind("// expect: ", 0) == 0) {
      const std::string rest = line.substr(11);
      result.throws = rest.rfind("throws ", 0) == 0;
      EXPECT_TRUE(result.throws || rest.rfind("ok ", 0) == 0) << path << ": " << line;
      result.pattern = rest.substr(rest.find(' ') + 1);
    } else if (line.rfind("// asks: ", 0) == 0) {
      result.asks = std::stoi(line.substr(9));
    } else if (line.rfind("// memory_kib: ", 0) == 0) {
      result.memory_bytes = std::stoul(line.substr(15)) << 10;
    } else if (line == "// preempt") {
      result.preempt = true;
    }
  }
  EXPECT_FALSE(result.pattern.empty()) << path << " says not what to expect";
  return result;
}

// Mapped, with a guard page; tells where it is.
struct GuardedStack {
  char** base;

  ctx::stack_context allocate() {
    void* memory = mmap(nullptr, kStackBytes + kGuardBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mprotect(memory, kGuardBytes, PROT_NONE);
    *base = static_cast<char*>(memory) + kGuardBytes;
    ctx::stack_context stack;
    stack.size = kStackBytes;
    stack.sp = *base + kStackBytes;
    return stack;
  }
  void deallocate(ctx::stack_context& stack) {
    munmap(static_cast<char*>(stack.sp) - stack.size - kGuardBytes, stack.size + kGuardBytes);
  }
};

// One heap on one fiber. Suspend() gives the others a turn.
class ScriptFiber {
 public:
  explicit ScriptFiber(const Case& test_case);

  void Start();
  void Resume();
  void Suspend();
  bool done() const { return done_; }
  int switches() const { return switches_; }
  const std::string& outcome() const { return outcome_; }
  const std::string& afterwards() const { return afterwards_; }

 private:
  void Main();
  void DefineNatives();

  const Case& case_;
  std::unique_ptr<Heap> heap_;
  ctx::fiber self_;
  ctx::fiber caller_;
  char* stack_base_ = nullptr;
  bool done_ = false;
  int switches_ = 0;
  std::string outcome_;
  std::string afterwards_;
#if MOCKARTY_TEST_ASAN
  void* fake_stack_ = nullptr;
  const void* caller_bottom_ = nullptr;
  size_t caller_size_ = 0;
#endif
};

ScriptFiber* Self(duk_context* duk) {
  duk_push_heap_stash(duk);
  duk_get_prop_string(duk, -1, "fiber");
  auto* self = static_cast<ScriptFiber*>(duk_get_pointer(duk, -1));
  duk_pop_2(duk);
  return self;
}

duk_ret_t Yield(duk_context* duk) {
  Self(duk)->Suspend();
  duk_push_int(duk, 1);
  return 1;
}

duk_ret_t YieldThrow(duk_context* duk) {
  Self(duk)->Suspend();
  return duk_type_error(duk, "thrown after resume");
}

duk_ret_t HttpGet(duk_context* duk) {
  Self(duk)->Suspend();
  duk_push_object(duk);
  duk_push_int(duk, 200);
  duk_put_prop_string(duk, -2, "status");
  return 1;
}

ScriptFiber::ScriptFiber(const Case& test_case) : case_(test_case) {
  Heap::Options options;
  options.limit_bytes = case_.memory_bytes;
  heap_ = std::make_unique<Heap>(std::move(options));
  DefineNatives();
}

void ScriptFiber::DefineNatives() {
  duk_context* duk = heap_->ctx();
  duk_push_heap_stash(duk);
  duk_push_pointer(duk, this);
  duk_put_prop_string(duk, -2, "fiber");
  duk_pop(duk);
  duk_push_c_function(duk, Yield, 0);
  duk_put_global_string(duk, "Y");
  duk_push_c_function(duk, YieldThrow, 0);
  duk_put_global_string(duk, "YT");
  duk_push_object(duk);
  duk_push_c_function(duk, HttpGet, 1);
  duk_put_prop_string(duk, -2, "get");
  duk_put_global_string(duk, "http");
  ASSERT_EQ(heap_->Eval("k6 = {check: function (res, set) { return Object.keys(set).map(function (name) {"
                        "  return set[name](res); }).every(function (ok) { return ok === true; }); }}; 1"),
            "1");
}

void ScriptFiber::Start() {
  self_ = ctx::fiber(std::allocator_arg, GuardedStack{&stack_base_}, [this](ctx::fiber&& caller) {
#if MOCKARTY_TEST_ASAN
    __sanitizer_finish_switch_fiber(nullptr, &caller_bottom_, &caller_size_);
#endif
    caller_ = std::move(caller);
    Main();
    done_ = true;
#if MOCKARTY_TEST_ASAN
    __sanitizer_start_switch_fiber(nullptr, caller_bottom_, caller_size_);
#endif
    return std::move(caller_);
  });
  Resume();
}

void ScriptFiber::Resume() {
  char* const outer = mockarty_stack_limit;
  mockarty_stack_limit = stack_base_ + kHeadroomBytes;
#if MOCKARTY_TEST_ASAN
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack_base_, kStackBytes);
#endif
  self_ = std::move(self_).resume();
#if MOCKARTY_TEST_ASAN
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  mockarty_stack_limit = outer;
}

void ScriptFiber::Suspend() {
  switches_++;
#if MOCKARTY_TEST_ASAN
  __sanitizer_start_switch_fiber(&fake_stack_, caller_bottom_, caller_size_);
#endif
  caller_ = std::move(caller_).resume();
#if MOCKARTY_TEST_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, &caller_bottom_, &caller_size_);
#endif
}

void ScriptFiber::Main() {
  heap_->options().asks_before_timeout = case_.asks;
  if (case_.preempt) heap_->options().on_ask = [this] { Suspend(); };
  outcome_ = heap_->RunBody(case_.body);
  heap_->options().asks_before_timeout = -1;
  heap_->options().on_ask = nullptr;
  afterwards_ = heap_->Eval("JSON.stringify([1, 2, 3].map(function (x) { return x * 2; }))");
  heap_.reset();
  mockarty_stack_limit = nullptr;
}

class BreakageTest : public testing::TestWithParam<std::string> {};

TEST_P(BreakageTest, EndsAsExpectedAndLeavesTheHeapUsable) {
  const Case test_case = ParseCase(GetParam());
  std::vector<std::unique_ptr<ScriptFiber>> fibers;
  std::deque<ScriptFiber*> waiting;
  for (int i = 0; i < kFibers; i++) {
    fibers.push_back(std::make_unique<ScriptFiber>(test_case));
    fibers.back()->Start();
    if (!fibers.back()->done()) waiting.push_back(fibers.back().get());
  }
  while (!waiting.empty()) {
    ScriptFiber* next = waiting.front();
    waiting.pop_front();
    next->Resume();
    if (!next->done()) waiting.push_back(next);
  }
  if (test_case.body.find("Y()") != std::string::npos || test_case.preempt) {
    EXPECT_GT(fibers[0]->switches(), 0);
  }
  for (const auto& fiber : fibers) {
    const std::string prefix = "THROWS ";
    const bool threw = fiber->outcome().rfind(prefix, 0) == 0;
    EXPECT_EQ(threw, test_case.throws) << fiber->outcome();
    const std::string text = threw ? fiber->outcome().substr(prefix.size()) : fiber->outcome();
    EXPECT_THAT(text, testing::MatchesRegex(test_case.pattern));
    EXPECT_EQ(fiber->afterwards(), "[2,4,6]");
  }
}

std::vector<std::string> Files(const std::string& folder) {
  std::vector<std::string> files;
  const char* source = std::getenv("MOCKARTY_SOURCE_DIR");
  const std::filesystem::path root = std::filesystem::path(source != nullptr ? source : ".") / folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() == ".js") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string CaseName(const testing::TestParamInfo<std::string>& file) {
  return std::filesystem::path(file.param).stem().string();
}

INSTANTIATE_TEST_SUITE_P(Files, BreakageTest, testing::ValuesIn(Files("tests/duktape/breakage")), CaseName);

}  // namespace
}  // namespace mockarty::duktape_test

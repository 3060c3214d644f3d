// A Duktape heap for tests: accounting allocator with a limit, a deadline counted in questions, helpers to run text.
//
// The deadline counts how often Duktape asks mockarty_exec_timeout() instead of looking at a clock, so that outcomes do
// not depend on the speed of the machine.
#ifndef TESTS_DUKTAPE_HEAP_FIXTURE_H_
#define TESTS_DUKTAPE_HEAP_FIXTURE_H_

#include <cstddef>
#include <functional>
#include <string>

#include "third_party/duktape/duk_ext.h"

namespace mockarty::duktape_test {

class Heap {
 public:
  struct Options {
    size_t limit_bytes = 0;        // beyond what the heap has when it is ready; 0: no limit
    long fail_allocation = -1;     // the n-th allocation fails, and all after it; -1: none does
    int asks_before_timeout = -1;  // -1: no deadline
    std::function<void()> on_ask;  // called at each question, e.g. to switch fibers
  };

  Heap() : Heap(Options()) {}
  explicit Heap(Options options);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // False if the heap itself could not be made.
  bool ok() const { return ctx_ != nullptr; }
  duk_context* ctx() { return ctx_; }
  size_t bytes() const { return bytes_; }
  size_t allocations() const { return allocations_; }
  long allocation_calls() const { return allocation_calls_; }
  Options& options() { return options_; }

  // Result of the text as a string; "THROWS <error>" if it throws. `function_body` may use `return`.
  std::string Eval(const std::string& text);
  std::string RunBody(const std::string& function_body);

  // What mockarty_exec_timeout() answers.
  int Ask();

 private:
  static void* Alloc(void* udata, duk_size_t size);
  static void* Realloc(void* udata, void* ptr, duk_size_t size);
  static void Free(void* udata, void* ptr);
  bool MayAllocate(size_t size);

  Options options_;
  size_t bytes_ = 0;
  size_t allocations_ = 0;
  long allocation_calls_ = 0;
  size_t limit_bytes_ = 0;
  bool ready_ = false;
  duk_context* ctx_ = nullptr;
};

// The whole of a file; fails the test if it cannot be read.
std::string ReadFile(const std::string& path);

}  // namespace mockarty::duktape_test

#endif  // TESTS_DUKTAPE_HEAP_FIXTURE_H_

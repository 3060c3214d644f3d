#include "tests/duktape/heap_fixture.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

extern "C" int mockarty_exec_timeout(void* heap_udata) {
  return static_cast<mockarty::duktape_test::Heap*>(heap_udata)->Ask();
}

extern "C" duk_ret_t mockarty_host_call(duk_context* ctx, int) {
  return duk_error(ctx, DUK_ERR_ERROR, "no timers here");
}

extern "C" int mockarty_position(void*, unsigned id, unsigned pc, const char** file, unsigned* line, unsigned* column) {
  *file = "recorded.js";
  *line = id;
  *column = pc + 1;
  return 1;
}

namespace mockarty::duktape_test {

Heap::Heap(Options options) : options_(std::move(options)) {
  // Without a fatal handler: running out of memory here returns null.
  ctx_ = duk_create_heap(&Alloc, &Realloc, &Free, this, nullptr);
  ready_ = true;
  if (options_.limit_bytes != 0) limit_bytes_ = bytes_ + options_.limit_bytes;
}

Heap::~Heap() {
  ready_ = false;  // finalizers run to their end
  limit_bytes_ = 0;
  options_.fail_allocation = -1;
  if (ctx_ != nullptr) duk_destroy_heap(ctx_);
  EXPECT_EQ(bytes_, 0u) << "the heap left memory behind";
}

bool Heap::MayAllocate(size_t size) {
  if (options_.fail_allocation >= 0 && allocation_calls_ >= options_.fail_allocation) return false;
  allocation_calls_++;
  return limit_bytes_ == 0 || bytes_ + size <= limit_bytes_;
}

void* Heap::Alloc(void* udata, duk_size_t size) {
  auto* self = static_cast<Heap*>(udata);
  if (size == 0 || !self->MayAllocate(size)) return nullptr;
  void* ptr = std::malloc(size);
  if (ptr == nullptr) return nullptr;
  self->bytes_ += malloc_usable_size(ptr);
  self->allocations_++;
  return ptr;
}

void* Heap::Realloc(void* udata, void* ptr, duk_size_t size) {
  auto* self = static_cast<Heap*>(udata);
  if (ptr == nullptr) return Alloc(udata, size);
  if (size == 0) {
    Free(udata, ptr);
    return nullptr;
  }
  if (!self->MayAllocate(size)) return nullptr;
  const size_t old_size = malloc_usable_size(ptr);
  void* moved = std::realloc(ptr, size);
  if (moved == nullptr) return nullptr;
  self->bytes_ = self->bytes_ - old_size + malloc_usable_size(moved);
  return moved;
}

void Heap::Free(void* udata, void* ptr) {
  auto* self = static_cast<Heap*>(udata);
  if (ptr == nullptr) return;
  self->bytes_ -= malloc_usable_size(ptr);
  self->allocations_--;
  std::free(ptr);
}

int Heap::Ask() {
  if (!ready_) return 0;
  if (options_.on_ask) options_.on_ask();
  if (options_.asks_before_timeout < 0) return 0;
  if (options_.asks_before_timeout > 0) {
    options_.asks_before_timeout--;
    return 0;
  }
  return 1;
}

std::string Heap::Eval(const std::string& text) {
  const bool threw = duk_peval_lstring(ctx_, text.data(), text.size()) != 0;
  std::string result = threw ? "THROWS " : "";
  result += duk_safe_to_string(ctx_, -1);
  duk_pop(ctx_);
  return result;
}

std::string Heap::RunBody(const std::string& function_body) {
  return Eval("(function () {\n" + function_body + "\n})()");
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << "cannot read " << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace mockarty::duktape_test

// The C interface of duk_ext.h, and what it promises about deadlines and the native stack.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/stack_limit.h"
#include "tests/duktape/heap_fixture.h"

namespace mockarty::duktape_test {
namespace {

TEST(PushObjectProto, HasThePrototypeAndRoom) {
  Heap heap;
  duk_context* ctx = heap.ctx();
  ASSERT_EQ(heap.Eval("proto = {hello: 'x'}; 1"), "1");
  duk_get_global_string(ctx, "proto");
  void* proto = duk_get_heapptr(ctx, -1);
  duk_x_push_object_proto(ctx, proto, 3);
  const size_t before = heap.allocations();
  for (const char* key : {"length", "name", "value"}) {  // strings in ROM: no allocation of their own
    duk_push_int(ctx, 1);
    duk_put_prop_string(ctx, -2, key);
  }
  EXPECT_EQ(heap.allocations(), before);
  duk_get_prop_string(ctx, -1, "hello");
  EXPECT_STREQ(duk_get_string(ctx, -1), "x");
  duk_set_top(ctx, 0);
  duk_x_push_object_proto(ctx, nullptr, 0);
  duk_get_prototype(ctx, -1);
  EXPECT_TRUE(duk_is_undefined(ctx, -1));
}

// A BigInt of the bytes after its mark: sign, six zeros, limbs.
bool IsBigInt(std::vector<unsigned char> bytes) {
  Heap heap;
  bytes.insert(bytes.begin(), 0x83);
  duk_push_lstring(heap.ctx(), reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return duk_x_is_bigint(heap.ctx(), -1) != 0;
}

TEST(BigInt, HasOneFormOnly) {
  EXPECT_TRUE(IsBigInt({0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(IsBigInt({0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(IsBigInt({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_FALSE(IsBigInt({1, 0, 0, 0, 0, 0, 0})) << "-0n";
  EXPECT_FALSE(IsBigInt({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) << "a limb too many";
  EXPECT_FALSE(IsBigInt({2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})) << "no sign";
  EXPECT_FALSE(IsBigInt({0, 0, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})) << "not zero";
  EXPECT_FALSE(IsBigInt({0, 0, 0, 0, 0, 0, 0, 1})) << "half a limb";
  EXPECT_FALSE(IsBigInt({}));
  std::vector<unsigned char> largest(7 + (1 << 17), 0);
  largest.back() = 0x80;
  EXPECT_TRUE(IsBigInt(largest));
  largest.resize(largest.size() + 8, 1);
  EXPECT_FALSE(IsBigInt(largest)) << "too large";
}

TEST(BigInt, ComesAndGoesAsText) {
  Heap heap;
  duk_context* ctx = heap.ctx();
  ASSERT_EQ(duk_peval_string(ctx, "12345678901234567890123n"), 0);
  EXPECT_TRUE(duk_x_is_bigint(ctx, -1));
  EXPECT_TRUE(duk_is_symbol(ctx, -1));
  duk_size_t length = 0;
  duk_dup(ctx, -1);
  EXPECT_EQ(std::string(duk_x_to_utf8(ctx, -1, &length)), "12345678901234567890123");
  EXPECT_STREQ(duk_safe_to_string(ctx, -2), "12345678901234567890123");
  EXPECT_FALSE(duk_x_is_bigint(ctx, -1));
  duk_push_string(ctx, "1");
  EXPECT_FALSE(duk_x_is_bigint(ctx, -1));
  EXPECT_FALSE(duk_x_is_bigint(ctx, 100));
  duk_x_push_utf8(ctx, "\x83\0\0\0\0\0\0\0", 8);
  EXPECT_FALSE(duk_x_is_bigint(ctx, -1));
}

// Walks the value of `text` with duk_x_entry(): "key=value,..." with "*" for skipped slots, "-1" where it gives up.
std::string Entries(const std::string& text) {
  Heap heap;
  duk_context* ctx = heap.ctx();
  EXPECT_EQ(duk_peval_string(ctx, text.c_str()), 0) << duk_safe_to_string(ctx, -1);
  std::string result;
  for (duk_uint_t i = 0;; i++) {
    const duk_idx_t top = duk_get_top(ctx);
    const int what = duk_x_entry(ctx, 0, i);
    EXPECT_EQ(duk_get_top(ctx), top + (what == 1 ? 2 : 0));
    if (what == 0) return result;
    if (what == -1) return result + "-1";
    if (what == 2) {
      result += "*,";
      continue;
    }
    result += std::string(duk_get_string(ctx, -2)) + "=" + duk_safe_to_string(ctx, -1) + ",";
    duk_pop_2(ctx);
  }
}

TEST(Entry, WalksPlainObjects) {
  EXPECT_EQ(Entries("({a: 1, 'b c': 'x'})"), "a=1,b c=x,");
  EXPECT_EQ(Entries("({})"), "");
  EXPECT_EQ(Entries("Object.create({inherited: 1}, {own: {value: 2, enumerable: true}})"), "own=2,");
}

TEST(Entry, SkipsWhatEnumerationSkips) {
  EXPECT_EQ(Entries("var o = {a: 1, b: 2, c: 3}; delete o.b; o"), "a=1,*,c=3,");
  EXPECT_EQ(Entries("Object.defineProperty({a: 1}, 'hidden', {value: 2})"), "a=1,*,");
  EXPECT_EQ(Entries("var s = {a: 1}; s[Symbol('x')] = 2; s"), "a=1,*,");
  EXPECT_EQ(Entries("var w = {a: 1}; new WeakMap().set(w, 5); w"), "a=1,*,");
}

TEST(Entry, LeavesOtherObjectsToEnumerators) {
  for (const char* text : {"[1]", "new Proxy({}, {})", "Math", "new String('x')", "new Uint8Array(2)", "1", "'x'",
                           "null", "({get a() { return 1; }})", "({1: 'x'})"}) {
    EXPECT_EQ(Entries(text), "-1") << text;
  }
}

std::string PushUtf8(const std::string& bytes, const std::string& expression) {
  Heap heap;
  duk_x_push_utf8(heap.ctx(), bytes.data(), bytes.size());
  duk_put_global_string(heap.ctx(), "s");
  return heap.Eval(expression);
}

TEST(PushUtf8, KeepsPlainText) {
  EXPECT_EQ(PushUtf8("", "s.length"), "0");
  EXPECT_EQ(PushUtf8("a\xc3\xa4\xe2\x82\xac", "s === 'a\\u00e4\\u20ac'"), "true");
  EXPECT_EQ(PushUtf8(std::string("a\0b", 3), "s === 'a\\u0000b'"), "true");
}

TEST(PushUtf8, MakesSurrogatePairs) {
  EXPECT_EQ(PushUtf8("x\xf0\x9f\x98\x80y", "s === 'x\\ud83d\\ude00y' && s.length === 4"), "true");
}

TEST(PushUtf8, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(PushUtf8("a\xff"
                     "b",
                     "s === 'a\\ufffdb'"),
            "true");
  EXPECT_EQ(PushUtf8("\xc3", "s === '\\ufffd'"), "true");
  EXPECT_EQ(PushUtf8("\xc0\x80", "s === '\\ufffd\\ufffd'"), "true");
  EXPECT_EQ(PushUtf8("\xed\xa0\x80", "s === '\\ufffd\\ufffd\\ufffd'"), "true");  // a surrogate in UTF-8
  EXPECT_EQ(PushUtf8("\xf5\x80\x80\x80", "s.length"), "4");
  EXPECT_EQ(PushUtf8("\x82secret", "typeof s + s.length"), "string7");  // would be a hidden symbol
}

std::string ToUtf8(const std::string& expression) {
  Heap heap;
  duk_size_t length = 0;
  EXPECT_EQ(duk_peval_string(heap.ctx(), expression.c_str()), 0);
  const char* text = duk_x_to_utf8(heap.ctx(), -1, &length);
  return std::string(text, length);
}

TEST(ToUtf8, JoinsSurrogatesAndReplacesLoneOnes) {
  EXPECT_EQ(ToUtf8("'abc'"), "abc");
  EXPECT_EQ(ToUtf8("12.5"), "12.5");
  EXPECT_EQ(ToUtf8("'x\\ud83d\\ude00y'"), "x\xf0\x9f\x98\x80y");
  EXPECT_EQ(ToUtf8("'\\ud83d'"), "\xef\xbf\xbd");
  EXPECT_EQ(ToUtf8("'\\ude00\\ud83d!'"), "\xef\xbf\xbd\xef\xbf\xbd!");
  EXPECT_EQ(ToUtf8("'\\ud7ff\\ue000'"), "\xed\x9f\xbf\xee\x80\x80");
}

TEST(Jobs, RunInOrderAndAreCounted) {
  Heap heap;
  EXPECT_EQ(mockarty_duk_run_jobs(heap.ctx()), 0);
  ASSERT_EQ(heap.Eval("log = []; Promise.resolve(1).then(function (v) { log.push('a' + v); }).then(function () {"
                      "log.push('c'); }); Promise.resolve(2).then(function (v) { log.push('b' + v); }); log.join()"),
            "");
  EXPECT_EQ(mockarty_duk_run_jobs(heap.ctx()), 3);
  EXPECT_EQ(heap.Eval("log.join()"), "a1,b2,c");
  EXPECT_EQ(mockarty_duk_run_jobs(heap.ctx()), 0);
  EXPECT_EQ(duk_get_top(heap.ctx()), 0);
}

duk_ret_t RunJobs(duk_context* ctx, void*) {
  duk_push_int(ctx, mockarty_duk_run_jobs(ctx));
  return 1;
}

TEST(Jobs, MicrotaskThatThrowsKeepsTheOthers) {
  Heap heap;
  ASSERT_EQ(heap.Eval("log = []; queueMicrotask(function () { log.push(1); throw new Error('boom'); });"
                      "queueMicrotask(function () { log.push(2); }); 'x'"),
            "x");
  EXPECT_NE(duk_safe_call(heap.ctx(), RunJobs, nullptr, 0, 1), 0);
  EXPECT_STREQ(duk_safe_to_string(heap.ctx(), -1), "Error: boom");
  duk_pop(heap.ctx());
  EXPECT_EQ(duk_safe_call(heap.ctx(), RunJobs, nullptr, 0, 1), 0);
  EXPECT_EQ(duk_get_int(heap.ctx(), -1), 1);
  duk_pop(heap.ctx());
  EXPECT_EQ(heap.Eval("log.join()"), "1,2");
}

std::vector<std::string> Unhandled(Heap& heap) {
  std::vector<std::string> reasons;
  while (mockarty_duk_take_unhandled(heap.ctx())) {
    reasons.push_back(duk_safe_to_string(heap.ctx(), -1));
    duk_pop(heap.ctx());
  }
  EXPECT_EQ(duk_get_top(heap.ctx()), 0);
  return reasons;
}

TEST(UnhandledRejections, AreThoseWithoutAHandler) {
  Heap heap;
  EXPECT_TRUE(Unhandled(heap).empty());
  ASSERT_EQ(heap.Eval("Promise.reject(new Error('one')); Promise.reject('caught').catch(function () {});"
                      "Promise.resolve().then(function () { throw 'two'; }); late = Promise.reject('late'); 1"),
            "1");
  mockarty_duk_run_jobs(heap.ctx());
  ASSERT_EQ(heap.Eval("late.then(null, function () {}); 1"), "1");
  mockarty_duk_run_jobs(heap.ctx());
  EXPECT_EQ(Unhandled(heap), (std::vector<std::string>{"Error: one", "two"}));
  EXPECT_TRUE(Unhandled(heap).empty());
}

TEST(UnhandledRejections, AreBounded) {
  Heap heap;
  ASSERT_EQ(heap.Eval("for (var i = 0; i < 1000; i++) Promise.reject(i); 1"), "1");
  const std::vector<std::string> reasons = Unhandled(heap);
  EXPECT_EQ(reasons.size(), 64u);
  EXPECT_EQ(reasons.front(), "0");
}

TEST(Deadline, IsAskedInsideOneRegularExpression) {
  Heap heap;
  heap.options().asks_before_timeout = 2;
  EXPECT_EQ(heap.Eval("/^(a+)+$/.test(new Array(32).join('a') + 'b')"), "THROWS RangeError: execution timeout");
  heap.options().asks_before_timeout = -1;
  EXPECT_EQ(heap.Eval("/^(a+)+$/.test('aaa')"), "true");
}

TEST(StackLimit, NullMeansNoCheck) {
  Heap heap;
  ASSERT_EQ(mockarty_stack_limit, nullptr);
  EXPECT_EQ(heap.Eval("(function f(n) { return n ? [n].map(function () { return f(n - 1); })[0] : 'deep'; })(100)"),
            "deep");
}

TEST(StackLimit, IsARangeError) {
  Heap heap;
  mockarty_stack_limit = static_cast<char*>(__builtin_frame_address(0)) - (64 << 10);
  const std::string result = heap.Eval("(function f() { [1].forEach(f); })()");
  const std::string compiled = heap.Eval("eval(new Array(5000).join('(') + 1 + new Array(5000).join(')'))");
  mockarty_stack_limit = nullptr;
  EXPECT_EQ(result, "THROWS RangeError: C stack depth limit");
  EXPECT_EQ(compiled, "THROWS RangeError: C stack depth limit (line 1)");
}

// Line numbers survive a trip through bytecode: errors of scripts name their line.
TEST(Bytecode, KeepsLinesAndConstructors) {
  Heap heap;
  duk_context* ctx = heap.ctx();
  duk_push_string(ctx, "script.js");
  ASSERT_EQ(duk_pcompile_string_filename(ctx, DUK_COMPILE_FUNCTION,
                                         "function () {\n function F() {}\n F.prototype.x = 1;\n"
                                         " if (new F().x !== 1) return 'wrong';\n throw new Error('here');\n}"),
            0);
  duk_dump_function(ctx);
  duk_load_function(ctx);
  ASSERT_NE(duk_pcall(ctx, 0), 0);
  duk_get_prop_string(ctx, -1, "stack");
  EXPECT_NE(std::string(duk_safe_to_string(ctx, -1)).find("script.js:5"), std::string::npos)
      << duk_safe_to_string(ctx, -1);
}

}  // namespace
}  // namespace mockarty::duktape_test

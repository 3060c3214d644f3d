// What heaps cost, that they do not grow, and that running out of memory anywhere is survived.
#include <gtest/gtest.h>

#include <string>

#include "common/base/stack_limit.h"
#include "tests/duktape/heap_fixture.h"

namespace mockarty::duktape_test {
namespace {

TEST(HeapSize, ABareHeapIsSmall) {
  Heap heap;
  ASSERT_TRUE(heap.ok());
  // 4.9 KB in 7 allocations when this was written; stock Duktape takes 101 KB in 1456.
  EXPECT_LT(heap.bytes(), 6u << 10);
  EXPECT_LE(heap.allocations(), 8u);
}

TEST(HeapSize, LookingAtTheLibraryCostsNothing) {
  Heap heap;
  // The first run makes room in the value stack and interns the strings of the text.
  const std::string text = "[Map, Set, WeakMap, WeakSet, Promise, Array.prototype.flat, structuredClone].length";
  EXPECT_EQ(heap.Eval(text), "7");
  duk_gc(heap.ctx(), 0);
  const size_t before = heap.bytes();
  EXPECT_EQ(heap.Eval(text), "7");
  duk_gc(heap.ctx(), 0);
  EXPECT_EQ(heap.bytes(), before);
}

// Runs `setup`, then `body` 100,000 times without a forced collection, and returns by how much the heap has grown.
size_t GrowthOf(const std::string& setup, const std::string& body) {
  Heap heap;
  EXPECT_EQ(heap.Eval(setup + "; function round() {" + body + "} for (var i = 0; i < 1000; i++) round(); 'ready'"),
            "ready");
  const size_t before = heap.bytes();
  size_t peak = before;
  for (int i = 0; i < 100; i++) {
    EXPECT_EQ(heap.Eval("for (var i = 0; i < 1000; i++) round(); 'ok'"), "ok");
    peak = std::max(peak, heap.bytes());
  }
  return peak - before;
}

constexpr size_t kFlat = 8 << 10;
const char kCheck[] =
    "var res = {status: 200};"
    "function check(r, set) { for (var k in set) if (!set[k](r)) throw new Error(k); }";

TEST(MemoryPerClosure, CheckIdiomStaysFlat) {
  EXPECT_LT(GrowthOf(kCheck, "check(res, {'status is 200': function (r) { return r.status === 200; }});"), kFlat);
}

TEST(MemoryPerClosure, StrictCheckIdiomStaysFlat) {
  EXPECT_LT(GrowthOf(kCheck, "'use strict'; check(res, {'ok': function (r) { return r.status === 200; }});"), kFlat);
}

// What Babel makes of an arrow function under a literal key.
TEST(MemoryPerClosure, NamedFunctionExpressionStaysFlat) {
  EXPECT_LT(GrowthOf(kCheck, "check(res, {'ok': function ok(r) { return r.status === 200; }});"), kFlat);
}

// A closure whose prototype was asked for is a cycle: it takes a collection, but must not be kept for ever.
TEST(MemoryPerClosure, ConstructedClosuresAreCollected) {
  Heap heap;
  EXPECT_EQ(heap.Eval("function round() { function F() {} return new F(); } round(); 1"), "1");
  duk_gc(heap.ctx(), 0);
  const size_t before = heap.bytes();
  EXPECT_EQ(heap.Eval("for (var i = 0; i < 1000; i++) round(); 1"), "1");
  duk_gc(heap.ctx(), 0);
  EXPECT_LT(heap.bytes(), before + 1024);
}

TEST(MemoryPerCollection, MapsAndPromisesStayFlat) {
  EXPECT_LT(GrowthOf("", "var m = new Map([[1, {}], ['x', []]]); m.forEach(function () {}); m.delete(1); m.clear();"),
            kFlat);
  EXPECT_LT(GrowthOf("", "Array.from(new Set([1, 2, 3])); Object.entries({a: 1});"), kFlat);
}

TEST(MemoryPerBigInt, StaysFlat) {
  EXPECT_LT(GrowthOf("var n = 1n",
                     "n++; var b = (n << 5000n) * 3n; String(b % 1000n); BigInt(b.toString(16).length);"
                     "({})[b >> 4900n]; b == 1; -b < n; BigInt.asUintN(64, ~b); Object(b) + b;"),
            kFlat);
}

// A queue: every entry is deleted at some time, the table must not grow.
TEST(MemoryPerCollection, MapAsQueueStaysFlat) {
  EXPECT_LT(GrowthOf("var q = new Map(), n = 0", "q.set(n, {}); if (n > 10) q.delete(n - 10); n++;"), kFlat);
}

TEST(MemoryPerCollection, WeakMapEntriesGoWithTheirKeys) {
  EXPECT_LT(GrowthOf("var w = new WeakMap()", "w.set({}, {});"), kFlat);
}

TEST(CopyOnWrite, PaysOnlyForTheObjectWritten) {
  Heap heap;
  EXPECT_EQ(heap.Eval("[].includes(1)"), "false");
  duk_gc(heap.ctx(), 0);
  const size_t before = heap.bytes();
  EXPECT_EQ(heap.Eval("Array.prototype.last = function () { return this[this.length - 1]; }; [1, 2].last()"), "2");
  duk_gc(heap.ctx(), 0);
  EXPECT_LT(heap.bytes(), before + (4 << 10));
}

TEST(CopyOnWrite, HeapsDoNotSeeEachOther) {
  Heap one, two;
  EXPECT_EQ(one.Eval("Array.prototype.x = 1; Math.PI2 = 6; Object.prototype.y = 2; [].x + Math.PI2 + ({}).y"), "9");
  EXPECT_EQ(two.Eval("typeof [].x + typeof Math.PI2 + typeof ({}).y"), "undefinedundefinedundefined");
}

// Runs out of memory at the n-th allocation for every n until the text gets through. Nothing may crash or leak (the
// heap checks the latter when it is destroyed), and with memory again the heap must work.
class OutOfMemoryTest : public testing::TestWithParam<const char*> {};

TEST_P(OutOfMemoryTest, IsSurvivedAtEveryAllocation) {
  const std::string text = GetParam();
  bool got_through = false;
  for (long n = 0; n < 4000 && !got_through; n++) {
    Heap heap;
    ASSERT_TRUE(heap.ok());
    heap.options().fail_allocation = heap.allocation_calls() + n;
    const std::string result = heap.Eval(text);
    heap.options().fail_allocation = -1;
    if (result.rfind("THROWS", 0) != 0) {
      EXPECT_EQ(result, "done");
      got_through = true;
    }
    EXPECT_EQ(heap.Eval("var f = function () {}; f.prototype.constructor === f && new Map([[1, 2]]).get(1)"), "2")
        << "after allocation " << n << " failed";
  }
  EXPECT_TRUE(got_through);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, OutOfMemoryTest,
    testing::Values(
        "(function () { var f = function g() {}; f.prototype.x = 1; new f(); return 'done'; })()",
        "(function () { 'use strict'; var a = [function () {}, function () {}]; Object.freeze(a[0]); return 'done'; "
        "})()",
        "var m = new Map(); for (var i = 0; i < 20; i++) m.set('k' + i, {}); m.delete('k3'); m.forEach(function () {});"
        "Array.from(m.entries()); m.clear(); 'done'",
        "var s = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]); new Set(s).union(s); 'done'",
        "var w = new WeakMap(), k = {}; w.set(k, 1); w.set(Math, 2); w.get(k) + w.get(Math) === 3 ? 'done' : 'wrong'",
        "Promise.all([1, Promise.resolve(2), new Promise(function (ok) { ok(3); })]).then(function () {}); 'done'",
        "Array.prototype.x = 1; Object.defineProperty(String.prototype, 'y', {get: function () {}});"
        "Object.setPrototypeOf(Map.prototype, {z: 1}); delete Math.abs; Object.freeze(JSON); 'done'",
        "'a1b2'.replaceAll('1', 'x').padStart(30, 'ab'); Array.from('abc'.matchAll(/b/g)); 'done'",
        "[[1, [2]], 3].flat(Infinity).flatMap(function (x) { return [x]; }).toSorted(); 'done'",
        "structuredClone({a: [new Date(0), new Map([[1, 2]])]}); 'done'",
        "var b = 3n ** 900n; b++; String(b * b / 7n % (1n << 300n) | -b) > 1n; BigInt.asIntN(70, -b); var o = {}; "
        "o[b] = b.toString(36); Number(b) == b; BigInt('0x1f' + Array(500).join('0')); Object(b) + 1n; 'done'"));

// The same for the heap itself.
TEST(OutOfMemory, WhileTheHeapIsMade) {
  long n = 0;
  for (; n < 100; n++) {
    Heap::Options options;
    options.fail_allocation = n;
    Heap heap(options);
    if (heap.ok()) break;
  }
  EXPECT_GT(n, 0);
  EXPECT_LT(n, 100);
}

}  // namespace
}  // namespace mockarty::duktape_test

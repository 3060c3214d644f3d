#include "engine/modules/core_module.h"

#include <cmath>
#include <iterator>
#include <string_view>

#include "engine/collect/collector.h"
#include "engine/modules/fake_random.h"
#include "engine/modules/tag_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr size_t kMaxGroupNameBytes = 256;
// A year; a longer sleep is a mistake of units.
constexpr double kMaxSleepSeconds = 365.0 * 24 * 3600;

// Counts one check, whose key and value are on the top of the stack, and pops them.
bool RunCheck(JsCall call, VuContext& vu, const SampleScope& scope) {
  if (call.IsFunction(-1)) {
    call.Duplicate(0);
    if (!call.ProtectedCall(1)) {
      vu.collector->AddCheck(call.String(-2), false, scope);
      call.Rethrow();
    }
  }
  const bool pass = call.Truthy(-1);
  vu.collector->AddCheck(call.String(-2), pass, scope);
  call.Pop(2);
  return pass;
}

// check(value, {name: function or value, ...}, tags): true when all passed.
JsReturn Check(JsCall call) {
  if (!call.IsObject(1)) {
    call.Throw(JsError::kTypeError, "check: expected an object of named conditions as the second argument");
  }
  auto& vu = call.Host<VuContext>();
  SampleScope scope = vu.scope;
  if (call.IsObject(2)) {
    scope.tags = ReadTags(call, 2, scope.tags);
  }
  bool all = true;
  for (unsigned i = 0;; ++i) {
    const JsCall::Slot slot = call.PropertySlot(1, i);
    if (slot == JsCall::Slot::kEnd) {
      call.PushBool(all);
      return JsReturn::kTop;
    }
    if (slot == JsCall::Slot::kUnsupported) {
      break;
    }
    if (slot == JsCall::Slot::kKeyValue && !RunCheck(call, vu, scope)) {
      all = false;
    }
  }
  // Arrays, proxies and objects with getters: the general way.
  all = true;
  call.BeginProperties(1);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    if (!RunCheck(call, vu, scope)) {
      all = false;
    }
  }
  call.PushBool(all);
  return JsReturn::kTop;
}

JsReturn Sleep(JsCall call) {
  auto& vu = call.Host<VuContext>();
  // Text of a number, as __ENV gives it, is a number; nothing, null and objects are mistakes.
  call.SetTop(1);
  call.Duplicate(0);
  const double seconds = call.IsNumber(0) || call.IsString(0) ? call.CoerceToNumber(0) : NAN;
  if (!(seconds >= 0) || seconds > kMaxSleepSeconds) {
    call.CoerceToString(1);
    const std::string_view given = call.String(1).substr(0, 100);
    call.Throw(JsError::kTypeError, "sleep: expected a number of seconds from 0 to a year, got %.*s",
               static_cast<int>(given.size()), given.data());
  }
  if (vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "sleep: not available in the init stage, only in the default function");
  }
  call.Heap().CollectIfGrown();
  const Nanos now = MonotonicNow();
  vu.fiber->SleepUntil(now + static_cast<Nanos>(seconds * 1e9));
  if (vu.fiber->Interrupted()) {
    call.Throw(JsError::kError, "interrupted: the run is ending");
  }
  return JsReturn::kUndefined;
}

// group(name, function): runs it, and counts what happens inside under the name.
JsReturn Group(JsCall call) {
  if (!call.IsString(0) || call.RawString(0).empty()) {
    call.Throw(JsError::kTypeError, "group: expected a name as the first argument");
  }
  if (!call.IsFunction(1)) {
    call.Throw(JsError::kTypeError, "group: expected a function as the second argument");
  }
  auto& vu = call.Host<VuContext>();
  if (call.RawString(0).size() > kMaxGroupNameBytes) {
    call.Throw(JsError::kRangeError, "group: the name is longer than %zu bytes", kMaxGroupNameBytes);
  }
  const GroupId outer = vu.scope.group;
  const GroupId inner = vu.collector->ChildGroup(outer, call.String(0));
  vu.scope.group = inner;
  const Nanos start = MonotonicNow();
  call.SetTop(2);
  const bool returned = call.ProtectedCall(0);
  vu.collector->AddGroupDuration(inner, MonotonicNow() - start, vu.scope.tags);
  vu.scope.group = outer;
  if (!returned) {
    call.Rethrow();
  }
  return JsReturn::kTop;
}

JsReturn Fail(JsCall call) {
  if (call.IsNullOrUndefined(0)) {
    call.Throw(JsError::kError, "fail() was called");
  }
  call.CoerceToString(0);
  const std::string_view reason = call.String(0).substr(0, 900);
  call.Throw(JsError::kError, "%.*s", static_cast<int>(reason.size()), reason.data());
}

// What Math.random is once randomSeed() was called.
JsReturn SeededRandom(JsCall call) {
  call.PushNumber(FakeRandom(call.Host<VuContext>().random_state).Unit());
  return JsReturn::kTop;
}

// randomSeed(number): Math.random and faker give this virtual user the same values in every run.
JsReturn RandomSeed(JsCall call) {
  if (!call.IsNumber(0) || !std::isfinite(call.Number(0))) {
    call.Throw(JsError::kTypeError, "randomSeed: expected a number");
  }
  call.Host<VuContext>().random_state = FakeRandom::StateOf(call.Number(0));
  call.PushGlobalObject();
  call.GetProperty(-1, "Math");
  call.PushFunction(&JsTrampoline<SeededRandom>, 0);
  call.PutProperty(-2, "random");
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kModuleFunctions[] = {
    {"randomSeed", &JsTrampoline<RandomSeed>, 1, 0},
};

constexpr JsFunctionSpec kFunctions[] = {
    {"check", &JsTrampoline<Check>, 3, 0},
    {"sleep", &JsTrampoline<Sleep>, 1, 0},
    {"group", &JsTrampoline<Group>, 2, 0},
    {"fail", &JsTrampoline<Fail>, 1, 0},
};

}  // namespace

void PutCoreFunctions(JsCall call) { PutFunctions(call, kFunctions, std::size(kFunctions)); }

void PushCoreModule(JsCall call) {
  call.PushObject();
  PutCoreFunctions(call);
  PutFunctions(call, kModuleFunctions, std::size(kModuleFunctions));
}

}  // namespace mockarty

#include "engine/modules/execution_module.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

#include "common/metrics/registry.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/collect/collector.h"
#include "engine/vu/execution.h"
#include "engine/vu/script_verdict.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

double Count(uint64_t number) { return static_cast<double>(number); }

// --- vu ---

enum VuField { kIdInInstance, kIdInTest, kIterationOfVu, kIterationInScenario };
constexpr const char* kVuFields[] = {"idInInstance", "idInTest", "iterationInInstance", "iterationInScenario"};

// A virtual user belongs to one scenario, so both of its counts of iterations are one.
JsReturn GetVuField(JsCall call) {
  const auto& vu = call.Host<VuContext>();
  switch (call.Magic()) {
    case kIdInInstance:
      call.PushNumber(Count(VuInInstance(vu)));
      break;
    case kIdInTest:
      call.PushNumber(vu.number);
      break;
    default:
      call.PushNumber(Count(vu.iteration));
      break;
  }
  return JsReturn::kTop;
}

// --- vu.metrics.tags: a Proxy over the tags of the virtual user's samples ---

// The tags in effect without `key`, copied: interning may move what the registry has.
struct TagCopy {
  TagView views[MetricRegistry::kMaxTagsInSet];
  size_t count = 0;
};

void CopyTags(const VuContext& vu, std::string_view without, TagCopy* copy) {
  for (const Tag& tag : vu.settings->registry->Tags(vu.scope.tags)) {
    if (tag.key != without && copy->count < std::size(copy->views)) {
      copy->views[copy->count++] = {tag.key, tag.value};
    }
  }
}

bool FindTag(const VuContext& vu, std::string_view key, std::string_view* value) {
  for (const Tag& tag : vu.settings->registry->Tags(vu.scope.tags)) {
    if (tag.key == key) {
      *value = tag.value;
      return true;
    }
  }
  return false;
}

// handler.get(target, key)
JsReturn GetTag(JsCall call) {
  std::string_view value;
  if (call.IsString(1) && FindTag(call.Host<VuContext>(), call.String(1), &value)) {
    call.PushString(value);
    return JsReturn::kTop;
  }
  call.Duplicate(1);
  call.GetKey(0);  // methods of objects
  return JsReturn::kTop;
}

// handler.has(target, key)
JsReturn HasTag(JsCall call) {
  std::string_view value;
  call.PushBool(call.IsString(1) && FindTag(call.Host<VuContext>(), call.String(1), &value));
  return JsReturn::kTop;
}

// handler.set(target, key, value)
JsReturn SetTag(JsCall call) {
  auto& vu = call.Host<VuContext>();
  if (!call.IsString(1) || call.RawString(1).empty() || call.RawString(1).size() > MetricRegistry::kMaxTagKeyBytes) {
    call.Throw(JsError::kTypeError, "vu.metrics.tags: expected a name of 1 to %zu bytes",
               MetricRegistry::kMaxTagKeyBytes);
  }
  if (!call.IsString(2) && !call.IsNumber(2) && !call.IsBoolean(2)) {
    const std::string_view key = call.String(1);
    call.Throw(JsError::kTypeError, "vu.metrics.tags: expected text, a number or a truth value for \"%.*s\"",
               static_cast<int>(key.size()), key.data());
  }
  call.CoerceToString(2);
  char key[MetricRegistry::kMaxTagKeyBytes * 2];
  const std::string_view name = CutUtf8(call.String(1), sizeof key);
  memcpy(key, name.data(), name.size());
  const std::string_view key_view(key, name.size());
  TagCopy tags;
  CopyTags(vu, key_view, &tags);
  if (tags.count == std::size(tags.views)) {
    call.Throw(JsError::kRangeError, "vu.metrics.tags: a sample has at most %zu tags", std::size(tags.views));
  }
  tags.views[tags.count++] = {key_view, CutUtf8(call.String(2), MetricRegistry::kMaxTagValueBytes)};
  vu.scope.tags = vu.collector->Tags({tags.views, tags.count});
  call.PushBool(true);
  return JsReturn::kTop;
}

// handler.deleteProperty(target, key)
JsReturn DeleteTag(JsCall call) {
  auto& vu = call.Host<VuContext>();
  if (call.IsString(1)) {
    TagCopy tags;
    CopyTags(vu, call.String(1), &tags);
    vu.scope.tags = vu.collector->Tags({tags.views, tags.count});
  }
  call.PushBool(true);
  return JsReturn::kTop;
}

// handler.ownKeys(target)
JsReturn TagKeys(JsCall call) {
  TagCopy tags;
  CopyTags(call.Host<VuContext>(), {}, &tags);
  call.PushArray();
  for (size_t i = 0; i < tags.count; ++i) {
    call.PushString(tags.views[i].key);
    call.PutIndex(-2, static_cast<unsigned>(i));
  }
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kTagTraps[] = {
    {"get", &JsTrampoline<GetTag>, 2, 0},      {"has", &JsTrampoline<HasTag>, 2, 0},
    {"set", &JsTrampoline<SetTag>, 3, 0},      {"deleteProperty", &JsTrampoline<DeleteTag>, 2, 0},
    {"ownKeys", &JsTrampoline<TagKeys>, 1, 0},
};

// --- scenario ---

enum ScenarioField { kName, kExecutor, kStartTime, kProgress, kIterationInInstance, kIterationInTest };
constexpr const char* kScenarioFields[] = {"name",           "executor", "startTime", "progress", "iterationInInstance",
                                           "iterationInTest"};

JsReturn GetScenarioField(JsCall call) {
  const auto& vu = call.Host<VuContext>();
  const int field = call.Magic();
  if (vu.scenario == nullptr || vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "scenario.%s: only a virtual user that runs an iteration has a scenario",
               kScenarioFields[field]);
  }
  switch (field) {
    case kName:
      call.PushString(vu.scenario->config->name);
      break;
    case kExecutor:
      call.PushString(ExecutorName(vu.scenario->config->executor));
      break;
    case kStartTime:
      call.PushNumber(static_cast<double>(ScenarioStartMs(vu)));
      break;
    case kProgress:
      call.PushNumber(ScenarioProgress(vu, MonotonicNow()));
      break;
    case kIterationInInstance:
      call.PushNumber(Count(IterationInInstance(vu)));
      break;
    default:
      call.PushNumber(Count(IterationInTest(vu)));
      break;
  }
  return JsReturn::kTop;
}

// --- instance ---

enum InstanceField { kInterrupted, kCompleted, kActive, kInitialized, kDuration };
constexpr const char* kInstanceFields[] = {"iterationsInterrupted", "iterationsCompleted", "vusActive",
                                           "vusInitialized", "currentTestRunDuration"};

JsReturn GetInstanceField(JsCall call) {
  const auto& vu = call.Host<VuContext>();
  const InstanceCounters* instance = vu.settings->instance;
  double value = 0;
  if (call.Magic() == kDuration) {
    value = static_cast<double>(RunElapsed(vu, MonotonicNow())) / 1e6;
  } else if (instance != nullptr) {
    switch (call.Magic()) {
      case kInterrupted:
        value = Count(instance->Sum(&WorkerCounters::interrupted));
        break;
      case kCompleted:
        value = Count(instance->Sum(&WorkerCounters::iterations));
        break;
      case kActive:
        value = Count(instance->Sum(&WorkerCounters::active));
        break;
      default:
        value = Count(instance->Sum(&WorkerCounters::made));
        break;
    }
  }
  call.PushNumber(value);
  return JsReturn::kTop;
}

// --- test ---

// test.options: what the script exports
JsReturn GetOptions(JsCall call) {
  call.PushStash();
  if (call.GetProperty(-1, "exports") && (call.IsObject(-1) || call.IsFunction(-1))) {
    call.GetProperty(-1, "options");
    if (call.IsObject(-1)) {
      return JsReturn::kTop;
    }
  }
  call.PushObject();
  return JsReturn::kTop;
}

// The reason that test.abort() and test.fail() were given, as text on the top of the stack.
std::string_view PushReason(JsCall call) {
  if (call.IsUndefined(0)) {
    call.PushString("");
  } else {
    call.Duplicate(0);
    call.CoerceToString(-1);
  }
  return call.String(-1);
}

// test.abort(reason): the run ends, here and on all runners. Its own iteration ends with an error.
JsReturn AbortTest(JsCall call) {
  const std::string_view reason = PushReason(call);
  if (ScriptVerdict* verdict = call.Host<VuContext>().settings->verdict; verdict != nullptr) {
    verdict->Abort(reason);
  }
  call.Throw(JsError::kError, "test aborted: %.*s", static_cast<int>(std::min<size_t>(reason.size(), 512)),
             reason.data());
}

// test.fail(reason): the run goes on and has failed.
JsReturn FailTest(JsCall call) {
  const std::string_view reason = PushReason(call);
  ScriptVerdict* verdict = call.Host<VuContext>().settings->verdict;
  if (verdict == nullptr) {
    call.Throw(JsError::kError, "test.fail: expected a call from an iteration, setup() or teardown()");
  }
  verdict->Fail(reason);
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kTestFunctions[] = {
    {"abort", &JsTrampoline<AbortTest>, 1, 0},
    {"fail", &JsTrampoline<FailTest>, 1, 0},
};

template <size_t kFields>
void PutGetters(JsCall call, const char* const (&names)[kFields], JsTrampolineFn getter) {
  for (size_t i = 0; i < kFields; ++i) {
    call.PutGetter(-1, names[i], getter, static_cast<int>(i));
  }
}

void PushVu(JsCall call) {
  call.PushObject();
  PutGetters(call, kVuFields, &JsTrampoline<GetVuField>);
  call.PushObject();
  call.PushObject();
  PutFunctions(call, kTagTraps, std::size(kTagTraps));
  call.PushProxy();
  call.Duplicate(-1);
  call.PutProperty(-3, "tags");
  call.PushObject();
  call.Insert(-2);
  call.PutProperty(-2, "tags");
  call.PutProperty(-2, "metrics");
}

}  // namespace

void PushExecutionModule(JsCall call) {
  call.Require(16);
  call.PushObject();
  PushVu(call);
  call.PutProperty(-2, "vu");
  call.PushObject();
  PutGetters(call, kScenarioFields, &JsTrampoline<GetScenarioField>);
  call.PutProperty(-2, "scenario");
  call.PushObject();
  PutGetters(call, kInstanceFields, &JsTrampoline<GetInstanceField>);
  call.PutProperty(-2, "instance");
  call.PushObject();
  call.PutGetter(-1, "options", &JsTrampoline<GetOptions>);
  PutFunctions(call, kTestFunctions, std::size(kTestFunctions));
  call.PutProperty(-2, "test");
}

}  // namespace mockarty

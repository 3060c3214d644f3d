#include "engine/modules/metrics_module.h"

#include <cmath>
#include <iterator>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "engine/collect/collector.h"
#include "engine/modules/tag_object.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr std::string_view kIdKey = MOCKARTY_HIDDEN_KEY("metric");

constexpr const char* KindName(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return "Counter";
    case MetricKind::kGauge:
      return "Gauge";
    case MetricKind::kRate:
      return "Rate";
    case MetricKind::kTrend:
      return "Trend";
  }
  return "";
}

// metric.add(value, tags)
JsReturn Add(JsCall call) {
  auto& vu = call.Host<VuContext>();
  call.SetTop(2);
  call.PushThis();
  if (!call.IsObject(2) || !call.GetHidden(2, kIdKey)) {
    call.Throw(JsError::kTypeError, "add: not called on a metric");
  }
  const auto metric = static_cast<MetricId>(call.Number(-1));
  double value;
  if (call.IsBoolean(0)) {
    value = call.Truthy(0) ? 1 : 0;
  } else if (call.IsNumber(0)) {
    value = call.Number(0);
  } else {
    value = call.IsNullOrUndefined(0) ? NAN : call.CoerceToNumber(0);
  }
  const MetricInfo& info = vu.settings->registry->Metric(metric);
  if (!std::isfinite(value) || (info.kind == MetricKind::kCounter && value < 0)) {
    call.Throw(JsError::kTypeError, "%s.add: expected a %sfinite number for metric '%s', got %g", KindName(info.kind),
               info.kind == MetricKind::kCounter ? "non-negative " : "", info.name.c_str(), value);
  }
  if (vu.phase == VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "%s.add: not available in the init stage, only in the default function",
               KindName(info.kind));
  }
  SampleScope scope = vu.scope;
  if (call.IsObject(1)) {
    scope.tags = ReadTags(call, 1, scope.tags);
  }
  vu.collector->Add(metric, value, MonotonicNow(), scope);
  return JsReturn::kUndefined;
}

// Defines the metric; the error text lands in `text`, so that nothing is owned when it is thrown.
bool Define(VuContext& vu, std::string_view name, MetricKind kind, bool is_time, MetricId* id, char* text,
            size_t text_size) {
  const auto defined = vu.settings->registry->DefineMetric(name, kind, is_time ? ValueUnit::kTime : ValueUnit::kPlain);
  if (!defined.ok()) {
    const absl::string_view message = defined.status().message();
    text[message.copy(text, text_size - 1)] = '\0';
    return false;
  }
  *id = *defined;
  return true;
}

// new Trend(name, isTime)
JsReturn Construct(JsCall call) {
  auto& vu = call.Host<VuContext>();
  const auto kind = static_cast<MetricKind>(call.Magic());
  if (!call.IsConstructorCall()) {
    call.Throw(JsError::kTypeError, "%s must be called with new", KindName(kind));
  }
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "new %s: expected the metric's name as a string", KindName(kind));
  }
  MetricId id = 0;
  char text[512];
  if (!Define(vu, call.String(0), kind, call.Truthy(1), &id, text, sizeof text)) {
    call.Throw(JsError::kError, "new %s: %s", KindName(kind), text);
  }
  const void*& prototype = vu.prototypes[VuContext::kMetric];
  if (prototype == nullptr) {
    call.PushStash();
    call.PushObject();
    call.PushFunction(&JsTrampoline<Add>, 2);
    call.PutProperty(-2, "add");
    prototype = call.HeapPointer(-1);
    call.PutProperty(-2, "metric_prototype");
  }
  call.PushObjectWithPrototype(prototype, 2);
  call.PushNumber(id);
  call.PutHidden(-2, kIdKey);
  call.Duplicate(0);
  call.PutProperty(-2, "name");
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kConstructors[] = {
    {"Counter", &JsTrampoline<Construct>, 2, static_cast<int>(MetricKind::kCounter)},
    {"Gauge", &JsTrampoline<Construct>, 2, static_cast<int>(MetricKind::kGauge)},
    {"Rate", &JsTrampoline<Construct>, 2, static_cast<int>(MetricKind::kRate)},
    {"Trend", &JsTrampoline<Construct>, 2, static_cast<int>(MetricKind::kTrend)},
};

}  // namespace

void PutMetricConstructors(JsCall call) { PutFunctions(call, kConstructors, std::size(kConstructors)); }

void PushMetricsModule(JsCall call) {
  call.PushObject();
  PutMetricConstructors(call);
}

}  // namespace mockarty

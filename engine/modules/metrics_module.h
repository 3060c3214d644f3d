// Counter, Gauge, Rate and Trend: metrics of the script's own (module k6/metrics, and globals).
#ifndef ENGINE_MODULES_METRICS_MODULE_H_
#define ENGINE_MODULES_METRICS_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushMetricsModule(JsCall call);

// Puts the constructors into the object on the top of the stack. [throws]
void PutMetricConstructors(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_METRICS_MODULE_H_

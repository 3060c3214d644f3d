#include "engine/modules/module_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include "engine/modules/console_module.h"
#include "engine/modules/core_module.h"
#include "engine/modules/crypto_module.h"
#include "engine/modules/csv_module.h"
#include "engine/modules/data_module.h"
#include "engine/modules/encoding_module.h"
#include "engine/modules/execution_module.h"
#include "engine/modules/faker_module.h"
#include "engine/modules/file_module.h"
#include "engine/modules/fs_module.h"
#include "engine/modules/global_value.h"
#include "engine/modules/html_module.h"
#include "engine/modules/http_module.h"
#include "engine/modules/legacy_module.h"
#include "engine/modules/metrics_module.h"
#include "engine/modules/secrets_module.h"
#include "engine/modules/timers_module.h"
#include "engine/script/js_call.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

struct ModuleSpec {
  std::string_view name;
  void (*push)(JsCall call);  // [throws]
};

constexpr ModuleSpec kModules[] = {
    // One a line.
    {"k6", &PushCoreModule},
    {"k6/crypto", &PushCryptoModule},
    {"k6/data", &PushDataModule},
    {"k6/encoding", &PushEncodingModuleForK6},
    {"k6/execution", &PushExecutionModule},
    {"k6/experimental/csv", &PushCsvModule},
    {"k6/experimental/fs", &PushFsModule},
    {"k6/experimental/webcrypto", &PushWebCryptoModule},
    {"k6/html", &PushHtmlModule},
    {"k6/http", &PushHttpModuleForK6},
    {"k6/metrics", &PushMetricsModule},
    {"k6/secrets", &PushSecretsModule},
    {"k6/timers", &PushTimersModule},
    {"mockarty/core", &PushCoreModule},
    {"mockarty/data", &PushDataModule},
    {"mockarty/encoding", &PushEncodingModule},
    {"mockarty/faker", &PushFakerModule},
    {"mockarty/http", &PushHttpModule},
    {"mockarty/legacy", &PushLegacyModule},
};

const ModuleSpec* FindModule(std::string_view name) {
  for (const ModuleSpec& spec : kModules) {
    if (spec.name == name) {
      return &spec;
    }
  }
  return nullptr;
}

[[noreturn]] void ThrowUnknownModule(JsCall call, std::string_view name) {
  const int shown = static_cast<int>(name.size() < 200 ? name.size() : 200);
  if (name.substr(0, 2) == "./" || name.substr(0, 3) == "../" || name.substr(0, 1) == "/") {
    call.Throw(JsError::kError,
               "cannot load \"%.*s\": it is none of the test's files; those are what a file imports by a name that is "
               "written out",
               shown, name.data());
  }
  if (name.find("://") != name.npos) {
    call.Throw(JsError::kError, "cannot load \"%.*s\": modules are not fetched from remote addresses", shown,
               name.data());
  }
  char known[512] = "";
  size_t used = 0;
  for (const ModuleSpec& spec : kModules) {
    const int written = snprintf(known + used, sizeof known - used, "%s%.*s", used > 0 ? ", " : "",
                                 static_cast<int>(spec.name.size()), spec.name.data());
    used = std::min(used + static_cast<size_t>(written), sizeof known - 1);
  }
  call.Throw(JsError::kError, "unknown module \"%.*s\"; this version has %s", shown, name.data(), known);
}

// require(name): a module is made when first asked for and kept in the stash.
JsReturn Require(JsCall call) {
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "require: expected the name of a module as a string");
  }
  const ModuleSpec* spec = FindModule(call.String(0));
  if (call.String(0) == "k6" || call.String(0).substr(0, 3) == "k6/") {
    call.Host<VuContext>().uses_k6 = true;
  }
  if (spec == nullptr) {
    ThrowUnknownModule(call, call.String(0));
  }
  call.PushStash();
  if (call.GetProperty(-1, spec->name)) {
    return JsReturn::kTop;
  }
  call.Pop();
  spec->push(call);
  // `import http from` reads `.default`; natives are their own.
  call.Duplicate(-1);
  call.PutProperty(-2, "default");
  call.Duplicate(-1);
  call.PutProperty(-3, spec->name);
  return JsReturn::kTop;
}

// Globals that are made when first read. A value put there by the script wins.
enum LazyGlobal { kEnv, kConsole, kCrypto };
constexpr const char* kLazyGlobals[] = {"__ENV", "console", "crypto"};

JsReturn GetLazyGlobal(JsCall call) {
  const int which = call.Magic();
  if (which == kEnv) {
    call.PushObject();
    for (const auto& [key, value] : call.Host<VuContext>().settings->environment) {
      call.PushString(value);
      call.PutProperty(-2, key);
    }
  } else if (which == kConsole) {
    PushConsole(call);
  } else {
    PushWebCrypto(call);
  }
  call.Duplicate(-1);
  ReplaceGlobal(call, kLazyGlobals[which]);
  return JsReturn::kTop;
}

JsReturn SetLazyGlobal(JsCall call) {
  call.Duplicate(0);
  ReplaceGlobal(call, kLazyGlobals[call.Magic()]);
  return JsReturn::kUndefined;
}

JsReturn GetIteration(JsCall call) {
  call.PushNumber(static_cast<double>(call.Host<VuContext>().iteration));
  return JsReturn::kTop;
}

JsReturn IgnoreWrite(JsCall) { return JsReturn::kUndefined; }

void InstallGlobals(JsCall call) {
  call.PushGlobalObject();
  PutCoreFunctions(call);
  PutMetricConstructors(call);
  for (const int which : {kEnv, kConsole, kCrypto}) {
    call.PutLazy(-1, kLazyGlobals[which], &JsTrampoline<GetLazyGlobal>, &JsTrampoline<SetLazyGlobal>, which);
  }
  call.PutLazy(-1, "__ITER", &JsTrampoline<GetIteration>, &JsTrampoline<IgnoreWrite>, 0);
  call.PushNumber(call.Host<VuContext>().number);
  call.PutProperty(-2, "__VU");
  call.Pop();
}

}  // namespace

int CallHost(duk_hthread* context, int which) {
  constexpr int kOpen = 6;  // see duk_ext.h
  return which == kOpen ? static_cast<int>(OpenFile(JsCall(context))) : CallTimer(context, which);
}

// The scenario's variables, into the same object that the script may have read already.
void EnterScenario(JsCall call) {
  const VuScenario* scenario = call.Host<VuContext>().scenario;
  if (scenario == nullptr || scenario->config->environment.empty()) {
    return;
  }
  call.PushGlobalObject();
  call.GetProperty(-1, kLazyGlobals[kEnv]);
  if (!call.IsObject(-1)) {
    return;  // the script has put something else there
  }
  for (const auto& [key, value] : scenario->config->environment) {
    call.PushString(value);
    call.PutProperty(-2, key);
  }
}

HeapEnvironment ScriptEnvironment() {
  return {&InstallGlobals, &JsTrampoline<Require>, &EnterScenario, &DrainVuEvents};
}

}  // namespace mockarty

#include "engine/modules/faker_module.h"

#include <cmath>
#include <iterator>
#include <string_view>

#include "engine/modules/faker.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// The text's memory is a local: PushString() may throw past it, which is harmless for bytes.
JsReturn Fake(JsCall call) {
  size_t count = 0;
  const fake::Function& function = fake::Functions(&count)[call.Magic()];
  FakeRandom random(call.Host<VuContext>().random_state);
  if (function.number == nullptr) {
    fake::Text text;
    function.text(random, text);
    call.PushString(text.view());
  } else if (function.boolean) {
    call.PushBool(function.number(random) != 0);
  } else {
    call.PushNumber(function.number(random));
  }
  return JsReturn::kTop;
}

double NumberArgument(JsCall call, int index, const char* function) {
  const double number = call.IsNumber(index) ? call.Number(index) : NAN;
  if (!std::isfinite(number)) {
    call.Throw(JsError::kTypeError, "faker.%s: expected two numbers, the lower first", function);
  }
  return number;
}

// int(min, max): both included
JsReturn Int(JsCall call) {
  const double low = std::ceil(NumberArgument(call, 0, "int"));
  const double high = std::floor(NumberArgument(call, 1, "int"));
  if (low > high || std::fabs(low) > 9007199254740991.0 || std::fabs(high) > 9007199254740991.0) {
    call.Throw(JsError::kRangeError, "faker.int: no whole number lies between %g and %g, or they are past 2^53 - 1",
               low, high);
  }
  FakeRandom random(call.Host<VuContext>().random_state);
  call.PushNumber(static_cast<double>(random.Between(static_cast<int64_t>(low), static_cast<int64_t>(high))));
  return JsReturn::kTop;
}

// float(min, max): max excluded
JsReturn Float(JsCall call) {
  const double low = NumberArgument(call, 0, "float");
  const double high = NumberArgument(call, 1, "float");
  if (low > high) {
    call.Throw(JsError::kRangeError, "faker.float: %g is above %g", low, high);
  }
  FakeRandom random(call.Host<VuContext>().random_state);
  const double unit = random.Unit();
  call.PushNumber(low * (1 - unit) + high * unit);
  return JsReturn::kTop;
}

// pick(list)
JsReturn PickOne(JsCall call) {
  const size_t length = call.IsArray(0) ? call.Length(0) : 0;
  if (length == 0 || length > UINT32_MAX) {
    call.Throw(JsError::kTypeError, "faker.pick: expected a list with at least one value");
  }
  FakeRandom random(call.Host<VuContext>().random_state);
  call.GetIndex(0, static_cast<unsigned>(random.Below(length)));
  return JsReturn::kTop;
}

// seed(number): from here on this virtual user gets the same values in every run
JsReturn Seed(JsCall call) {
  if (!call.IsNumber(0) || !std::isfinite(call.Number(0))) {
    call.Throw(JsError::kTypeError, "faker.seed: expected a number");
  }
  call.Host<VuContext>().random_state = FakeRandom::StateOf(call.Number(0));
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"int", &JsTrampoline<Int>, 2, 0},
    {"float", &JsTrampoline<Float>, 2, 0},
    {"pick", &JsTrampoline<PickOne>, 1, 0},
    {"seed", &JsTrampoline<Seed>, 1, 0},
};

}  // namespace

void PushFakerModule(JsCall call) {
  call.PushObject();
  size_t count = 0;
  const fake::Function* functions = fake::Functions(&count);
  for (size_t i = 0; i < count; ++i) {
    call.PushFunction(&JsTrampoline<Fake>, 0, static_cast<int>(i));
    call.PutProperty(-2, functions[i].name);
  }
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty

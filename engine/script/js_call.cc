#include "engine/script/js_call.h"

#include <duktape.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "engine/script/js_heap.h"
#include "engine/script/text.h"
#include "third_party/duktape/duk_ext.h"

namespace mockarty {

static_assert(sizeof(JsCall) == sizeof(void*), "passed in a register");

JsHeap& JsCall::Heap() const { return JsHeap::Of(context_); }
void* JsCall::HostPointer() const { return JsHeap::Of(context_).host(); }
int JsCall::Magic() const { return duk_get_current_magic(context_); }

int JsCall::Top() const { return duk_get_top(context_); }
bool JsCall::IsUndefined(int index) const {
  return duk_is_undefined(context_, index) || !duk_is_valid_index(context_, index);
}
bool JsCall::IsNullOrUndefined(int index) const { return IsUndefined(index) || duk_is_null(context_, index); }
bool JsCall::IsSymbol(int index) const {
  return duk_is_symbol(context_, index) && duk_x_is_bigint(context_, index) == 0;
}
bool JsCall::IsBigInt(int index) const {
  return duk_x_is_bigint(context_, index) != 0 || duk_x_is_bigint_object(context_, index) != 0;
}
bool JsCall::IsString(int index) const { return duk_is_string(context_, index) && !duk_is_symbol(context_, index); }
bool JsCall::IsNumber(int index) const { return duk_is_number(context_, index); }
bool JsCall::IsBoolean(int index) const { return duk_is_boolean(context_, index); }
bool JsCall::IsObject(int index) const { return duk_is_object(context_, index); }
bool JsCall::IsArray(int index) const { return duk_is_array(context_, index); }
bool JsCall::IsFunction(int index) const { return duk_is_function(context_, index); }
bool JsCall::IsBuffer(int index) const { return duk_is_buffer_data(context_, index); }
bool JsCall::IsConstructorCall() const { return duk_is_constructor_call(context_); }

std::string_view JsCall::RawString(int index) const {
  duk_size_t length = 0;
  const char* data = duk_get_lstring(context_, index, &length);
  return data != nullptr && !duk_is_symbol(context_, index) ? std::string_view(data, length) : std::string_view();
}

std::string_view JsCall::String(int index) const {
  const std::string_view raw = RawString(index);
  return IsAscii(raw) ? raw : FromJsText(raw, Heap().Scratch());
}

double JsCall::Number(int index) const { return duk_get_number_default(context_, index, NAN); }
bool JsCall::Truthy(int index) const { return duk_to_boolean(context_, index); }

std::string_view JsCall::Bytes(int index) const {
  duk_size_t length = 0;
  const void* data = duk_get_buffer_data(context_, index, &length);
  return {static_cast<const char*>(data), data != nullptr ? length : 0};
}

const void* JsCall::HeapPointer(int index) const { return duk_get_heapptr(context_, index); }

void JsCall::CoerceToString(int index) {
  if (IsSymbol(index)) {
    Throw(JsError::kTypeError, "a Symbol cannot be used as text");
  }
  duk_to_string(context_, index);
}
double JsCall::CoerceToNumber(int index) { return duk_to_number(context_, index); }
void JsCall::CoerceToObject(int index) { duk_to_object(context_, index); }

void JsCall::SetTop(int top) { duk_set_top(context_, top); }
void JsCall::Pop(int count) { duk_pop_n(context_, count); }
void JsCall::Duplicate(int index) { duk_dup(context_, index); }
void JsCall::Insert(int index) { duk_insert(context_, index); }
void JsCall::Remove(int index) { duk_remove(context_, index); }
void JsCall::Replace(int index) { duk_replace(context_, index); }
void JsCall::Require(int slots) { duk_require_stack(context_, slots); }

void JsCall::PushUndefined() { duk_push_undefined(context_); }
void JsCall::PushNull() { duk_push_null(context_); }
void JsCall::PushBool(bool value) { duk_push_boolean(context_, value); }
void JsCall::PushNumber(double value) { duk_push_number(context_, value); }

void JsCall::PushString(std::string_view utf8) {
  const std::string_view text = IsAscii(utf8) ? utf8 : ToJsText(utf8, Heap().Scratch());
  duk_push_lstring(context_, text.data(), text.size());
}

void JsCall::PushObject() { duk_push_object(context_); }
void JsCall::PushArray() { duk_push_array(context_); }

void JsCall::PushObjectWithPrototype(const void* prototype, unsigned properties) {
  duk_x_push_object_proto(context_, const_cast<void*>(prototype), properties);
}

char* JsCall::PushFixedBuffer(size_t size) {
  return static_cast<char*>(duk_push_buffer_raw(context_, size, DUK_BUF_FLAG_NOZERO));
}

void JsCall::PushArrayBuffer(int index, size_t offset, size_t length) {
  duk_push_buffer_object(context_, index, offset, length, DUK_BUFOBJ_ARRAYBUFFER);
}

void JsCall::Concatenate(int count) { duk_concat(context_, count); }
void JsCall::PushHeapPointer(const void* pointer) { duk_push_heapptr(context_, const_cast<void*>(pointer)); }
void JsCall::PushThis() { duk_push_this(context_); }
void JsCall::PushGlobalObject() { duk_push_global_object(context_); }
void JsCall::PushStash() { duk_push_global_stash(context_); }

void JsCall::PushFunction(JsTrampolineFn function, int arguments, int magic) {
  // Light functions are values, not objects: nothing on the heap.
  duk_push_c_lightfunc(context_, function, arguments < 0 ? DUK_VARARGS : arguments, arguments < 0 ? 0 : arguments,
                       magic);
}

void JsCall::PushProxy() { duk_push_proxy(context_, 0); }

bool JsCall::GetProperty(int object, std::string_view key) {
  return duk_get_prop_lstring(context_, object, key.data(), key.size());
}
void JsCall::GetIndex(int object, unsigned index) { duk_get_prop_index(context_, object, index); }
void JsCall::GetKey(int object) { duk_get_prop(context_, object); }
void JsCall::PutProperty(int object, std::string_view key) {
  duk_put_prop_lstring(context_, object, key.data(), key.size());
}
void JsCall::PutIndex(int object, unsigned index) { duk_put_prop_index(context_, object, index); }
void JsCall::PutKeyValue(int object) { duk_put_prop(context_, object); }

size_t JsCall::Length(int object) { return duk_get_length(context_, object); }

void JsCall::PutGetter(int object, std::string_view key, JsTrampolineFn getter, int magic) {
  object = duk_require_normalize_index(context_, object);
  duk_push_lstring(context_, key.data(), key.size());
  duk_push_c_function(context_, getter, 0);
  duk_set_magic(context_, -1, magic);
  duk_def_prop(context_, object, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
}

void JsCall::PutLazy(int object, std::string_view key, JsTrampolineFn getter, JsTrampolineFn setter, int magic) {
  object = duk_require_normalize_index(context_, object);
  duk_push_lstring(context_, key.data(), key.size());
  duk_push_c_lightfunc(context_, getter, 0, 0, magic);
  duk_push_c_lightfunc(context_, setter, 1, 1, magic);
  duk_def_prop(
      context_, object,
      DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
}

void JsCall::DefineValue(int object, std::string_view key) {
  object = duk_require_normalize_index(context_, object);
  duk_push_lstring(context_, key.data(), key.size());
  duk_insert(context_, -2);
  duk_def_prop(
      context_, object,
      DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE);
}

void JsCall::SetFinalizer(int object, JsTrampolineFn finalizer) {
  const int index = duk_normalize_index(context_, object);
  duk_push_c_function(context_, finalizer, 1);
  duk_set_finalizer(context_, index);
}
void JsCall::BeginProperties(int object) { duk_enum(context_, object, DUK_ENUM_OWN_PROPERTIES_ONLY); }
bool JsCall::NextProperty(int enumerator) { return duk_next(context_, enumerator, 1); }

JsCall::Slot JsCall::PropertySlot(int object, unsigned index) {
  switch (duk_x_entry(context_, object, index)) {
    case 0:
      return Slot::kEnd;
    case 1:
      return Slot::kKeyValue;
    case 2:
      return Slot::kSkip;
    default:
      return Slot::kUnsupported;
  }
}

void JsCall::Call(int arguments) { duk_call(context_, arguments); }
void JsCall::CallMethod(int arguments) { duk_call_method(context_, arguments); }
bool JsCall::ProtectedCall(int arguments) { return duk_pcall(context_, arguments) == DUK_EXEC_SUCCESS; }
void JsCall::EncodeJson(int index) { duk_json_encode(context_, index); }
void JsCall::DecodeJson(int index) { duk_json_decode(context_, index); }

void JsCall::Throw(JsError kind, const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  const int written = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const size_t length = written < 0 ? 0 : std::min<size_t>(static_cast<size_t>(written), sizeof text - 1);
  duk_errcode_t code = DUK_ERR_ERROR;
  switch (kind) {
    case JsError::kError:
      break;
    case JsError::kTypeError:
      code = DUK_ERR_TYPE_ERROR;
      break;
    case JsError::kRangeError:
      code = DUK_ERR_RANGE_ERROR;
      break;
    case JsError::kSyntaxError:
      code = DUK_ERR_SYNTAX_ERROR;
      break;
  }
  const std::string_view message = ToJsText({text, length}, Heap().Scratch());
  duk_push_error_object(context_, code, "%.*s", static_cast<int>(message.size()), message.data());
  duk_throw(context_);
  __builtin_unreachable();
}

void JsCall::PushError(std::string_view message) {
  const std::string_view text = IsAscii(message) ? message : ToJsText(message, Heap().Scratch());
  duk_push_error_object(context_, DUK_ERR_ERROR, "%.*s", static_cast<int>(text.size()), text.data());
}

void JsCall::Rethrow() {
  duk_throw(context_);
  __builtin_unreachable();
}

void PutFunctions(JsCall call, const JsFunctionSpec* specs, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    call.PushFunction(specs[i].function, specs[i].arguments, specs[i].magic);
    call.PutProperty(-2, specs[i].name);
  }
}

}  // namespace mockarty

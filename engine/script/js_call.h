// A native function's view of the call it serves: arguments, results, and the value stack of its heap.
//
// This is the only way modules see JavaScript; duktape.h stays inside engine/script. It is a plain pointer and costs
// nothing to copy.
//
// The rule of natives: a JavaScript error leaves a native by longjmp, past its C++ frames, and destructors there do
// not run. Methods marked [throws] may do that (a getter of the script threw, the heap is out of memory). While one
// of them is called a native must not own anything: no std::string, no Status, no unique_ptr in a local. State that
// must live across them belongs to the virtual user (see vu_context.h) or to Scratch().
//
// Indices are Duktape's: 0 is the first argument, -1 the top of the stack. All text is UTF-8 on this side.
#ifndef ENGINE_SCRIPT_JS_CALL_H_
#define ENGINE_SCRIPT_JS_CALL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

struct duk_hthread;

// A key that scripts cannot write down; Duktape hides such properties from them.
#define MOCKARTY_HIDDEN_KEY(name) "\xFF" name

namespace mockarty {

class JsHeap;

enum class JsError { kError, kTypeError, kRangeError, kSyntaxError };

// What a native leaves behind.
enum class JsReturn : int {
  kUndefined = 0,
  kTop = 1,  // the value on the top of the stack
};

class JsCall;
using JsNative = JsReturn (*)(JsCall call);
using JsTrampolineFn = int (*)(duk_hthread*);

class JsCall {
 public:
  explicit JsCall(duk_hthread* context) : context_(context) {}

  JsHeap& Heap() const;
  template <class T>
  T& Host() const {
    return *static_cast<T*>(HostPointer());
  }
  // The number the function was registered with (-128 to 127).
  int Magic() const;
  duk_hthread* context() const { return context_; }

  // --- What is there ---
  int Top() const;
  bool IsUndefined(int index) const;  // also beyond the top
  bool IsNullOrUndefined(int index) const;
  bool IsString(int index) const;  // not for Symbols
  bool IsSymbol(int index) const;
  bool IsBigInt(int index) const;  // also for an object that wraps one
  bool IsNumber(int index) const;
  bool IsBoolean(int index) const;
  bool IsObject(int index) const;
  bool IsArray(int index) const;
  bool IsFunction(int index) const;
  bool IsBuffer(int index) const;  // ArrayBuffer, typed array, DataView, Node.js Buffer
  bool IsConstructorCall() const;

  // --- Values out ---
  // The characters of a string in the heap's own encoding, valid while the value is reachable; empty for others.
  std::string_view RawString(int index) const;
  // The string as UTF-8. Points into the heap or, where it had to be converted, into the heap's Scratch().
  std::string_view String(int index) const;
  double Number(int index) const;  // NaN for others
  bool Truthy(int index) const;
  std::string_view Bytes(int index) const;  // of a buffer; empty for others
  const void* HeapPointer(int index) const;

  // --- Coercions in place [throws] ---
  void CoerceToString(int index);
  double CoerceToNumber(int index);
  void CoerceToObject(int index);

  // --- Stack ---
  void SetTop(int top);
  void Pop(int count = 1);
  void Duplicate(int index);  // [throws]
  void Insert(int index);
  void Remove(int index);
  void Replace(int index);  // pops the top into `index`
  void Require(int slots);  // room for that many pushes [throws]

  // --- Values in [throws] ---
  void PushUndefined();
  void PushNull();
  void PushBool(bool value);
  void PushNumber(double value);
  void PushString(std::string_view utf8);
  void PushObject();
  void PushArray();
  // An object with the prototype and room for `properties` properties.
  void PushObjectWithPrototype(const void* prototype, unsigned properties);
  // A plain buffer of fixed size; the memory is not cleared, is owned by the heap and does not move.
  char* PushFixedBuffer(size_t size);
  // An ArrayBuffer over the plain buffer at `index`.
  void PushArrayBuffer(int index, size_t offset, size_t length);
  void Concatenate(int count);  // of that many strings on the top; pops them, pushes one
  void PushHeapPointer(const void* pointer);
  void PushThis();
  void PushGlobalObject();
  // The object of values that scripts cannot see.
  void PushStash();
  void PushFunction(JsTrampolineFn function, int arguments, int magic = 0);
  // A Proxy of the target and the handler on the top of the stack, which are popped.
  void PushProxy();

  // --- Properties [throws] ---
  bool GetProperty(int object, std::string_view key);  // pushes; false and undefined when there is none
  void GetIndex(int object, unsigned index);
  void GetKey(int object);                             // pops the key, pushes the value
  void PutProperty(int object, std::string_view key);  // pops the value
  void PutIndex(int object, unsigned index);           // pops the value
  void PutKeyValue(int object);                        // pops value and key
  // Replaces whatever `key` was, accessors too, by a plain writable value that enumeration skips; pops it.
  void DefineValue(int object, std::string_view key);
  // Properties that scripts cannot reach: keys made by MOCKARTY_HIDDEN_KEY.
  bool GetHidden(int object, std::string_view key) { return GetProperty(object, key); }
  void PutHidden(int object, std::string_view key) { PutProperty(object, key); }
  size_t Length(int object);
  // Defines `key` as an enumerable getter.
  void PutGetter(int object, std::string_view key, JsTrampolineFn getter, int magic = 0);
  // Defines `key` as a getter and setter that are hidden from enumeration; for globals made when first touched.
  void PutLazy(int object, std::string_view key, JsTrampolineFn getter, JsTrampolineFn setter, int magic);
  // Runs `finalizer` with the object as its argument when nothing refers to it any more, at the latest with the heap.
  void SetFinalizer(int object, JsTrampolineFn finalizer);
  // Own enumerable string-keyed properties: BeginProperties pushes an enumerator; NextProperty pushes key and value.
  void BeginProperties(int object);
  bool NextProperty(int enumerator);
  // The i-th slot of an object's property table, without an enumerator: kKeyValue pushes both.
  enum class Slot { kEnd, kKeyValue, kSkip, kUnsupported };
  Slot PropertySlot(int object, unsigned index);

  // --- Calls and JSON [throws] ---
  void Call(int arguments);           // function and arguments are popped, the result pushed
  void CallMethod(int arguments);     // function, `this` and arguments are popped, the result pushed
  bool ProtectedCall(int arguments);  // false: the error is pushed in place of the result
  void EncodeJson(int index);         // in place
  void DecodeJson(int index);         // in place

  // --- Errors ---
  // Leaves the native. Formats like printf; the text is UTF-8. Pass text of scripts or remotes bounded ("%.*s").
  [[noreturn]] void Throw(JsError kind, const char* format, ...) __attribute__((format(printf, 3, 4)));
  // Pushes an Error made here, to be thrown later. UTF-8.
  void PushError(std::string_view message);
  // Throws the value on the top of the stack.
  [[noreturn]] void Rethrow();

 private:
  void* HostPointer() const;

  duk_hthread* context_;
};

// Makes a C function of a native, for PushFunction and tables: &JsTrampoline<HttpGet>.
template <JsNative F>
int JsTrampoline(duk_hthread* context) {
  return static_cast<int>(F(JsCall(context)));
}

// A table row: the function, how many arguments it reads (-1: all), its magic.
struct JsFunctionSpec {
  const char* name;
  JsTrampolineFn function;
  int arguments;
  int magic;
};

// Puts the functions into the object on the top of the stack. [throws]
void PutFunctions(JsCall call, const JsFunctionSpec* specs, size_t count);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_JS_CALL_H_

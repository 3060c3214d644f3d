#include "engine/modules/csv_module.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/concat.h"
#include "engine/modules/csv_reader.h"
#include "engine/modules/opened_file.h"
#include "engine/modules/promise_value.h"
#include "engine/modules/shared_array_value.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr std::string_view kFileKey = MOCKARTY_HIDDEN_KEY("csv_file");
constexpr std::string_view kOptionsKey = MOCKARTY_HIDDEN_KEY("csv_options");
constexpr std::string_view kOffsetKey = MOCKARTY_HIDDEN_KEY("csv_offset");
constexpr std::string_view kLineKey = MOCKARTY_HIDDEN_KEY("csv_line");
constexpr double kMaxLine = 9007199254740991.0;

// A row or an error on its way into a heap: natives own no string while they call into one.
thread_local std::string row_text;

bool HasOption(JsCall call, int options, const char* name) {
  call.GetProperty(options, name);
  if (!call.IsNullOrUndefined(-1)) {
    return true;
  }
  call.Pop();
  return false;
}

void ReadSwitch(JsCall call, int options, const char* function, const char* name, bool* out) {
  if (!HasOption(call, options, name)) {
    return;
  }
  if (!call.IsBoolean(-1)) {
    call.Throw(JsError::kTypeError, "csv.%s: options.%s: expected true or false", function, name);
  }
  *out = call.Truthy(-1);
  call.Pop();
}

void ReadLine(JsCall call, int options, const char* function, const char* name, uint64_t* out) {
  if (!HasOption(call, options, name)) {
    return;
  }
  const double line = call.Number(-1);
  if (!call.IsNumber(-1) || !(line >= 0) || line > kMaxLine || std::floor(line) != line) {
    call.Throw(JsError::kTypeError, "csv.%s: options.%s: expected the number of a line, 0 or more", function, name);
  }
  *out = static_cast<uint64_t>(line);
  call.Pop();
}

CsvOptions ReadOptions(JsCall call, int index, const char* function) {
  CsvOptions options;
  if (call.IsNullOrUndefined(index)) {
    return options;
  }
  if (!call.IsObject(index)) {
    call.Throw(JsError::kTypeError, "csv.%s: expected an object of options as the second argument", function);
  }
  if (HasOption(call, index, "delimiter")) {
    const std::string_view text = call.RawString(-1);
    if (text.size() != 1 || static_cast<unsigned char>(text[0]) >= 0x80 || text[0] == '"' || text[0] == '\n' ||
        text[0] == '\r') {
      call.Throw(JsError::kTypeError,
                 "csv.%s: options.delimiter: expected one ASCII character other than a quote or a line break",
                 function);
    }
    options.delimiter = text[0];
    call.Pop();
  }
  ReadSwitch(call, index, function, "skipFirstLine", &options.skip_first_line);
  ReadSwitch(call, index, function, "asObjects", &options.as_objects);
  ReadLine(call, index, function, "fromLine", &options.from_line);
  ReadLine(call, index, function, "toLine", &options.to_line);
  if (options.skip_first_line && options.as_objects) {
    call.Throw(JsError::kTypeError,
               "csv.%s: options.skipFirstLine and options.asObjects cannot be combined: the first line has the names",
               function);
  }
  if (options.from_line > options.to_line) {
    call.Throw(JsError::kRangeError, "csv.%s: options.fromLine: expected at most toLine", function);
  }
  return options;
}

const std::string& BytesOf(JsCall call, int index, const char* function) {
  const std::string* bytes = FileBytes(call, index);
  if (bytes == nullptr) {
    call.Throw(JsError::kTypeError, "csv.%s: expected a File of k6/experimental/fs as the first argument", function);
  }
  return *bytes;
}

// One set of rows for each file and its options, in all virtual users: all see the same bytes at the same place.
std::string ArrayName(const std::string& bytes, const CsvOptions& options) {
  return Concat("k6/experimental/csv ", reinterpret_cast<uintptr_t>(&bytes), " ", static_cast<int>(options.delimiter),
                " ", options.skip_first_line, " ", options.as_objects, " ", options.from_line, " ", options.to_line);
}

// Nothing of it calls into the heap. False: `row_text` says why.
bool AddRows(SharedArrays& arrays, uint32_t id, const std::string& bytes, const CsvOptions& options) {
  CsvReader reader(bytes, options);
  for (;;) {
    const CsvReader::Result result = reader.Next(&row_text);
    if (result == CsvReader::Result::kEnd) {
      return true;
    }
    if (result == CsvReader::Result::kError) {
      return false;
    }
    if (!arrays.AddRow(id, row_text)) {
      row_text = "the rows do not fit: all shared rows of a process may have 1 GiB of JSON";
      return false;
    }
  }
}

// (module, file, options) -> SharedArray
JsReturn ParseNow(JsCall call) {
  auto& vu = call.Host<VuContext>();
  const std::string& bytes = BytesOf(call, 1, "parse");
  const CsvOptions options = ReadOptions(call, 2, "parse");
  if (vu.phase != VuContext::Phase::kInit || vu.settings->shared_arrays == nullptr) {
    call.Throw(JsError::kError, "csv.parse: only available in the init stage, at the top level of the script");
  }
  SharedArrays& arrays = *vu.settings->shared_arrays;
  uint32_t id = 0;
  const SharedArrays::Claim claim = arrays.Begin(ArrayName(bytes, options), &id);
  if (claim == SharedArrays::Claim::kTooMany) {
    call.Throw(JsError::kRangeError, "csv.parse: more than %zu shared arrays in one test", SharedArrays::kMaxArrays);
  }
  if (claim == SharedArrays::Claim::kTimedOut) {
    call.Throw(JsError::kError, "csv.parse: the virtual user that reads the file does not come to an end");
  }
  if (claim == SharedArrays::Claim::kBuild) {
    if (!AddRows(arrays, id, bytes, options)) {
      arrays.Abandon(id);
      call.Throw(JsError::kError, "csv.parse: %s", row_text.c_str());
    }
    arrays.Finish(id);
  }
  PushSharedArray(call, id, false);
  return JsReturn::kTop;
}

double HiddenNumber(JsCall call, int object, std::string_view key) {
  call.GetHidden(object, key);
  const double number = call.Number(-1);
  call.Pop();
  return number;
}

void PutHiddenNumber(JsCall call, int object, std::string_view key, double number) {
  call.PushNumber(number);
  call.PutHidden(object, key);
}

// (parser) -> {done, value}
JsReturn NextNow(JsCall call) {
  if (!call.IsObject(0) || !call.GetHidden(0, kFileKey)) {
    call.Throw(JsError::kTypeError, "csv.Parser.next: not called on a Parser");
  }
  const std::string& bytes = BytesOf(call, -1, "Parser.next");
  call.GetHidden(0, kOptionsKey);
  const CsvOptions options = ReadOptions(call, call.Top() - 1, "Parser.next");
  CsvReader::Place place;
  place.offset = static_cast<size_t>(HiddenNumber(call, 0, kOffsetKey));
  place.line = static_cast<uint64_t>(HiddenNumber(call, 0, kLineKey));
  CsvReader::Result result;
  {
    CsvReader reader(bytes, options);
    reader.set_place(place);
    result = reader.Next(&row_text);
    place = reader.place();
  }
  if (result == CsvReader::Result::kError) {
    call.Throw(JsError::kError, "csv.Parser.next: %s", row_text.c_str());
  }
  call.PushObject();
  if (result == CsvReader::Result::kEnd) {
    call.PushArray();
  } else {
    call.PushString(row_text);
    call.DecodeJson(-1);
    PutHiddenNumber(call, 0, kOffsetKey, static_cast<double>(place.offset));
    PutHiddenNumber(call, 0, kLineKey, static_cast<double>(place.line));
  }
  call.PutProperty(-2, "value");
  call.PushBool(result == CsvReader::Result::kEnd);
  call.PutProperty(-2, "done");
  return JsReturn::kTop;
}

JsReturn Next(JsCall call) { return AnswerByPromise(call, &JsTrampoline<NextNow>, 0); }
JsReturn Parse(JsCall call) { return AnswerByPromise(call, &JsTrampoline<ParseNow>, 2); }

// new Parser(file, options)
JsReturn Parser(JsCall call) {
  call.SetTop(2);
  if (!call.IsConstructorCall()) {
    call.Throw(JsError::kTypeError, "csv.Parser: expected to be called with new");
  }
  BytesOf(call, 0, "Parser");
  const CsvOptions options = ReadOptions(call, 1, "Parser");
  if (call.Host<VuContext>().phase != VuContext::Phase::kInit) {
    call.Throw(JsError::kError, "csv.Parser: only available in the init stage, at the top level of the script");
  }
  call.PushObject();
  call.PushFunction(&JsTrampoline<Next>, 0);
  call.PutProperty(-2, "next");
  call.Duplicate(0);
  call.PutHidden(-2, kFileKey);
  // Copied: what the script does to its object afterwards changes nothing.
  call.PushObject();
  const char delimiter[] = {options.delimiter};
  call.PushString({delimiter, 1});
  call.PutProperty(-2, "delimiter");
  call.PushBool(options.skip_first_line);
  call.PutProperty(-2, "skipFirstLine");
  call.PushBool(options.as_objects);
  call.PutProperty(-2, "asObjects");
  PutHiddenNumber(call, -2, "fromLine", static_cast<double>(options.from_line));
  if (options.to_line != UINT64_MAX) {
    PutHiddenNumber(call, -2, "toLine", static_cast<double>(options.to_line));
  }
  call.PutHidden(-2, kOptionsKey);
  PutHiddenNumber(call, -2, kOffsetKey, 0);
  PutHiddenNumber(call, -2, kLineKey, 0);
  return JsReturn::kTop;
}

}  // namespace

void PushCsvModule(JsCall call) {
  call.PushObject();
  call.PushFunction(&JsTrampoline<Parse>, 2);
  call.PutProperty(-2, "parse");
  call.PushFunction(&JsTrampoline<Parser>, 2);
  call.PutProperty(-2, "Parser");
}

}  // namespace mockarty

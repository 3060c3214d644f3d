#include "engine/modules/json_text.h"

#include <simdjson.h>

#include <charconv>
#include <memory>
#include <vector>

#include "engine/modules/json_find.h"
#include "engine/modules/json_path.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxDepth = 64;
constexpr size_t kKeptParsers = 4;
// Parsers that have grown above this are given back.
constexpr size_t kKeptBytes = 1 << 20;

// A parser in use belongs to a native of one virtual user. As in frame_pool.h, one that an error left behind is known
// by its frame; those of other virtual users by their owner.
struct Slot {
  dom::parser parser;
  const VuContext* owner = nullptr;  // null: free
  const void* frame = nullptr;
};

std::vector<std::unique_ptr<Slot>>& Slots() {
  thread_local std::vector<std::unique_ptr<Slot>> slots;
  return slots;
}

Slot& Take(const VuContext* owner, const void* frame) {
  for (const auto& slot : Slots()) {
    if (slot->owner == nullptr || (slot->owner == owner && slot->frame <= frame)) {
      slot->owner = owner;
      slot->frame = frame;
      return *slot;
    }
  }
  Slots().push_back(std::make_unique<Slot>());
  Slots().back()->owner = owner;
  Slots().back()->frame = frame;
  return *Slots().back();
}

void Release(Slot& slot) {
  slot.owner = nullptr;
  if (slot.parser.capacity() > kKeptBytes) {
    slot.parser = dom::parser();
  }
}

bool Parse(Slot& slot, std::string_view text, dom::element* root) {
  if (slot.parser.capacity() < text.size() || slot.parser.max_depth() != kMaxDepth) {
    if (slot.parser.allocate(text.size() < 4096 ? 4096 : text.size(), kMaxDepth) != simdjson::SUCCESS) {
      return false;
    }
  }
  return slot.parser.parse(reinterpret_cast<const uint8_t*>(text.data()), text.size(), false).get(*root) ==
         simdjson::SUCCESS;
}

// A key that would be a setter of the object under construction; it may be written with escapes.
bool HasProtoKey(std::string_view text) {
  return text.find("__proto__") != text.npos || text.find("\\u005f") != text.npos || text.find("\\u005F") != text.npos;
}

void Push(JsCall call, const dom::element& element);

void PushArrayOf(JsCall call, const dom::array& array) {
  call.PushArray();
  unsigned index = 0;
  for (const dom::element element : array) {
    Push(call, element);
    call.PutIndex(-2, index++);
  }
}

void PushObjectOf(JsCall call, const dom::object& object) {
  call.PushObject();
  for (const auto field : object) {
    call.PushString(field.key);
    Push(call, field.value);
    call.PutKeyValue(-3);
  }
}

void Push(JsCall call, const dom::element& element) {
  call.Require(4);
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return PushArrayOf(call, element.get_array().value_unsafe());
    case dom::element_type::OBJECT:
      return PushObjectOf(call, element.get_object().value_unsafe());
    case dom::element_type::STRING:
      return call.PushString(element.get_string().value_unsafe());
    case dom::element_type::INT64:
      return call.PushNumber(static_cast<double>(element.get_int64().value_unsafe()));
    case dom::element_type::UINT64:
      return call.PushNumber(static_cast<double>(element.get_uint64().value_unsafe()));
    case dom::element_type::DOUBLE:
      return call.PushNumber(element.get_double().value_unsafe());
    case dom::element_type::BOOL:
      return call.PushBool(element.get_bool().value_unsafe());
    default:
      return call.PushNull();
  }
}

// One step down. False where there is nothing.
bool Step(std::string_view key, dom::element* element) {
  if (element->is_object()) {
    // Of equal keys the first, as in json_find.h.
    return element->get_object().value_unsafe().at_key(key).get(*element) == simdjson::SUCCESS;
  }
  if (!element->is_array()) {
    return false;
  }
  size_t index = 0;
  const auto parsed = std::from_chars(key.data(), key.data() + key.size(), index);
  if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size()) {
    return false;
  }
  return element->get_array().value_unsafe().at(index).get(*element) == simdjson::SUCCESS;
}

// Pushes what `path` names in `element`; false, with nothing pushed, where there is nothing.
bool Select(JsCall call, dom::element element, std::string_view path, int nested_arrays) {
  JsonKey key;
  while (!path.empty()) {
    if (!TakeJsonKey(path, &key)) {
      return false;
    }
    if (key.text() != "#" || !element.is_array()) {
      if (!Step(key.text(), &element)) {
        return false;
      }
      continue;
    }
    const dom::array array = element.get_array().value_unsafe();
    if (path.empty()) {
      call.PushNumber(static_cast<double>(array.size()));
      return true;
    }
    if (nested_arrays == kMaxJsonNestedArrays) {
      call.Throw(JsError::kRangeError, "json: the selector has more than %d \"#\"", kMaxJsonNestedArrays);
    }
    call.Require(4);
    call.PushArray();
    unsigned kept = 0;
    for (const dom::element one : array) {
      if (Select(call, one, path, nested_arrays + 1)) {
        call.PutIndex(-2, kept++);
      }
    }
    return true;
  }
  Push(call, element);
  return true;
}

}  // namespace

bool PushJson(JsCall call, std::string_view text) {
  dom::element root;
  Slot& slot = Take(&call.Host<VuContext>(), __builtin_frame_address(0));
  const bool parsed = !HasProtoKey(text) && Parse(slot, text, &root);
  if (parsed) {
    Push(call, root);
  }
  Release(slot);
  return parsed;
}

bool PushJsonSelection(JsCall call, std::string_view text, std::string_view selector) {
  std::string_view value;
  switch (FindJson(text, selector, &value)) {
    case JsonFound::kValue:
      return PushJson(call, value);
    case JsonFound::kNothing:
      call.PushUndefined();
      return true;
    case JsonFound::kUnsure:
      break;
  }
  dom::element root;
  Slot& slot = Take(&call.Host<VuContext>(), __builtin_frame_address(0));
  const bool parsed = !HasProtoKey(text) && Parse(slot, text, &root);
  if (parsed && !Select(call, root, selector, 0)) {
    call.PushUndefined();
  }
  Release(slot);
  return parsed;
}

void ReleaseJsonParsers(const VuContext* owner) {
  auto& slots = Slots();
  for (const auto& slot : slots) {
    if (slot->owner == owner) {
      Release(*slot);
    }
  }
  while (slots.size() > kKeptParsers && slots.back()->owner == nullptr) {
    slots.pop_back();
  }
}

}  // namespace mockarty

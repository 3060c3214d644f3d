#include <cctype>
#include <charconv>
#include <iterator>

#include "engine/modules/html_form.h"
#include "engine/modules/html_selection.h"

namespace mockarty {
namespace {

constexpr uint32_t kNone = HtmlDocument::kNone;

uint32_t FirstOf(const HtmlView& view) { return view.nodes.empty() ? kNone : view.nodes.front(); }

std::string_view NameArgument(JsCall call, const char* function) {
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "%s: expected the name of an attribute", function);
  }
  return call.String(0);
}

// Finds the attribute named by argument 0 of the first node. Names of HTML are in lower case.
bool FindNamed(JsCall call, const HtmlView& self, const char* function, std::string_view* value) {
  std::string& name = HtmlScratch::OfThread().text;
  name = NameArgument(call, function);
  for (char& c : name) {
    c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  }
  const uint32_t first = FirstOf(self);
  return first != kNone && self.document.FindAttribute(first, name, value);
}

// attr(name, missing) and getAttribute(name)
JsReturn Attr(JsCall call) {
  call.SetTop(2);
  const HtmlView self = ThisHtmlSelection(call);
  std::string_view value;
  if (FindNamed(call, self, "attr", &value)) {
    call.PushString(value);
  } else {
    call.Duplicate(1);
  }
  return JsReturn::kTop;
}

JsReturn HasAttribute(JsCall call) {
  call.SetTop(1);
  const HtmlView self = ThisHtmlSelection(call);
  std::string_view value;
  call.PushBool(FindNamed(call, self, "hasAttribute", &value));
  return JsReturn::kTop;
}

// attributes(): {name: value} of the first node
JsReturn Attributes(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  call.PushObject();
  for (uint32_t i = 0; first != kNone && i < self.document.node(first).attributes; ++i) {
    const HtmlDocument::Attribute& attribute = self.document.attribute(first, i);
    call.PushString(self.document.Text(attribute.name));
    call.PushString(self.document.Text(attribute.value));
    call.PutKeyValue(-3);
  }
  return JsReturn::kTop;
}

// text(): of all nodes; textContent(): the same
JsReturn TextOf(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  std::string& text = HtmlScratch::OfThread().text;
  text.clear();
  for (const uint32_t node : self.nodes) {
    self.document.AppendText(node, &text);
  }
  call.PushString(text);
  return JsReturn::kTop;
}

// html(): what is inside the first node; innerHTML(): the same
JsReturn Html(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  if (first == kNone) {
    return JsReturn::kUndefined;
  }
  std::string& text = HtmlScratch::OfThread().text;
  text.clear();
  if (call.Magic() == 0) {
    self.document.AppendInnerHtml(first, &text);
  } else {
    self.document.AppendOuterHtml(first, &text);
  }
  call.PushString(text);
  return JsReturn::kTop;
}

// val(): of the first node; an array for a select with `multiple`
JsReturn Val(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  if (first == kNone) {
    return JsReturn::kUndefined;
  }
  HtmlScratch& scratch = HtmlScratch::OfThread();
  if (self.document.Name(first) == "select" && self.document.HasAttribute(first, "multiple")) {
    call.PushArray();
    // One at a time: what the list owns must be gone before the heap is called.
    for (unsigned i = 0;; ++i) {
      size_t count;
      {
        const std::vector<std::string> chosen = HtmlChosenOptions(self.document, first);
        count = chosen.size();
        scratch.text = i < count ? chosen[i] : std::string();
      }
      if (i >= count) {
        return JsReturn::kTop;
      }
      call.PushString(scratch.text);
      call.PutIndex(-2, i);
    }
  }
  scratch.text.clear();
  if (!HtmlControlValue(self.document, first, &scratch.text)) {
    return JsReturn::kUndefined;
  }
  call.PushString(scratch.text);
  return JsReturn::kTop;
}

JsReturn NodeName(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  if (first == kNone) {
    return JsReturn::kUndefined;
  }
  switch (self.document.node(first).kind) {
    case HtmlDocument::Kind::kDocument:
      call.PushString("#document");
      break;
    case HtmlDocument::Kind::kElement:
      call.PushString(self.document.Name(first));
      break;
    case HtmlDocument::Kind::kText:
      call.PushString("#text");
      break;
    case HtmlDocument::Kind::kComment:
      call.PushString("#comment");
      break;
  }
  return JsReturn::kTop;
}

// As the DOM numbers them.
JsReturn NodeType(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  if (first == kNone) {
    return JsReturn::kUndefined;
  }
  constexpr int kTypes[] = {9, 1, 3, 8};
  call.PushNumber(kTypes[static_cast<size_t>(self.document.node(first).kind)]);
  return JsReturn::kTop;
}

JsReturn Id(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  std::string_view id;
  if (FirstOf(self) != kNone) {
    self.document.FindAttribute(FirstOf(self), "id", &id);
  }
  call.PushString(id);
  return JsReturn::kTop;
}

// Pushes the value of a data attribute as jQuery reads it: a number, a truth value, null or JSON where it is one.
void PushDataValue(JsCall call, std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value == "true" || value == "false") {
    call.PushBool(value == "true");
  } else if (value == "null") {
    call.PushNull();
  } else if (!value.empty() && error == std::errc() && end == value.data() + value.size() &&
             (isdigit(static_cast<unsigned char>(value.back())) != 0)) {
    call.PushNumber(number);
  } else {
    call.PushString(value);
    if (!value.empty() && (value[0] == '{' || value[0] == '[')) {
      call.PushGlobalObject();
      call.GetProperty(-1, "JSON");
      call.GetProperty(-1, "parse");
      call.Duplicate(-4);
      if (call.ProtectedCall(1)) {
        call.Insert(-4);
        call.Pop(3);
      } else {
        call.Pop(3);  // the text as it is
      }
    }
  }
}

// "data-user-id" -> userId
void AppendCamelCase(std::string_view name, std::string* out) {
  for (size_t i = 5; i < name.size(); ++i) {
    if (name[i] == '-' && i + 1 < name.size()) {
      out->push_back(static_cast<char>(toupper(static_cast<unsigned char>(name[++i]))));
    } else {
      out->push_back(name[i]);
    }
  }
}

// data(): all of the first node; data(key): one
JsReturn Data(JsCall call) {
  call.SetTop(1);
  const HtmlView self = ThisHtmlSelection(call);
  const uint32_t first = FirstOf(self);
  const bool all = call.IsUndefined(0);
  if (!all && !call.IsString(0)) {
    call.Throw(JsError::kTypeError, "data: expected a key");
  }
  call.Require(10);
  call.PushObject();
  const int object = call.Top() - 1;
  for (uint32_t i = 0; first != kNone && i < self.document.node(first).attributes; ++i) {
    const HtmlDocument::Attribute& attribute = self.document.attribute(first, i);
    const std::string_view name = self.document.Text(attribute.name);
    if (name.substr(0, 5) != "data-" || name.size() == 5) {
      continue;
    }
    std::string& key = HtmlScratch::OfThread().text;
    key.clear();
    AppendCamelCase(name, &key);
    if (!all && key != call.String(0) && name.substr(5) != call.String(0)) {
      continue;
    }
    call.PushString(key);
    PushDataValue(call, self.document.Text(attribute.value));
    if (!all) {
      return JsReturn::kTop;
    }
    call.PutKeyValue(object);
  }
  if (!all) {
    return JsReturn::kUndefined;
  }
  return JsReturn::kTop;
}

// Writes the field at `place` of the selection's into the scratch (name to error, value to text); false: no more.
bool FieldAt(const HtmlView& self, size_t place) {
  std::vector<HtmlField> fields;
  for (const uint32_t node : self.nodes) {
    AddHtmlFields(self.document, node, &fields);
  }
  if (place >= fields.size()) {
    return false;
  }
  HtmlScratch& scratch = HtmlScratch::OfThread();
  scratch.error = fields[place].name;
  scratch.text = fields[place].value;
  return true;
}

// serializeArray(): [{name, value}]; serializeObject(): {name: value}, the last of a name
JsReturn SerializeFields(JsCall call) {
  const bool array = call.Magic() == 0;
  const HtmlView self = ThisHtmlSelection(call);
  call.Require(8);
  if (array) {
    call.PushArray();
  } else {
    call.PushObject();
  }
  const HtmlScratch& scratch = HtmlScratch::OfThread();
  for (unsigned i = 0; FieldAt(self, i); ++i) {
    if (array) {
      call.PushObject();
      call.PushString(scratch.error);
      call.PutProperty(-2, "name");
      call.PushString(scratch.text);
      call.PutProperty(-2, "value");
      call.PutIndex(-2, i);
    } else {
      call.PushString(scratch.error);
      call.PushString(scratch.text);
      call.PutKeyValue(-3);
    }
  }
  return JsReturn::kTop;
}

// serialize(): name=value&...
JsReturn Serialize(JsCall call) {
  const HtmlView self = ThisHtmlSelection(call);
  HtmlScratch& scratch = HtmlScratch::OfThread();
  {
    std::vector<HtmlField> fields;
    for (const uint32_t node : self.nodes) {
      AddHtmlFields(self.document, node, &fields);
    }
    scratch.text = EncodeHtmlFields(fields);
  }
  call.PushString(scratch.text);
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"attr", &JsTrampoline<Attr>, 2, 0},
    {"getAttribute", &JsTrampoline<Attr>, 1, 0},
    {"hasAttribute", &JsTrampoline<HasAttribute>, 1, 0},
    {"attributes", &JsTrampoline<Attributes>, 0, 0},
    {"text", &JsTrampoline<TextOf>, 0, 0},
    {"textContent", &JsTrampoline<TextOf>, 0, 0},
    {"html", &JsTrampoline<Html>, 0, 0},
    {"innerHTML", &JsTrampoline<Html>, 0, 0},
    {"outerHTML", &JsTrampoline<Html>, 0, 1},
    {"val", &JsTrampoline<Val>, 0, 0},
    {"value", &JsTrampoline<Val>, 0, 0},
    {"data", &JsTrampoline<Data>, 1, 0},
    {"nodeName", &JsTrampoline<NodeName>, 0, 0},
    {"nodeType", &JsTrampoline<NodeType>, 0, 0},
    {"id", &JsTrampoline<Id>, 0, 0},
    {"serialize", &JsTrampoline<Serialize>, 0, 0},
    {"serializeArray", &JsTrampoline<SerializeFields>, 0, 0},
    {"serializeObject", &JsTrampoline<SerializeFields>, 0, 1},
};

}  // namespace

void PutHtmlContentFunctions(JsCall call) { PutFunctions(call, kFunctions, std::size(kFunctions)); }

}  // namespace mockarty

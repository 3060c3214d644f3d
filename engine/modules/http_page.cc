#include "engine/modules/http_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/text.h"
#include "engine/clients/http/url.h"
#include "engine/modules/html_document.h"
#include "engine/modules/html_parser.h"
#include "engine/modules/html_selection.h"
#include "engine/modules/html_selector.h"
#include "engine/modules/http_session.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr size_t kKeptBytes = 64 * 1024;

// The first element that matches, or kNone.
uint32_t First(const HtmlDocument& document, uint32_t top, const std::string& text, std::string* error) {
  HtmlSelector selector;
  if (!selector.Compile(text, error)) {
    return HtmlDocument::kNone;
  }
  std::vector<uint32_t> found;
  selector.Select(document, top, &found);
  return found.empty() ? HtmlDocument::kNone : found.front();
}

// Reads this.url, this.body, and argument[name] into `out` where it is given.
void ReadThis(JsCall call, HttpPage& page) {
  call.SetTop(1);
  call.PushThis();
  if (!call.IsObject(1)) {
    call.Throw(JsError::kTypeError, "not a Response");
  }
  call.GetProperty(1, "url");
  page.url = call.String(-1);
  call.GetProperty(1, "body");
  if (!call.IsString(-1)) {
    call.Throw(JsError::kTypeError, "the response has no text body");
  }
  page.html = call.String(-1);
  call.SetTop(2);
}

void ReadText(JsCall call, const char* name, const char* unset, std::string& out) {
  out = unset;
  if (!call.IsObject(0)) {
    return;
  }
  call.GetProperty(0, name);
  if (!call.IsNullOrUndefined(-1)) {
    call.CoerceToString(-1);
    out = call.String(-1);
  }
  call.Pop();
}

void ReadFields(JsCall call, std::vector<HtmlField>& fields) {
  if (!call.IsObject(0)) {
    return;
  }
  call.GetProperty(0, "fields");
  if (call.IsObject(-1)) {
    const int object = call.Top() - 1;
    call.BeginProperties(object);
    const int enumerator = call.Top() - 1;
    while (call.NextProperty(enumerator)) {
      call.CoerceToString(-1);
      HtmlField& field = fields.emplace_back();
      field.name = call.String(-2);
      field.value = call.String(-1);
      call.Pop(2);
    }
  }
  call.SetTop(2);
}

// {name: value or [values]}
void PushFields(JsCall call, const std::vector<HtmlField>& fields) {
  call.PushObject();
  const int object = call.Top() - 1;
  for (const HtmlField& field : fields) {
    if (call.GetProperty(object, field.name) && call.IsArray(-1)) {
      const auto at = static_cast<unsigned>(call.Length(-1));
      call.PushString(field.value);
      call.PutIndex(-2, at);
    } else {
      call.SetTop(object + 1);
      call.PushArray();
      call.PushString(field.value);
      call.PutIndex(-2, 0);
      call.PutProperty(object, field.name);
    }
    call.SetTop(object + 1);
  }
}

// Calls request(method, url, body, params) of the module that the script has.
JsReturn Ask(JsCall call, const HttpPage& page) {
  call.PushStash();
  if (!call.GetProperty(-1, "k6/http")) {
    call.Pop();
    call.GetProperty(-1, "mockarty/http");
  }
  call.GetProperty(-1, "request");
  call.PushString(page.method);
  call.PushString(page.target);
  if (page.body.empty()) {
    call.PushNull();
  } else {
    PushFields(call, page.body);
  }
  if (call.IsObject(0)) {
    call.GetProperty(0, "params");
  } else {
    call.PushUndefined();
  }
  call.Call(4);
  return JsReturn::kTop;
}

bool Resolve(HttpPage& page, std::string_view reference) {
  const auto base = Url::Parse(page.url);
  if (!base.ok()) {
    page.error = std::string(base.status().message());
    return false;
  }
  const auto resolved = base->Resolve(reference);
  if (!resolved.ok()) {
    page.error = std::string(resolved.status().message());
    return false;
  }
  page.target = resolved->href();
  return true;
}

}  // namespace

bool HttpPage::ClickLink() {
  std::string block;
  if (const HtmlProblem problem = ParseHtml(html, &block); problem != HtmlProblem::kNone) {
    error = DescribeHtmlProblem(problem);
    return false;
  }
  const HtmlDocument document(block);
  const uint32_t link = First(document, HtmlDocument::kRoot, selector, &error);
  std::string_view href;
  if (link == HtmlDocument::kNone || !document.FindAttribute(link, "href", &href)) {
    if (error.empty()) {
      error = absl::StrCat("no element with a href for the selector ", QuoteText(selector, 200));
    }
    return false;
  }
  method = "GET";
  return Resolve(*this, TrimSpace(href));
}

bool HttpPage::SubmitForm() {
  std::string block;
  if (const HtmlProblem problem = ParseHtml(html, &block); problem != HtmlProblem::kNone) {
    error = DescribeHtmlProblem(problem);
    return false;
  }
  const HtmlDocument document(block);
  const uint32_t form = First(document, HtmlDocument::kRoot, selector, &error);
  if (form == HtmlDocument::kNone) {
    if (error.empty()) {
      error = absl::StrCat("no form for the selector ", QuoteText(selector, 200));
    }
    return false;
  }
  AddHtmlFields(document, form, &body);
  const uint32_t button = First(document, form, submit_selector, &error);
  if (!error.empty()) {
    return false;
  }
  HtmlField pressed;
  std::string_view name;
  if (button != HtmlDocument::kNone && document.FindAttribute(button, "name", &name) && !name.empty() &&
      HtmlControlValue(document, button, &pressed.value)) {
    pressed.name = name;
    body.push_back(pressed);
  }
  for (const HtmlField& field : fields) {
    std::erase_if(body, [&](const HtmlField& own) { return own.name == field.name; });
    body.push_back(field);
  }
  std::string_view given;
  method = document.FindAttribute(form, "method", &given) && EqualsIgnoreCase(given, "post") ? "POST" : "GET";
  if (!Resolve(*this, document.FindAttribute(form, "action", &given) ? TrimSpace(given) : std::string_view())) {
    return false;
  }
  if (method == "GET") {
    target = absl::StrCat(target.substr(0, target.find('?')), "?", EncodeHtmlFields(body));
    body.clear();
  }
  return true;
}

void HttpPage::Clear() {
  for (std::string* text : {&url, &html, &selector, &submit_selector, &method, &target, &error}) {
    text->clear();
  }
  fields.clear();
  body.clear();
}

void HttpPage::Trim() {
  if (html.capacity() > kKeptBytes) {
    std::string().swap(html);
  }
}

JsReturn ResponseHtml(JsCall call) {
  call.SetTop(1);
  call.PushThis();
  if (!call.IsObject(1)) {
    call.Throw(JsError::kTypeError, "not a Response");
  }
  call.GetProperty(1, "body");
  if (!call.IsString(-1)) {
    call.Throw(JsError::kTypeError, "html: the response has no text body");
  }
  PushHtmlDocument(call, call.String(-1), "html");
  if (call.IsNullOrUndefined(0)) {
    return JsReturn::kTop;
  }
  call.GetProperty(-1, "find");
  call.Insert(-2);
  call.Duplicate(0);
  call.CallMethod(1);
  return JsReturn::kTop;
}

JsReturn ResponseClickLink(JsCall call) {
  HttpPage& page = call.Host<VuContext>().http->pages.Take(__builtin_frame_address(0));
  ReadThis(call, page);
  ReadText(call, "selector", "a[href]", page.selector);
  if (!page.ClickLink()) {
    call.Throw(JsError::kError, "clickLink: %.300s", page.error.c_str());
  }
  return Ask(call, page);
}

JsReturn ResponseSubmitForm(JsCall call) {
  HttpPage& page = call.Host<VuContext>().http->pages.Take(__builtin_frame_address(0));
  ReadThis(call, page);
  ReadText(call, "formSelector", "form", page.selector);
  ReadText(call, "submitSelector", "[type=\"submit\"]", page.submit_selector);
  ReadFields(call, page.fields);
  if (!page.SubmitForm()) {
    call.Throw(JsError::kError, "submitForm: %.300s", page.error.c_str());
  }
  return Ask(call, page);
}

}  // namespace mockarty

#include "engine/modules/html_form.h"

#include <algorithm>
#include <cctype>

namespace mockarty {
namespace {

constexpr uint32_t kNone = HtmlDocument::kNone;

std::string OptionValue(const HtmlDocument& document, uint32_t option) {
  std::string_view value;
  if (document.FindAttribute(option, "value", &value)) {
    return std::string(value);
  }
  // Its text with white space stripped and collapsed.
  std::string text;
  document.AppendText(option, &text);
  std::string out;
  for (const char c : text) {
    const bool space = isspace(static_cast<unsigned char>(c)) != 0;
    if (!space) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

std::string InputType(const HtmlDocument& document, uint32_t element) {
  std::string_view type = "text";
  document.FindAttribute(element, "type", &type);
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(tolower(c)); });
  return lower;
}

bool IsDisabled(const HtmlDocument& document, uint32_t element) {
  if (document.HasAttribute(element, "disabled")) {
    return true;
  }
  for (uint32_t at = document.ParentElement(element); at != kNone; at = document.ParentElement(at)) {
    if (document.Name(at) == "fieldset" && document.HasAttribute(at, "disabled")) {
      return true;
    }
  }
  return false;
}

void AddControl(const HtmlDocument& document, uint32_t element, std::vector<HtmlField>* out) {
  const std::string_view kind = document.Name(element);
  std::string_view name;
  if (!document.FindAttribute(element, "name", &name) || name.empty() || IsDisabled(document, element)) {
    return;
  }
  if (kind == "select") {
    for (std::string& value : HtmlChosenOptions(document, element)) {
      out->push_back({std::string(name), std::move(value)});
    }
    return;
  }
  std::string value;
  if (kind == "input") {
    const std::string type = InputType(document, element);
    if (type == "submit" || type == "button" || type == "image" || type == "reset" || type == "file") {
      return;
    }
    if (type == "checkbox" || type == "radio") {
      if (!document.HasAttribute(element, "checked")) {
        return;
      }
      value = "on";
    }
  } else if (kind != "textarea") {
    return;
  }
  HtmlControlValue(document, element, &value);
  out->push_back({std::string(name), std::move(value)});
}

}  // namespace

std::vector<std::string> HtmlChosenOptions(const HtmlDocument& document, uint32_t select) {
  std::vector<std::string> chosen;
  uint32_t first = kNone;
  for (uint32_t at = document.NextInside(select, select); at != kNone; at = document.NextInside(select, at)) {
    if (document.Name(at) != "option" || document.HasAttribute(at, "disabled")) {
      continue;
    }
    first = first == kNone ? at : first;
    if (document.HasAttribute(at, "selected")) {
      chosen.push_back(OptionValue(document, at));
    }
  }
  if (!document.HasAttribute(select, "multiple")) {
    if (chosen.empty() && first != kNone) {
      chosen.push_back(OptionValue(document, first));
    } else if (chosen.size() > 1) {
      chosen.erase(chosen.begin(), chosen.end() - 1);  // the last one that is marked
    }
  }
  return chosen;
}

bool HtmlControlValue(const HtmlDocument& document, uint32_t element, std::string* value) {
  const std::string_view kind = document.Name(element);
  std::string_view attribute;
  if (kind == "input" || kind == "button") {
    if (document.FindAttribute(element, "value", &attribute)) {
      value->assign(attribute);
    }
    return true;
  }
  if (kind == "textarea") {
    value->clear();
    document.AppendText(element, value);
    return true;
  }
  if (kind == "option") {
    *value = OptionValue(document, element);
    return true;
  }
  if (kind != "select") {
    return false;
  }
  const std::vector<std::string> chosen = HtmlChosenOptions(document, element);
  *value = chosen.empty() ? std::string() : chosen.front();
  return true;
}

void AddHtmlFields(const HtmlDocument& document, uint32_t element, std::vector<HtmlField>* out) {
  for (uint32_t at = element; at != kNone; at = document.NextInside(element, at)) {
    if (document.IsElement(at)) {
      AddControl(document, at, out);
    }
  }
}

std::string EncodeHtmlFields(const std::vector<HtmlField>& fields) {
  std::string out;
  const auto add = [&](std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (isalnum(byte) != 0 || c == '*' || c == '-' || c == '.' || c == '_') {
        out.push_back(c);
      } else if (c == ' ') {
        out.push_back('+');
      } else {
        out.append({'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]});
      }
    }
  };
  for (const HtmlField& field : fields) {
    if (!out.empty()) {
      out.push_back('&');
    }
    add(field.name);
    out.push_back('=');
    add(field.value);
  }
  return out;
}

}  // namespace mockarty

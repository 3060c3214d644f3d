// What a browser would send of a form (HTML standard, "constructing the entry list"). Pure; any thread.
#ifndef ENGINE_MODULES_HTML_FORM_H_
#define ENGINE_MODULES_HTML_FORM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_document.h"

namespace mockarty {

struct HtmlField {
  std::string name;
  std::string value;
};

// The value of a control: an input's or a button's `value`, a textarea's text, a select's first chosen option, an
// option's value or text. False for other elements.
bool HtmlControlValue(const HtmlDocument& document, uint32_t element, std::string* value);

// All chosen options of a select, as values; without `multiple` at most one, the first one when none is marked.
std::vector<std::string> HtmlChosenOptions(const HtmlDocument& document, uint32_t select);

// Adds the fields of a control, or of all controls inside any other element, in the order of the document: those with a
// name that are not disabled; of check boxes and radio buttons the checked ones; no buttons and no files.
void AddHtmlFields(const HtmlDocument& document, uint32_t element, std::vector<HtmlField>* out);

// application/x-www-form-urlencoded, by the rules of the URL standard.
std::string EncodeHtmlFields(const std::vector<HtmlField>& fields);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_FORM_H_

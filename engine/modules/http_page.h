// What a browser would ask for when a link of a page is clicked or a form is sent; and response.html().
#ifndef ENGINE_MODULES_HTTP_PAGE_H_
#define ENGINE_MODULES_HTTP_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/modules/html_form.h"
#include "engine/script/js_call.h"

namespace mockarty {

// The natives html(selector), clickLink({selector, params}) and submitForm({formSelector, submitSelector, fields,
// params}) of a Response. [throws]
JsReturn ResponseHtml(JsCall call);
JsReturn ResponseClickLink(JsCall call);
JsReturn ResponseSubmitForm(JsCall call);

// One such call, in memory of the virtual user (frame_pool.h). Pure.
struct HttpPage {
  std::string url;  // of the page
  std::string html;
  std::string selector;
  std::string submit_selector;
  std::vector<HtmlField> fields;  // instead of the form's own of those names

  // What is to be asked for.
  std::string method;
  std::string target;
  std::vector<HtmlField> body;
  std::string error;

  // False: `error` says why.
  bool ClickLink();
  bool SubmitForm();
  void Clear();
  void Trim();
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_PAGE_H_

#include "engine/script/bundled_library.h"

#include "bundled_text.inc"

namespace mockarty {
namespace {

struct Library {
  std::string_view name;
  std::string_view text;
};

const Library kLibraries[] = {
    {"k6-utils", web_text_k6_utils},   {"k6-summary", web_text_k6_summary}, {"httpx", web_text_httpx},
    {"papaparse", web_text_papaparse}, {"k6chaijs", web_text_k6chaijs},     {"url", web_text_url},
    {"formdata", web_text_formdata},
};

// The globals of legacy scripts and what carries out collections: no address names them.
const Library kOwnLibraries[] = {
    {"expect", web_text_expect},
    {"expect_equal", web_text_expect_equal},
    {"expect_more", web_text_expect_more},
    {"expect_response", web_text_expect_response},
    {"legacy", web_text_legacy},
    {"legacy_collection", web_text_legacy_collection},
    {"legacy_dynamic", web_text_legacy_dynamic},
    {"legacy_mk", web_text_legacy_mk},
    {"legacy_pm", web_text_legacy_pm},
    {"legacy_request", web_text_legacy_request},
    {"legacy_response", web_text_legacy_response},
    {"legacy_schema", web_text_legacy_schema},
    {"legacy_variables", web_text_legacy_variables},
    {"module_loader", web_text_module_loader},
};

constexpr std::string_view kHosts[] = {"https://jslib.k6.io/", "http://jslib.k6.io/"};

}  // namespace

std::string_view BundledLibraryName(std::string_view address) {
  for (const std::string_view host : kHosts) {
    if (address.substr(0, host.size()) != host) {
      continue;
    }
    const std::string_view path = address.substr(host.size());
    const std::string_view name = path.substr(0, path.find('/'));
    for (const Library& library : kLibraries) {
      if (library.name == name) {
        return library.name;
      }
    }
  }
  return {};
}

std::string_view BundledLibraryText(std::string_view name) {
  for (const Library& library : kLibraries) {
    if (library.name == name) {
      return library.text;
    }
  }
  for (const Library& library : kOwnLibraries) {
    if (library.name == name) {
      return library.text;
    }
  }
  return {};
}

std::string BundledLibraryNames() {
  std::string names;
  for (const Library& library : kLibraries) {
    names.append(names.empty() ? "" : ", ").append(library.name);
  }
  return names;
}

}  // namespace mockarty

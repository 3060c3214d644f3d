#include "engine/script/collection_har.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "engine/script/collection_json.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr size_t kMaxNameBytes = 200;

// What belongs to the recorded connection and not to the request: our client has its own, and cookies come from the
// virtual user's jar.
bool IsOfConnection(std::string_view header) {
  constexpr std::string_view names[] = {"host",   "content-length",    "connection",
                                        "cookie", "transfer-encoding", "accept-encoding"};
  return header.empty() || header[0] == ':' || std::find(std::begin(names), std::end(names), header) != std::end(names);
}

absl::Status ConvertHarRequest(const json::object& request, json::object& out) {
  const std::string url = TextMember(request, "url");
  if (url.empty()) {
    return absl::InvalidArgumentError("request.url: expected text, there is none");
  }
  std::string method = TextMember(request, "method");
  out["url"] = url.substr(0, url.find('#'));
  out["method"] = method.empty() ? "GET" : method;
  out["literal"] = true;  // braces of a recording are no variables
  json::array& headers = out["headers"].emplace_array();
  if (const json::array* list = ArrayMember(request, "headers")) {
    for (const json::value& each : *list) {
      const json::object* header = each.if_object();
      std::string key = header == nullptr ? "" : TextMember(*header, "name");
      if (!IsOfConnection(absl::AsciiStrToLower(key))) {
        headers.push_back(Pair(key, TextMember(*header, "value")));
      }
    }
  }
  const json::object* data = ObjectMember(request, "postData");
  if (data == nullptr) {
    return absl::OkStatus();
  }
  const json::array* params = ArrayMember(*data, "params");
  json::object body;
  if (Member(*data, "text") != nullptr || params == nullptr) {
    body["mode"] = "raw";
    body["text"] = TextMember(*data, "text");
    body["type"] = TextMember(*data, "mimeType");
  } else {
    body["mode"] = "urlencoded";
    json::array& fields = body["fields"].emplace_array();
    for (const json::value& each : *params) {
      if (const json::object* param = each.if_object()) {
        fields.push_back(Pair(TextMember(*param, "name"), TextMember(*param, "value")));
      }
    }
  }
  out["body"] = std::move(body);
  return absl::OkStatus();
}

// Pages by id -> index of the folder.
std::map<std::string, size_t> ReadPages(const json::object& log, json::array& folders) {
  std::map<std::string, size_t> pages;
  if (const json::array* list = ArrayMember(log, "pages")) {
    for (const json::value& each : *list) {
      const json::object* page = each.if_object();
      if (page == nullptr || folders.size() >= Collection::kMaxItems) {
        continue;
      }
      const std::string id = TextMember(*page, "id");
      const std::string title = TextMember(*page, "title");
      pages.emplace(id, folders.size());
      folders.emplace_back(Printable(!title.empty() ? title : !id.empty() ? id : "page", kMaxNameBytes));
    }
  }
  return pages;
}

}  // namespace

absl::StatusOr<Collection> ConvertHar(std::string_view name, const json::object& log) {
  const json::array* entries = ArrayMember(log, "entries");
  if (entries == nullptr) {
    return absl::InvalidArgumentError(Concat(name, ": log.entries: expected a list"));
  }
  Collection result;
  json::array folders;
  const std::map<std::string, size_t> pages = ReadPages(log, folders);
  json::array items;
  size_t left_out = 0;
  for (size_t i = 0; i < entries->size(); ++i) {
    const std::string place = Concat(name, ": log.entries[", i, "]");
    const json::object* entry = (*entries)[i].if_object();
    const json::object* request = entry == nullptr ? nullptr : ObjectMember(*entry, "request");
    if (request == nullptr) {
      return absl::InvalidArgumentError(Concat(place, ".request: expected an object"));
    }
    const std::string url = TextMember(*request, "url");
    if (!url.empty() && url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0) {
      ++left_out;  // data:, blob:, ws:, extensions of the browser
      continue;
    }
    if (items.size() >= Collection::kMaxItems) {
      return absl::InvalidArgumentError(Concat(name, ": a recording has at most ", Collection::kMaxItems, " requests"));
    }
    json::object converted;
    if (const absl::Status status = ConvertHarRequest(*request, converted); !status.ok()) {
      return absl::InvalidArgumentError(Concat(place, ".", status.message()));
    }
    const auto page = pages.find(TextMember(*entry, "pageref"));
    const std::string path = Printable(Concat(TextMember(*request, "method"), " ", url.substr(0, url.find('?'))), 400);
    json::object item;
    item["name"] = path;
    item["path"] = path;
    item["id"] = "";
    json::array& inside = item["folders"].emplace_array();
    if (page != pages.end()) {
      inside.emplace_back(page->second);
    }
    item["pre"].emplace_array();
    item["test"].emplace_array();
    item["request"] = std::move(converted);
    items.push_back(std::move(item));
  }
  if (items.empty()) {
    return absl::InvalidArgumentError(Concat(name, ": the recording has no request over HTTP"));
  }
  if (left_out > 0) {
    result.warnings.push_back(Concat(name, ": ", left_out, " entries are no requests over HTTP and are left out"));
  }
  json::object plan;
  plan["variables"].emplace_array();
  plan["folders"] = std::move(folders);
  plan["files"].emplace_array();
  plan["items"] = std::move(items);
  result.plan = json::serialize(plan);
  return result;
}

}  // namespace mockarty

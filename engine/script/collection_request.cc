#include "engine/script/collection_request.h"

#include <algorithm>
#include <array>
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

absl::Status Expected(std::string_view field, std::string_view expected, const json::value& got) {
  return absl::InvalidArgumentError(Concat(field, ": expected ", expected, ", got ", KindOf(got)));
}

// Enabled entries of a list of {key, value}.
template <class Take>
absl::Status ForEachEntry(const json::array& list, std::string_view field, Take take) {
  for (size_t i = 0; i < list.size(); ++i) {
    const json::object* entry = list[i].if_object();
    if (entry == nullptr) {
      return Expected(Concat(field, "[", i, "]"), "an object of key and value", list[i]);
    }
    if (!TrueMember(*entry, "disabled")) {
      take(*entry);
    }
  }
  return absl::OkStatus();
}

// A list of texts that may also be one text.
std::string Joined(const json::value& value, std::string_view separator) {
  const json::array* list = value.if_array();
  if (list == nullptr) {
    return TextOf(value);
  }
  std::string joined;
  for (size_t i = 0; i < list->size(); ++i) {
    const json::object* part = (*list)[i].if_object();
    joined.append(i > 0 ? separator : "");
    joined += part != nullptr ? TextMember(*part, "value") : TextOf((*list)[i]);
  }
  return joined;
}

// `:name` parts of a path, by the URL's own variables.
std::string FillPath(std::string_view url, const json::array& variables) {
  const size_t end = std::min({url.find('?'), url.find('#'), url.size()});
  std::string filled;
  for (size_t start = 0; start <= end;) {
    const size_t next = std::min(url.find('/', start), end);
    std::string_view part = url.substr(start, next - start);
    std::string value(part);
    for (const json::value& each : variables) {
      const json::object* variable = each.if_object();
      if (variable == nullptr || part.size() < 2 || part[0] != ':' || Member(*variable, "value") == nullptr) {
        continue;
      }
      std::string name = TextMember(*variable, "key");
      name = name.empty() ? TextMember(*variable, "id") : name;
      if (name == part.substr(1)) {
        value = TextMember(*variable, "value");
      }
    }
    filled.append(start > 0 ? "/" : "").append(value);
    start = next + 1;
  }
  return filled.append(url.substr(end));
}

absl::Status ConvertUrl(const json::value& url, json::object& out) {
  const json::object* parts = url.if_object();
  if (parts == nullptr) {
    if (!url.is_string()) {
      return Expected("request.url", "text or an object", url);
    }
    out["url"] = TextOf(url);
    return absl::OkStatus();
  }
  std::string text = TextMember(*parts, "raw");
  if (const json::value* host = Member(*parts, "host")) {
    const std::string protocol = TextMember(*parts, "protocol");
    text = protocol.empty() ? "" : protocol.find("://") == protocol.npos ? Concat(protocol, "://") : protocol;
    text += Joined(*host, ".");
    const std::string port = TextMember(*parts, "port");
    text += port.empty() ? "" : Concat(":", port);
    if (const json::value* path = Member(*parts, "path")) {
      const std::string joined = Joined(*path, "/");
      text.append(joined.substr(0, 1) == "/" ? "" : "/").append(joined);
    }
    if (const json::value* query = Member(*parts, "query")) {
      if (!query->is_array()) {
        return Expected("request.url.query", "a list", *query);
      }
      json::array& pairs = out["query"].emplace_array();
      RETURN_IF_ERROR(ForEachEntry(query->get_array(), "request.url.query", [&](const json::object& entry) {
        json::array pair = Pair(TextMember(entry, "key"), TextMember(entry, "value"));
        if (Member(entry, "value") == nullptr) {
          pair[1] = nullptr;
        }
        pairs.push_back(std::move(pair));
      }));
    }
  }
  const json::array* variables = ArrayMember(*parts, "variable");
  out["url"] = variables == nullptr ? text : FillPath(text, *variables);
  return absl::OkStatus();
}

// "Name: value", as v2 lets a whole list of headers be one text.
void AddHeaderLines(std::string_view text, json::array& headers) {
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    const size_t colon = line.find(':');
    if (colon != line.npos && line.substr(0, 2) != "//") {
      headers.push_back(Pair(ToStd(absl::StripAsciiWhitespace(ToAbsl(line.substr(0, colon)))),
                             ToStd(absl::StripAsciiWhitespace(ToAbsl(line.substr(colon + 1))))));
    }
    start = end + 1;
  }
}

absl::Status ConvertHeaders(const json::value& value, json::array& headers) {
  if (value.is_string()) {
    AddHeaderLines(TextOf(value), headers);
    return absl::OkStatus();
  }
  if (!value.is_array()) {
    return Expected("request.header", "a list or text", value);
  }
  json::array entries;
  for (const json::value& each : value.get_array()) {
    if (each.is_string()) {
      AddHeaderLines(TextOf(each), headers);
    } else {
      entries.push_back(each);
    }
  }
  return ForEachEntry(entries, "request.header", [&](const json::object& entry) {
    if (const std::string key = TextMember(entry, "key"); !key.empty()) {
      headers.push_back(Pair(key, TextMember(entry, "value")));
    }
  });
}

std::string_view TypeOfLanguage(std::string_view language) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {{"json", "application/json"},
                                                                     {"xml", "application/xml"},
                                                                     {"html", "text/html"},
                                                                     {"javascript", "application/javascript"}};
  for (const auto& [name, type] : types) {
    if (language == name) {
      return type;
    }
  }
  return "text/plain";
}

absl::Status ConvertForm(const json::value& value, const RequestSurroundings& around, json::array& fields) {
  if (!value.is_array()) {
    return Expected("request.body.formdata", "a list", value);
  }
  return ForEachEntry(value.get_array(), "request.body.formdata", [&](const json::object& entry) {
    const std::string key = TextMember(entry, "key");
    const std::string type = TextMember(entry, "contentType");
    const json::value* source = Member(entry, "src");
    if (TextMember(entry, "type") != "file" && source == nullptr) {
      json::array field = Pair(key, TextMember(entry, "value"));
      field.emplace_back(type);
      fields.push_back(std::move(field));
      return;
    }
    json::array paths;
    if (source != nullptr && source->is_array()) {
      paths = source->get_array();
    } else if (source != nullptr) {
      paths.push_back(*source);
    }
    if (paths.empty()) {
      around.warn(Concat("the form's field ", Quoted(key), " has no file and is left out"));
    }
    for (const json::value& path : paths) {
      json::array field = Pair(key, "");
      field[1] = nullptr;
      field.emplace_back(type);
      field.emplace_back(around.file(TextOf(path)));
      fields.push_back(std::move(field));
    }
  });
}

absl::Status ConvertFileBody(const json::object& body, const RequestSurroundings& around, json::object& out) {
  const json::value* file = Member(body, "file");
  const json::object* parts = file == nullptr ? nullptr : file->if_object();
  std::string path = parts != nullptr ? TextMember(*parts, "src") : file != nullptr ? TextOf(*file) : "";
  if (path.empty() && parts != nullptr && Member(*parts, "content") != nullptr) {
    out["mode"] = "raw";
    out["text"] = TextMember(*parts, "content");
    out["type"] = "";
    return absl::OkStatus();
  }
  if (path.empty()) {
    around.warn("the body is a file, and none is named: it is sent without a body");
    out.clear();
    return absl::OkStatus();
  }
  out["file"] = around.file(std::move(path));
  return absl::OkStatus();
}

absl::Status ConvertFields(const json::value& list, json::object& out) {
  json::array& fields = out["fields"].emplace_array();
  if (list.is_string()) {  // encoded already
    out["mode"] = "raw";
    out["text"] = list;
    out["type"] = "application/x-www-form-urlencoded";
    return absl::OkStatus();
  }
  if (!list.is_array()) {
    return Expected("request.body.urlencoded", "a list", list);
  }
  return ForEachEntry(list.get_array(), "request.body.urlencoded", [&](const json::object& entry) {
    fields.push_back(Pair(TextMember(entry, "key"), TextMember(entry, "value")));
  });
}

// Leaves `out` empty when there is no body.
absl::Status ConvertBody(const json::object& body, const RequestSurroundings& around, json::object& out) {
  const std::string mode = TextMember(body, "mode");
  if (TrueMember(body, "disabled") || mode.empty() || mode == "none") {
    return absl::OkStatus();
  }
  out["mode"] = mode;
  const json::value empty = json::array();
  const json::value* part = Member(body, mode);
  if (mode == "raw") {
    out["text"] = TextMember(body, "raw");
    const json::object* options = ObjectMember(body, "options");
    const json::object* raw = options == nullptr ? nullptr : ObjectMember(*options, "raw");
    out["type"] = TypeOfLanguage(raw == nullptr ? "" : TextMember(*raw, "language"));
    return absl::OkStatus();
  }
  if (mode == "urlencoded") {
    return ConvertFields(part == nullptr ? empty : *part, out);
  }
  if (mode == "formdata") {
    return ConvertForm(part == nullptr ? empty : *part, around, out["fields"].emplace_array());
  }
  if (mode == "file") {
    return ConvertFileBody(body, around, out);
  }
  if (mode == "graphql") {
    const json::object* graphql = ObjectMember(body, "graphql");
    if (graphql == nullptr) {
      return Expected("request.body.graphql", "an object", part == nullptr ? json::value() : *part);
    }
    out["query"] = TextMember(*graphql, "query");
    out["variables"] = TextMember(*graphql, "variables");
    out["operation"] = TextMember(*graphql, "operationName");
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      Concat("request.body.mode: expected raw, urlencoded, formdata, file or graphql, got ", Quoted(mode)));
}

bool SendsNoBody(std::string_view method) { return method == "GET" || method == "HEAD"; }

}  // namespace

json::value ConvertAuth(const json::value& auth, const RequestSurroundings& around) {
  constexpr std::array<std::string_view, 5> known = {"basic", "bearer", "apikey", "digest", "oauth2"};
  const json::object* object = auth.if_object();
  if (object == nullptr) {
    return nullptr;
  }
  const std::string type = TextMember(*object, "type");
  if (type.empty() || type == "noauth") {
    return nullptr;
  }
  if (std::find(known.begin(), known.end(), type) == known.end()) {
    around.warn(Concat("auth ", Quoted(type), " is not supported: requests go without it"));
    return nullptr;
  }
  json::object values;
  if (const json::array* list = ArrayMember(*object, type)) {  // v2.1
    for (const json::value& each : *list) {
      if (const json::object* entry = each.if_object()) {
        values[TextMember(*entry, "key")] = TextMember(*entry, "value");
      }
    }
  } else if (const json::object* members = ObjectMember(*object, type)) {  // v2.0
    for (const auto& member : *members) {
      values[member.key()] = TextOf(member.value());
    }
  }
  if (type == "oauth2" && values["accessToken"].if_string() == nullptr) {
    around.warn("auth 'oauth2' has no access token, and none is fetched: requests go without it");
    return nullptr;
  }
  json::object converted;
  converted["type"] = type;
  converted["values"] = std::move(values);
  return converted;
}

absl::StatusOr<json::object> ConvertRequest(const json::value& request, const json::object* behaviour,
                                            const RequestSurroundings& around) {
  json::object out;
  out["method"] = "GET";
  out["headers"].emplace_array();
  const json::object* members = request.if_object();
  if (members == nullptr) {
    if (!request.is_string()) {
      return Expected("request", "an object or a URL", request);
    }
    out["url"] = TextOf(request);
    return out;
  }
  std::string method = TextMember(*members, "method");
  absl::AsciiStrToUpper(&method);
  if (!method.empty()) {
    out["method"] = method;
  }
  const json::value* url = Member(*members, "url");
  if (url == nullptr) {
    return absl::InvalidArgumentError("request.url: expected text or an object, there is none");
  }
  RETURN_IF_ERROR(ConvertUrl(*url, out));
  if (const json::value* headers = Member(*members, "header")) {
    RETURN_IF_ERROR(ConvertHeaders(*headers, out["headers"].get_array()));
  }
  const json::object* body = ObjectMember(*members, "body");
  const bool keep_body = behaviour != nullptr && TrueMember(*behaviour, "disableBodyPruning");
  if (body != nullptr && (keep_body || !SendsNoBody(method.empty() ? "GET" : method))) {
    json::object converted;
    RETURN_IF_ERROR(ConvertBody(*body, around, converted));
    if (!converted.empty()) {
      out["body"] = std::move(converted);
    }
  }
  if (behaviour != nullptr) {
    const json::value* follow = Member(*behaviour, "followRedirects");
    const json::value* most = Member(*behaviour, "maxRedirects");
    if (follow != nullptr && follow->is_bool() && !follow->get_bool()) {
      out["redirects"] = 0;
    } else if (most != nullptr && most->is_int64() && most->get_int64() >= 0) {
      out["redirects"] = *most;
    }
  }
  return out;
}

}  // namespace mockarty

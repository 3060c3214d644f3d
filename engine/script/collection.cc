#include "engine/script/collection.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "engine/script/collection_har.h"
#include "engine/script/collection_json.h"
#include "engine/script/collection_request.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr size_t kMaxNameBytes = 200;  // a group's name has at most 256
constexpr size_t kMaxWarnings = 50;
constexpr size_t kMaxFiles = 1000;

// What an item has from the folders around it.
struct Surroundings {
  std::string path;  // "A / B"
  json::array folders;
  json::array before;  // scripts
  json::array after;
  json::value auth;
  int depth = 0;
};

class Converter {
 public:
  explicit Converter(std::string_view name) : name_(name) {}

  absl::StatusOr<Collection> Convert(const json::object& root) {
    const json::value* items = Member(root, "item");
    if (items == nullptr || !items->is_array()) {
      return absl::InvalidArgumentError(
          Concat(name_, ": neither a Postman collection (a list `item`) nor a HAR file (an object `log`)"));
    }
    const json::object* info = ObjectMember(root, "info");
    const std::string schema = info == nullptr ? "" : TextMember(*info, "schema");
    if (!schema.empty() && schema.find("/v2.") == schema.npos) {
      return absl::InvalidArgumentError(
          Concat(name_, ": info.schema: expected a collection of version 2.0 or 2.1, got ", Quoted(schema)));
    }
    Surroundings around;
    RETURN_IF_ERROR(Enter(root, "collection", &around));
    RETURN_IF_ERROR(AddItems(items->get_array(), around));
    if (items_.empty()) {
      return absl::InvalidArgumentError(Concat(name_, ": the collection has no request"));
    }
    json::object plan;
    plan["variables"] = VariablesOf(root);
    plan["folders"] = std::move(folders_);
    plan["files"] = std::move(files_);
    plan["items"] = std::move(items_);
    result_.plan = json::serialize(plan);
    if (left_out_ > 0) {
      result_.warnings.push_back(Concat("and ", left_out_, " more warnings about the collection"));
    }
    return std::move(result_);
  }

 private:
  static json::array VariablesOf(const json::object& root) {
    json::array pairs;
    if (const json::array* list = ArrayMember(root, "variable")) {
      for (const json::value& each : *list) {
        const json::object* variable = each.if_object();
        if (variable != nullptr && !TrueMember(*variable, "disabled")) {
          const std::string key = TextMember(*variable, "key");
          pairs.push_back(Pair(key.empty() ? TextMember(*variable, "id") : key, TextMember(*variable, "value")));
        }
      }
    }
    return pairs;
  }

  absl::Status Refuse(std::string_view path, std::string_view why) const {
    return absl::InvalidArgumentError(
        Concat(name_, ": ", Printable(path, 2 * kMaxNameBytes), path.empty() ? "" : ": ", why));
  }

  void Warn(std::string_view path, std::string_view what) {
    if (result_.warnings.size() >= kMaxWarnings) {
      ++left_out_;
      return;
    }
    result_.warnings.push_back(Concat(name_, ": ", Printable(path, 2 * kMaxNameBytes), ": ", what));
  }

  // Scripts and authorization of a collection, a folder or a request.
  absl::Status Enter(const json::object& object, std::string_view place, Surroundings* around) {
    if (const json::value* auth = object.if_contains("auth")) {
      around->auth = ConvertAuth(*auth, RequestAround(place));
    }
    const json::value* events = Member(object, "event");
    if (events == nullptr) {
      return absl::OkStatus();
    }
    if (!events->is_array()) {
      return Refuse(place, Concat("event: expected a list, got ", KindOf(*events)));
    }
    for (const json::value& each : events->get_array()) {
      if (const json::object* event = each.if_object()) {
        RETURN_IF_ERROR(AddEvent(*event, place, around));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddEvent(const json::object& event, std::string_view place, Surroundings* around) {
    const std::string listen = TextMember(event, "listen");
    const json::value* script = Member(event, "script");
    if (TrueMember(event, "disabled") || script == nullptr) {
      return absl::OkStatus();
    }
    std::string text = TextOf(*script);
    if (const json::object* object = script->if_object()) {
      const json::value* lines = Member(*object, "exec");
      text = lines == nullptr ? "" : TextOf(*lines);
      if (const json::array* list = ArrayMember(*object, "exec")) {
        text.clear();
        for (size_t i = 0; i < list->size(); ++i) {
          text.append(i > 0 ? "\n" : "").append(TextOf((*list)[i]));
        }
      }
      if (lines == nullptr && Member(*object, "src") != nullptr) {
        return Refuse(place, Concat("the ", listen, " script is a reference (script.src), and only text can be run"));
      }
    }
    if (text.find_first_not_of(" \t\r\n") == text.npos) {
      return absl::OkStatus();
    }
    if (listen != "prerequest" && listen != "test") {
      Warn(place, Concat("a script that listens to ", Quoted(listen), " is never run"));
      return absl::OkStatus();
    }
    if (result_.scripts.size() >= Collection::kMaxScripts) {
      return Refuse(place, Concat("a collection has at most ", Collection::kMaxScripts, " scripts"));
    }
    (listen == "test" ? around->after : around->before).emplace_back(result_.scripts.size());
    result_.scripts.push_back({Concat(Printable(place, 2 * kMaxNameBytes), " (", listen, ")"), std::move(text)});
    return absl::OkStatus();
  }

  absl::Status AddItems(const json::array& list, const Surroundings& around) {
    for (size_t i = 0; i < list.size(); ++i) {
      const json::object* item = list[i].if_object();
      if (item == nullptr) {
        return Refuse(around.path, Concat("item[", i, "]: expected an object, got ", KindOf(list[i])));
      }
      std::string name = Printable(TextMember(*item, "name"), kMaxNameBytes);
      const json::value* below = Member(*item, "item");
      if (name.empty()) {
        name = Concat(below != nullptr ? "folder " : "request ", i + 1);
      }
      Surroundings inner = around;
      inner.path = around.path.empty() ? name : Concat(around.path, " / ", name);
      RETURN_IF_ERROR(Enter(*item, inner.path, &inner));
      if (below == nullptr) {
        RETURN_IF_ERROR(AddRequest(*item, name, std::move(inner)));
        continue;
      }
      if (!below->is_array()) {
        return Refuse(inner.path, Concat("item: expected a list, got ", KindOf(*below)));
      }
      if (++inner.depth > Collection::kMaxFolderDepth) {
        return Refuse(inner.path, Concat("folders nest more than ", Collection::kMaxFolderDepth, " deep"));
      }
      inner.folders.emplace_back(folders_.size());
      folders_.emplace_back(name);
      RETURN_IF_ERROR(AddItems(below->get_array(), inner));
    }
    return absl::OkStatus();
  }

  absl::Status AddRequest(const json::object& item, const std::string& name, Surroundings around) {
    const json::value* request = Member(item, "request");
    if (request == nullptr) {
      return Refuse(around.path, "expected a request (`request`) or a folder (`item`), there is neither");
    }
    if (items_.size() >= Collection::kMaxItems) {
      return Refuse(around.path, Concat("a collection has at most ", Collection::kMaxItems, " requests"));
    }
    const RequestSurroundings request_around = RequestAround(around.path);
    absl::StatusOr<json::object> converted =
        ConvertRequest(*request, ObjectMember(item, "protocolProfileBehavior"), request_around);
    if (!converted.ok()) {
      return Refuse(around.path, ToStd(converted.status().message()));
    }
    if (too_many_files_) {
      return Refuse(around.path, Concat("a collection sends at most ", kMaxFiles, " files"));
    }
    const json::object* members = request->if_object();
    if (members != nullptr && members->contains("auth")) {
      around.auth = ConvertAuth(members->at("auth"), request_around);
    }
    for (const char* unsupported : {"proxy", "certificate"}) {
      if (members != nullptr && Member(*members, unsupported) != nullptr) {
        Warn(around.path, Concat("request.", unsupported, " is not looked at"));
      }
    }
    if (!around.auth.is_null()) {
      (*converted)["auth"] = std::move(around.auth);
    }
    json::object out;
    out["name"] = name;
    out["path"] = around.path;
    const std::string id = TextMember(item, "id");
    out["id"] = id.empty() ? TextMember(item, "_postman_id") : id;
    out["folders"] = std::move(around.folders);
    out["pre"] = std::move(around.before);
    out["test"] = std::move(around.after);
    out["request"] = *std::move(converted);
    items_.push_back(std::move(out));
    return absl::OkStatus();
  }

  RequestSurroundings RequestAround(std::string_view place) {
    return {[this](const std::string& path) { return IndexOfFile(path); },
            [this, place = std::string(place)](const std::string& what) { Warn(place, what); }};
  }

  int64_t IndexOfFile(const std::string& path) {
    const auto found = std::find(files_.begin(), files_.end(), json::value(path));
    const auto index = static_cast<int64_t>(found - files_.begin());
    too_many_files_ |= files_.size() >= kMaxFiles;
    if (found == files_.end() && !too_many_files_) {
      files_.emplace_back(path);
    }
    return index;
  }

  std::string name_;
  Collection result_;
  json::array folders_;
  json::array items_;
  json::array files_;
  size_t left_out_ = 0;
  bool too_many_files_ = false;
};

}  // namespace

bool LooksLikeCollection(std::string_view bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  constexpr std::string_view spaces = " \t\r\n";
  size_t at = bytes.find_first_not_of(spaces, bytes.substr(0, mark.size()) == mark ? mark.size() : 0);
  if (at == bytes.npos || bytes[at] != '{') {
    return false;
  }
  at = bytes.find_first_not_of(spaces, at + 1);
  return at != bytes.npos && (bytes[at] == '"' || bytes[at] == '}');
}

bool MentionsFiles(std::string_view collection) { return collection.find("\"src\"") != collection.npos; }

absl::StatusOr<Collection> ConvertCollection(std::string_view name, std::string_view bytes) {
  ASSIGN_OR_RETURN(const json::value root, ParseForeignJson(name, bytes));
  const json::object* object = root.if_object();
  if (object == nullptr) {
    return absl::InvalidArgumentError(
        Concat(name, ": expected a Postman collection or a HAR file, got ", KindOf(root)));
  }
  if (const json::object* log = ObjectMember(*object, "log")) {
    return ConvertHar(name, *log);
  }
  // What Postman's API answers has the collection one level down.
  const json::object* inner = ObjectMember(*object, "collection");
  return Converter(name).Convert(inner != nullptr && Member(*object, "item") == nullptr ? *inner : *object);
}

}  // namespace mockarty

#include "engine/script/postman_files.h"

#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "engine/script/collection_json.h"
#include "engine/script/source_text.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr char kEnvironmentFile[] = ".postman/environment.json";
constexpr char kGlobalsFile[] = ".postman/globals.json";
constexpr char kJsonRowsFile[] = ".postman/rows.json";
constexpr char kCsvRowsFile[] = ".postman/rows.csv";
constexpr size_t kMaxScopeBytes = size_t{4} << 20;
constexpr size_t kMaxRowsBytes = size_t{256} << 20;
constexpr size_t kMaxVariables = 10'000;

// {name, values: [{key, value, enabled}]}, as Postman exports both kinds.
absl::StatusOr<json::object> ConvertScope(std::string_view name, std::string_view bytes) {
  ASSIGN_OR_RETURN(const json::value root, ParseForeignJson(name, bytes));
  const json::object* object = root.if_object();
  const json::array* list = object == nullptr ? nullptr : ArrayMember(*object, "values");
  if (list == nullptr) {
    return absl::InvalidArgumentError(
        Concat(name, ": expected Postman's JSON, an object with a list `values`, got ", KindOf(root)));
  }
  if (list->size() > kMaxVariables) {
    return absl::InvalidArgumentError(
        Concat(name, ": values: expected at most ", kMaxVariables, ", got ", list->size()));
  }
  json::array pairs;
  for (size_t i = 0; i < list->size(); ++i) {
    const json::object* entry = (*list)[i].if_object();
    if (entry == nullptr || Member(*entry, "key") == nullptr) {
      return absl::InvalidArgumentError(Concat(name, ": values[", i, "]: expected an object with a `key`"));
    }
    const json::value* enabled = Member(*entry, "enabled");
    if (enabled == nullptr || !enabled->is_bool() || enabled->get_bool()) {
      pairs.push_back(Pair(TextMember(*entry, "key"), TextMember(*entry, "value")));
    }
  }
  json::object scope;
  scope["name"] = TextMember(*object, "name");
  scope["values"] = std::move(pairs);
  return scope;
}

absl::Status CheckRows(std::string_view name, std::string_view bytes) {
  ASSIGN_OR_RETURN(const json::value root, ParseForeignJson(name, bytes));
  const json::array* rows = root.if_array();
  if (rows == nullptr || rows->empty()) {
    return absl::InvalidArgumentError(Concat(name, ": expected a list of rows, not empty, got ", KindOf(root)));
  }
  for (size_t i = 0; i < rows->size(); ++i) {
    if (!(*rows)[i].is_object()) {
      return absl::InvalidArgumentError(Concat(name, ": row ", i, ": expected an object, got ", KindOf((*rows)[i])));
    }
  }
  return absl::OkStatus();
}

bool IsCsv(std::string_view path) { return path.size() > 4 && path.substr(path.size() - 4) == ".csv"; }

}  // namespace

absl::Status ReadPostmanFiles(const PostmanPaths& paths, std::map<std::string, std::string>* files) {
  const std::pair<const std::string*, const char*> scopes[] = {{&paths.environment, kEnvironmentFile},
                                                               {&paths.globals, kGlobalsFile}};
  for (const auto& [path, name] : scopes) {
    if (!path->empty()) {
      ASSIGN_OR_RETURN((*files)[name], ReadSourceFile(*path, kMaxScopeBytes));
      RETURN_IF_ERROR(ConvertScope(*path, (*files)[name]).status());
    }
  }
  if (!paths.rows.empty()) {
    files->erase(kJsonRowsFile);
    files->erase(kCsvRowsFile);
    ASSIGN_OR_RETURN(std::string bytes, ReadSourceFile(paths.rows, kMaxRowsBytes));
    if (IsCsv(paths.rows)) {
      ASSIGN_OR_RETURN((*files)[kCsvRowsFile], NormalizeSource(paths.rows, bytes, kMaxRowsBytes));
    } else {
      RETURN_IF_ERROR(CheckRows(paths.rows, bytes));
      (*files)[kJsonRowsFile] = std::move(bytes);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PostmanTexts> PostmanTextsOf(const std::map<std::string, TestFiles::Bytes>& files) {
  json::object variables;
  const std::pair<const char*, const char*> scopes[] = {{"environment", kEnvironmentFile}, {"globals", kGlobalsFile}};
  for (const auto& [key, name] : scopes) {
    const auto found = files.find(name);
    ASSIGN_OR_RETURN(variables[key],
                     ConvertScope(name, found == files.end() ? std::string_view("{\"values\":[]}") : *found->second));
  }
  PostmanTexts texts;
  texts.rows = "null";
  variables["rows"] = "";
  if (const auto found = files.find(kJsonRowsFile); found != files.end()) {
    RETURN_IF_ERROR(CheckRows(kJsonRowsFile, *found->second));
    texts.rows = *found->second;
    variables["rows"] = "json";
  } else if (const auto csv = files.find(kCsvRowsFile); csv != files.end()) {
    ASSIGN_OR_RETURN(const std::string text, NormalizeSource(kCsvRowsFile, *csv->second, kMaxRowsBytes));
    texts.rows = json::serialize(json::string(text));
    variables["rows"] = "csv";
  }
  texts.variables = json::serialize(variables);
  return texts;
}

}  // namespace mockarty

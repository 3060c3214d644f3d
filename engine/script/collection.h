// A Postman collection or a HAR file -> a plan that the bundled `legacy_collection.js` carries out, and the scripts of
// its events.
//
// Formats: Postman Collection v2.1 and v2.0 (schema.getpostman.com), HTTP Archive 1.2. One iteration is one pass.
// What comes in is hostile: nesting, counts and names are bounded; nothing of it is run here. Threads: any.
#ifndef ENGINE_SCRIPT_COLLECTION_H_
#define ENGINE_SCRIPT_COLLECTION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

// One script of an event.
struct CollectionScript {
  std::string place;  // "Folder / Request (test)"; stands in messages
  std::string text;   // not empty
};

struct Collection {
  static constexpr size_t kMaxItems = 10'000;
  static constexpr size_t kMaxScripts = 2'000;
  static constexpr int kMaxFolderDepth = 40;

  // JSON: {variables: [[name, value]], folders: [name], files: [path], items: [{name, path, id, folders: [index],
  // pre: [script], test: [script], request}]}. collection_request.h says what a request is.
  std::string plan;
  std::vector<CollectionScript> scripts;
  // What of it does not work here, the item named; bounded.
  std::vector<std::string> warnings;
};

// Whether the bytes are JSON with an object rather than a script.
bool LooksLikeCollection(std::string_view bytes);

// Whether requests of a collection may send files: text of one is enough to know.
bool MentionsFiles(std::string_view collection);

// InvalidArgument names the file, the item and the field, and what was expected.
absl::StatusOr<Collection> ConvertCollection(std::string_view name, std::string_view bytes);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_COLLECTION_H_

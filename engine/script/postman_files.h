// Postman's files beside a collection or a legacy script: an environment, globals, the rows of iterations.
//
// They are kept among the files of the test under names of our own, so that they travel with it.
#ifndef ENGINE_SCRIPT_POSTMAN_FILES_H_
#define ENGINE_SCRIPT_POSTMAN_FILES_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/script/loader.h"
#include "engine/script/test_files.h"

namespace mockarty {

// What of the test's files is Postman's.
struct PostmanTexts {
  std::string variables;  // JSON: {environment: {name, values: [[name, value]]}, globals: {..}, rows: "json"|"csv"|""}
  std::string rows;       // JSON: the list of rows, or the CSV as text; null when there are none
};

// Reads the files that the options name into `files`, checked. Errors name the file.
absl::Status ReadPostmanFiles(const PostmanPaths& paths, std::map<std::string, std::string>* files);

// From the files of a test. Errors as above.
absl::StatusOr<PostmanTexts> PostmanTextsOf(const std::map<std::string, TestFiles::Bytes>& files);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_POSTMAN_FILES_H_

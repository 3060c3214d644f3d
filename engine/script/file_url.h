// URLs of the files of a test: what import.meta.url is, the same on each machine that runs the test.
//
//   lib/a b.js -> file:///@test/lib/a%20b.js      the folder of the main script is /@test
//   ../c.js    -> file:///@test/@up/c.js          outside of it
//   /abs/d.js  -> file:///abs/d.js
//
// Paths are those of test_files.h. Any thread.
#ifndef ENGINE_SCRIPT_FILE_URL_H_
#define ENGINE_SCRIPT_FILE_URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace mockarty {

// ASCII.
std::string FileUrlOf(std::string_view file);

// The path that such a URL, or its pathname (/@test/lib/a%20b.js), means, `.` and `..` not taken away yet; nullopt:
// it begins with neither. Escapes that are none stay as they are.
std::optional<std::string> FileOfUrl(std::string_view url);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_FILE_URL_H_

// A test with all its files as one tar file: what `mockarty-cli perf archive` writes, and what travels from the command
// line to a coordinator when a test is more than one file.
//
// A POSIX tar (ustar) that `tar tf` shows: `metadata.json` first, then the files under `files/`; parts of paths that
// are
// `..` become `_up`. The same test gives the same bytes.
#ifndef ENGINE_SCRIPT_TEST_ARCHIVE_H_
#define ENGINE_SCRIPT_TEST_ARCHIVE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/script/test_files.h"

namespace mockarty {

struct TestArchive {
  std::string main;  // path of the main script among `files`
  std::map<std::string, std::string> files;
};

// Whether the bytes are a tar file rather than a script.
bool LooksLikeTestArchive(std::string_view bytes);

// InvalidArgument when a path is too long for a tar.
absl::StatusOr<std::string> WriteTestArchive(const std::string& main,
                                             const std::map<std::string, TestFiles::Bytes>& files);

// InvalidArgument says what is wrong with it. Hostile bytes are refused, never followed: nothing is written anywhere.
absl::StatusOr<TestArchive> ReadTestArchive(std::string_view bytes);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_TEST_ARCHIVE_H_

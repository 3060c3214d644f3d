// A folder that is gone when the test ends.
#ifndef TESTS_TRANSPILER_TEMPORARY_DIR_H_
#define TESTS_TRANSPILER_TEMPORARY_DIR_H_

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace mockarty {

class TemporaryDir {
 public:
  TemporaryDir() : path_((std::filesystem::temp_directory_path() / "mockarty-test-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      abort();
    }
  }
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace mockarty

#endif  // TESTS_TRANSPILER_TEMPORARY_DIR_H_

#include "runner/link/pem_file.h"

#include <fstream>
#include <iterator>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {

absl::StatusOr<std::string> ReadPemFile(std::string_view setting, const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open()) {
    return absl::InvalidArgumentError(Concat(setting, " is ", Quoted(path), ", which cannot be read"));
  }
  if (text.find("-----BEGIN ") == std::string::npos) {
    return absl::InvalidArgumentError(Concat(setting, " is ", Quoted(path), ", expected a PEM file"));
  }
  return text;
}

}  // namespace mockarty

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/target/options.h"
#include "tools/target/server.h"

namespace {

constexpr int kFailed = 1;
constexpr int kBadOptions = 2;

int Fail(int code, const absl::Status& status) {
  const std::string message(status.message());
  std::fprintf(stderr, "mockarty-target: %s\n", message.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<mockarty::target::Options> options = mockarty::target::ParseOptions(argc, argv);
  if (!options.ok()) return Fail(kBadOptions, options.status());
  if (!options->help.empty()) {
    std::fputs(options->help.c_str(), stdout);
    return 0;
  }
  const absl::StatusOr<std::unique_ptr<mockarty::target::Server>> server = mockarty::target::Server::Create(*options);
  if (!server.ok()) return Fail(kFailed, server.status());
  for (const std::string& url : (*server)->Urls()) std::printf("listening on %s\n", url.c_str());
  std::fflush(stdout);
  (*server)->Run();
  return 0;
}

// `--secret-source` of the command line -> Secrets, and a console that does not show them.
//
// A source is KIND[=WHAT], with an optional `name=NAME,` before it for tests with several:
//   file=PATH               lines NAME=VALUE; empty lines and those that begin with # are skipped
//   env, env=PREFIX         variables of the process; with a prefix those that begin with it, named without it
//   mock=NAME=VALUE,...     given on the command line, for trying a script out
#ifndef ENGINE_RUN_SECRET_SOURCES_H_
#define ENGINE_RUN_SECRET_SOURCES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/vu/secrets.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

// InvalidArgument and NotFound say which source is wrong and why; values are never part of a message.
absl::StatusOr<std::unique_ptr<Secrets>> ReadSecretSources(
    const std::vector<std::string>& sources, const std::vector<std::pair<std::string, std::string>>& environment);

// Passes lines on with secrets replaced. Any thread.
class RedactingConsole final : public ConsoleSink {
 public:
  // Both outlive it.
  RedactingConsole(ConsoleSink* console, const Secrets* secrets) : console_(console), secrets_(secrets) {}
  void Write(ConsoleLevel level, uint32_t vu, std::string_view line) override {
    console_->Write(level, vu, secrets_->Redact(line));
  }

 private:
  ConsoleSink* const console_;
  const Secrets* const secrets_;
};

}  // namespace mockarty

#endif  // ENGINE_RUN_SECRET_SOURCES_H_

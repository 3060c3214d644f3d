#include "engine/run/secret_sources.h"

#include <fstream>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;
constexpr std::string_view kForms = "expected file=PATH, env, env=PREFIX or mock=NAME=VALUE,...";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t begin = text.find_first_not_of(kSpace);
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// NAME=VALUE, the value perhaps in quotation marks.
bool AddPair(std::string_view text, Secrets::Values* values) {
  const size_t equals = text.find('=');
  if (equals == text.npos) {
    return false;
  }
  const std::string_view name = Trimmed(text.substr(0, equals));
  std::string_view value = Trimmed(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'')) {
    value = value.substr(1, value.size() - 2);
  }
  (*values)[std::string(name)] = value;
  return !name.empty();
}

absl::StatusOr<Secrets::Values> ReadFile(std::string_view path) {
  std::ifstream file{std::string(path)};
  if (!file) {
    return absl::NotFoundError(Concat("--secret-source: cannot read the file ", Quoted(path)));
  }
  Secrets::Values values;
  std::string line;
  size_t bytes = 0;
  for (int number = 1; std::getline(file, line); ++number) {
    bytes += line.size();
    if (bytes > kMaxFileBytes) {
      return absl::InvalidArgumentError(Concat("--secret-source: the file ", Quoted(path), " is larger than 1 MiB"));
    }
    const std::string_view text = Trimmed(line);
    if (!text.empty() && text[0] != '#' && !AddPair(text, &values)) {
      return absl::InvalidArgumentError(
          Concat("--secret-source: line ", number, " of ", Quoted(path), ": expected NAME=VALUE"));
    }
  }
  return values;
}

absl::StatusOr<Secrets::Values> ReadOne(std::string_view kind, std::string_view what, bool has_what,
                                        const std::vector<std::pair<std::string, std::string>>& environment) {
  if (kind == "file" && !what.empty()) {
    return ReadFile(what);
  }
  Secrets::Values values;
  if (kind == "env") {
    for (const auto& [name, value] : environment) {
      if (name.size() > what.size() && name.compare(0, what.size(), what) == 0) {
        values[name.substr(what.size())] = value;
      }
    }
    return values;
  }
  if (kind != "mock" || !has_what) {
    return absl::InvalidArgumentError(Concat("--secret-source: unknown kind ", Quoted(kind), "; ", kForms));
  }
  while (!what.empty()) {
    const size_t comma = what.find(',');
    if (!AddPair(what.substr(0, comma), &values)) {
      return absl::InvalidArgumentError("--secret-source: mock: expected NAME=VALUE,... with a name before each '='");
    }
    what.remove_prefix(comma == what.npos ? what.size() : comma + 1);
  }
  return values;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Secrets>> ReadSecretSources(
    const std::vector<std::string>& sources, const std::vector<std::pair<std::string, std::string>>& environment) {
  auto secrets = std::make_unique<Secrets>();
  for (const std::string& source : sources) {
    std::string_view text = source;
    std::string name = secrets->Empty() ? "default" : "";
    if (text.substr(0, 5) == "name=") {
      const size_t comma = text.find(',');
      if (comma == text.npos || comma == 5) {
        return absl::InvalidArgumentError("--secret-source: expected name=NAME,KIND=...");
      }
      name = text.substr(5, comma - 5);
      text.remove_prefix(comma + 1);
    }
    const size_t equals = text.find('=');
    const std::string_view kind = text.substr(0, equals);
    const bool has_what = equals != text.npos;
    ASSIGN_OR_RETURN(Secrets::Values values,
                     ReadOne(kind, has_what ? text.substr(equals + 1) : std::string_view(), has_what, environment));
    if (name.empty()) {
      return absl::InvalidArgumentError("--secret-source: all but the first need a name: name=NAME,KIND=...");
    }
    if (!secrets->AddSource(name, std::move(values))) {
      return absl::InvalidArgumentError(Concat("--secret-source: two sources are named ", Quoted(name)));
    }
  }
  return secrets;
}

}  // namespace mockarty

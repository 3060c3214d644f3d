#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/suggest.h"
#include "common/config/settings.h"

namespace mockarty {
namespace {

constexpr std::array<std::string_view, 4> kFlags = {"--config", "--print-config", "--version", "--help"};

std::string TypeForm(const SettingDef& def) {
  switch (def.type) {
    case SettingType::kString:
      return "text";
    case SettingType::kSecret:
      return "secret";
    case SettingType::kInt:
      return "number";
    case SettingType::kBool:
      return "true|false";
    case SettingType::kDuration:
      return "duration";
    case SettingType::kEnum:
      return Joined(def.choices, "|");
    case SettingType::kList:
      return "a,b,...";
    case SettingType::kAddress:
      return "host:port";
    case SettingType::kAddressList:
      return "host:port,...";
  }
  return "";
}

}  // namespace

absl::StatusOr<DaemonFlags> ParseDaemonFlags(int argc, const char* const* argv) {
  DaemonFlags flags;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (!word.starts_with('-')) {
      flags.command.assign(argv + i, argv + argc);
      return flags;
    }
    if (word == "--print-config") {
      flags.print_config = true;
    } else if (word == "--version") {
      flags.version = true;
    } else if (word == "--help" || word == "-h") {
      flags.help = true;
    } else if (word == "--config") {
      if (i + 1 == argc || argv[i + 1][0] == '\0') {
        return absl::InvalidArgumentError("--config: expected the path of a YAML file behind it");
      }
      flags.config_file = argv[++i];
    } else if (word.starts_with("--config=") && word.size() > 9) {
      flags.config_file = std::string(word.substr(9));
    } else {
      return absl::InvalidArgumentError(
          Concat("unknown flag ", Quoted(word), DidYouMean(word, kFlags), "; see --help for what there is"));
    }
  }
  return flags;
}

std::string DaemonHelp(std::string_view usage, std::span<const SettingDef> defs) {
  std::string out(usage);
  out +=
      "\nFlags:\n"
      "  --config FILE   a YAML file with settings by the names below; the environment wins\n"
      "  --print-config  the effective settings and where each comes from, and end\n"
      "  --version       the version, and end\n"
      "  --help          this text, and end\n"
      "\nSettings (environment variable, name in YAML):\n";
  for (const SettingDef& def : defs) {
    out += Concat("  ", Joined(def.env, ", "), "  ", def.name, "  <", TypeForm(def), ">");
    if (!def.default_value.empty()) out += Concat("  default ", def.default_value);
    if (def.required) out += "  required";
    out += Concat("\n      ", def.help, "\n");
  }
  return out;
}

}  // namespace mockarty

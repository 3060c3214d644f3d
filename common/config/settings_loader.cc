// From texts to a Settings: environment, YAML file and defaults.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"
#include "common/config/settings.h"

extern char** environ;

namespace mockarty {
namespace {

constexpr size_t kMaxConfigBytes = 1u << 20;

std::string_view Trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  return out;
}

std::optional<int64_t> ParseWhole(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string RangeForm(const SettingDef& def) {
  bool bounded_above = def.max != std::numeric_limits<int64_t>::max();
  bool bounded_below = def.min != std::numeric_limits<int64_t>::min();
  auto show = [&](int64_t n) { return def.type == SettingType::kDuration ? FormatDuration(n) : Concat(n); };
  if (bounded_below && bounded_above) return Concat(" from ", show(def.min), " to ", show(def.max));
  if (bounded_below) return Concat(" of at least ", show(def.min));
  if (bounded_above) return Concat(" of at most ", show(def.max));
  return "";
}

absl::Status Expected(const SettingDef& def, std::string_view text, std::string_view expected) {
  std::string shown = def.type == SettingType::kSecret ? std::string("(a secret)") : Quoted(text);
  return absl::InvalidArgumentError(Concat(shown, ": expected ", expected));
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    size_t comma = text.find(',');
    std::string_view part = Trimmed(text.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

absl::StatusOr<std::string> ReadConfigFile(const std::string& path) {
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) {
    std::string message = Concat("configuration file ", Quoted(path, 512), ": ", strerror(errno));
    return errno == ENOENT ? absl::NotFoundError(message) : absl::InvalidArgumentError(message);
  }
  std::string text(kMaxConfigBytes + 1, '\0');
  text.resize(fread(text.data(), 1, text.size(), file));
  bool failed = ferror(file) != 0;
  int error = errno;
  fclose(file);
  if (failed) {
    return absl::InvalidArgumentError(Concat("configuration file ", Quoted(path, 512), ": ", strerror(error)));
  }
  if (text.size() > kMaxConfigBytes) {
    return absl::InvalidArgumentError(
        Concat("configuration file ", Quoted(path, 512), " is too long: expected at most 1 MiB"));
  }
  return text;
}

// Of a scalar, a sequence or a mapping, the text that the environment would hold; an error text otherwise.
absl::StatusOr<std::string> NodeText(const YAML::Node& node, SettingType type) {
  if (node.IsScalar()) return node.Scalar();
  if (node.IsNull()) return std::string();
  bool list = type == SettingType::kList || type == SettingType::kAddressList;
  if (!list) {
    return absl::InvalidArgumentError(
        Concat("is a ", node.IsSequence() ? "sequence" : "mapping", ": expected a single value"));
  }
  std::string text;
  for (const auto& item : node) {
    const YAML::Node& value = node.IsMap() ? item.second : static_cast<const YAML::Node&>(item);
    if (!value.IsScalar() || (node.IsMap() && !item.first.IsScalar())) {
      return absl::InvalidArgumentError("holds something that is no text: expected a list of texts");
    }
    std::string piece = node.IsMap() ? Concat(item.first.Scalar(), "=", value.Scalar()) : value.Scalar();
    if (piece.find(',') != std::string::npos) {
      return absl::InvalidArgumentError(Concat(Quoted(piece), " holds a comma: expected texts without commas"));
    }
    if (!text.empty()) text += ",";
    text += piece;
  }
  return text;
}

}  // namespace

absl::StatusOr<HostPort> ParseHostPort(std::string_view text, uint16_t default_port) {
  auto refuse = [&] {
    return absl::InvalidArgumentError(Concat(Quoted(text), ": expected ",
                                             default_port != 0 ? "host or host:port" : "host:port",
                                             ", the port from 1 to 65535, an IPv6 address in brackets"));
  };
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    size_t close = text.find(']');
    if (close == std::string_view::npos) return refuse();
    host = text.substr(1, close - 1);
    std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return refuse();
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
    if (host.find(':') == std::string_view::npos) return refuse();
  } else {
    size_t colon = text.find(':');
    if (colon != text.rfind(':')) return refuse();
    has_port = colon != std::string_view::npos;
    host = text.substr(0, colon);
    if (has_port) port = text.substr(colon + 1);
  }
  auto unfit = [](char c) { return c <= ' ' || c == 0x7F || c == '/' || c == '[' || c == ']' || c == '@'; };
  if (host.empty() || host.size() > 253 || std::any_of(host.begin(), host.end(), unfit)) return refuse();
  if (!has_port) {
    if (default_port == 0) return refuse();
    return HostPort{.host = std::string(host), .port = default_port, .port_given = false};
  }
  std::optional<int64_t> number = ParseWhole(port);
  if (!number || *number < 1 || *number > 65535) return refuse();
  return HostPort{.host = std::string(host), .port = static_cast<uint16_t>(*number)};
}

EnvironmentVariables ProcessEnvironment() {
  EnvironmentVariables environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// The error names value and form; the caller puts the setting in front.
absl::Status Settings::Parse(const SettingDef& def, std::string_view text, Value* value) {
  if (def.type != SettingType::kSecret) text = Trimmed(text);
  value->text = std::string(text);
  value->set = true;
  if (text.find('\0') != std::string_view::npos) return Expected(def, text, "a text without NUL bytes");
  switch (def.type) {
    case SettingType::kString:
    case SettingType::kSecret:
      return absl::OkStatus();
    case SettingType::kInt: {
      std::optional<int64_t> number = ParseWhole(text);
      if (!number || *number < def.min || *number > def.max) {
        return Expected(def, text, Concat("a whole number", RangeForm(def)));
      }
      value->number = *number;
      return absl::OkStatus();
    }
    case SettingType::kBool: {
      std::string lower = Lower(text);
      bool yes = lower == "true" || lower == "1" || lower == "yes" || lower == "on";
      bool no = lower == "false" || lower == "0" || lower == "no" || lower == "off";
      if (!yes && !no) return Expected(def, text, "true or false");
      value->number = yes ? 1 : 0;
      value->text = yes ? "true" : "false";
      return absl::OkStatus();
    }
    case SettingType::kDuration: {
      std::optional<int64_t> seconds = ParseWhole(text);
      std::string with_unit = seconds ? Concat(text, "s") : std::string(text);
      absl::StatusOr<int64_t> nanos = ParseDuration(with_unit);
      if (!nanos.ok() || *nanos < def.min || *nanos > def.max) {
        return Expected(def, text, Concat(kDurationForm, RangeForm(def)));
      }
      value->number = *nanos;
      return absl::OkStatus();
    }
    case SettingType::kEnum: {
      std::string lower = Lower(text);
      for (std::string_view choice : def.choices) {
        if (Lower(choice) != lower) continue;
        value->text = std::string(choice);
        return absl::OkStatus();
      }
      return Expected(def, text, Concat(Joined(def.choices, " or "), DidYouMean(text, def.choices)));
    }
    case SettingType::kList:
      value->list = SplitList(text);
      return absl::OkStatus();
    case SettingType::kAddress:
    case SettingType::kAddressList: {
      std::vector<std::string> parts = SplitList(text);
      if (def.type == SettingType::kAddress) parts = {std::string(text)};
      if (parts.empty()) return Expected(def, text, "host:port");
      for (const std::string& part : parts) {
        ASSIGN_OR_RETURN(HostPort address, ParseHostPort(part, def.default_port));
        value->addresses.push_back(std::move(address));
      }
      return absl::OkStatus();
    }
  }
  return absl::InternalError("a setting of no known type");
}

class SettingsLoader {
 public:
  SettingsLoader(std::span<const SettingDef> defs, const std::string& file) : defs_(defs), file_(file) {}

  absl::Status ReadFile() {
    ASSIGN_OR_RETURN(std::string text, ReadConfigFile(file_));
    try {
      return ReadYaml(YAML::Load(text));
    } catch (const YAML::Exception& error) {
      return absl::InvalidArgumentError(
          Concat(file_, ":", error.mark.line + 1, ":", error.mark.column + 1, ": no valid YAML: ", error.msg));
    } catch (const std::exception& error) {
      return absl::InvalidArgumentError(Concat(file_, ": no valid YAML: ", error.what()));
    }
  }

  absl::StatusOr<Settings> Finish(const EnvironmentVariables& environment) {
    Settings settings;
    for (const SettingDef& def : defs_) {
      Settings::Value value;
      RETURN_IF_ERROR(Fill(def, environment, &value));
      value.name = std::string(def.name);
      value.type = def.type;
      settings.values_.push_back(std::move(value));
    }
    return settings;
  }

 private:
  struct FileValue {
    std::string text;
    int line = 0;
  };

  absl::Status ReadYaml(const YAML::Node& root) {
    if (root.IsNull()) return absl::OkStatus();
    if (!root.IsMap()) {
      return absl::InvalidArgumentError(Concat(file_, ": expected settings, one a line: \"name: value\""));
    }
    std::vector<std::string_view> names;
    for (const SettingDef& def : defs_) names.push_back(def.name);
    for (const auto& item : root) {
      int line = item.first.Mark().line + 1;
      if (!item.first.IsScalar()) {
        return absl::InvalidArgumentError(Concat(file_, ":", line, ": expected the name of a setting"));
      }
      const std::string& key = item.first.Scalar();
      auto def = std::find_if(defs_.begin(), defs_.end(), [&](const SettingDef& d) { return d.name == key; });
      if (def == defs_.end()) {
        std::string hint = DidYouMean(key, names);
        if (hint.empty()) hint = "; see --help for what there is";
        return absl::InvalidArgumentError(Concat(file_, ":", line, ": unknown setting ", Quoted(key), hint));
      }
      absl::StatusOr<std::string> text = NodeText(item.second, def->type);
      if (!text.ok()) {
        return absl::InvalidArgumentError(Concat(file_, ":", line, ": ", def->name, " ", text.status().message()));
      }
      if (!from_file_.emplace(key, FileValue{.text = *std::move(text), .line = line}).second) {
        return absl::InvalidArgumentError(Concat(file_, ":", line, ": ", def->name, " is set a second time"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Fill(const SettingDef& def, const EnvironmentVariables& environment, Settings::Value* value) {
    for (std::string_view variable : def.env) {
      auto found = environment.find(variable);
      if (found == environment.end() || Trimmed(found->second).empty()) continue;
      value->source = std::string(variable);
      value->given = true;
      return Named(std::string(variable), Settings::Parse(def, found->second, value));
    }
    auto found = from_file_.find(std::string(def.name));
    if (found != from_file_.end() && !Trimmed(found->second.text).empty()) {
      value->source = Concat(file_, ":", found->second.line);
      value->given = true;
      return Named(Concat(value->source, ": ", def.name), Settings::Parse(def, found->second.text, value));
    }
    if (!def.default_value.empty()) return Named(std::string(def.name), Settings::Parse(def, def.default_value, value));
    if (def.required) {
      return absl::InvalidArgumentError(Concat(Joined(def.env, " or "), " is not set: ", def.help));
    }
    return absl::OkStatus();
  }

  static absl::Status Named(const std::string& where, const absl::Status& status) {
    if (status.ok()) return status;
    return absl::InvalidArgumentError(Concat(where, ": ", status.message()));
  }

  const std::span<const SettingDef> defs_;
  const std::string file_;
  std::map<std::string, FileValue> from_file_;
};

absl::StatusOr<Settings> Settings::Load(std::span<const SettingDef> defs, const std::string& config_file,
                                        const EnvironmentVariables& environment) {
  SettingsLoader loader(defs, config_file);
  if (!config_file.empty()) RETURN_IF_ERROR(loader.ReadFile());
  return loader.Finish(environment);
}

}  // namespace mockarty

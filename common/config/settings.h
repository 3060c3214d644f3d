// The settings of a daemon: a table says what there is, and environment, YAML file and defaults fill it, in this order
// of precedence.
//
//   const std::vector<SettingDef> defs = {
//       {.name = "httpPort", .env = {"HTTP_PORT"}, .type = SettingType::kInt, .default_value = "5770",
//        .min = 0, .max = 65535, .help = "Port of the HTTP server"}};
//   ASSIGN_OR_RETURN(Settings settings, Settings::Load(defs, flags.config_file, ProcessEnvironment()));
//   uint16_t port = settings.Int("httpPort");
//
// Each way in takes the same texts: what a YAML scalar says is what the environment variable would say. A YAML list may
// be a sequence, a mapping (k: v stands for "k=v") or a text with commas.
// Threads: a Settings is a value; reading it is safe from any thread.
#ifndef COMMON_CONFIG_SETTINGS_H_
#define COMMON_CONFIG_SETTINGS_H_

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace mockarty {

enum class SettingType {
  kString,
  kSecret,       // a string that is never shown
  kInt,          // from `min` to `max`
  kBool,         // true, false, 1, 0, yes, no, on, off
  kDuration,     // "30s", or a number: seconds; nanoseconds from `min` to `max`
  kEnum,         // one of `choices`, in any letter case
  kList,         // texts between commas; white space around them is dropped, empty ones are passed over
  kAddress,      // host:port; without a port `default_port`, if that is not 0
  kAddressList,  // of those
};

struct SettingDef {
  std::string_view name;              // in YAML: lowerCamelCase
  std::vector<std::string_view> env;  // variables; the first that is set and not empty counts
  SettingType type = SettingType::kString;
  std::string_view default_value;  // as its text; valid, or empty: not set
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
  std::vector<std::string_view> choices;
  uint16_t default_port = 0;
  bool required = false;  // not set is an error
  std::string_view help;  // one line, for --help
};

struct HostPort {
  std::string host;  // a name, an IPv4 address, or an IPv6 address without its brackets
  uint16_t port = 0;
  bool port_given = true;  // false: the text had none, and it is the default

  std::string ToString() const;  // "host:port", "[::1]:port"
};

// "host:port", "[v6]:port", or without a port when `default_port` is not 0. InvalidArgument shows value and form.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text, uint16_t default_port);

using EnvironmentVariables = std::map<std::string, std::string, std::less<>>;

// That of this process. Call it before other threads start.
EnvironmentVariables ProcessEnvironment();

class Settings {
 public:
  // `config_file` empty: none. InvalidArgument names the setting (and variable, or file and line), the value and what
  // was expected, and for an unknown key the nearest known one; NotFound: no such file.
  // Variables that are in no definition are passed over: an environment is shared with others.
  static absl::StatusOr<Settings> Load(std::span<const SettingDef> defs, const std::string& config_file,
                                       const EnvironmentVariables& environment);

  // By name. The name must be defined and of the type: anything else is a mistake of the program and ends it.
  const std::string& Text(std::string_view name) const;  // kString, kSecret, kEnum (in the definition's letters)
  int64_t Int(std::string_view name) const;              // 0 when not set
  bool Bool(std::string_view name) const;                // false when not set
  Nanos Duration(std::string_view name) const;           // 0 when not set
  const std::vector<std::string>& List(std::string_view name) const;
  HostPort Address(std::string_view name) const;
  const std::vector<HostPort>& Addresses(std::string_view name) const;  // kAddress too

  // False: neither given nor defaulted.
  bool IsSet(std::string_view name) const;
  // True: from environment or file.
  bool IsGiven(std::string_view name) const;

  // All effective values with where they come from, one a line and valid YAML; secrets as "********".
  std::string Print() const;

 private:
  struct Value {
    std::string name;
    SettingType type = SettingType::kString;
    std::string source = "default";  // or the variable, or file:line
    bool set = false;
    bool given = false;
    std::string text;  // of numbers and durations too, as given
    int64_t number = 0;
    std::vector<std::string> list;
    std::vector<HostPort> addresses;
  };

  static absl::Status Parse(const SettingDef& def, std::string_view text, Value* value);
  const Value& Find(std::string_view name, std::initializer_list<SettingType> types) const;

  std::vector<Value> values_;  // in the order of the definitions
  friend class SettingsLoader;
};

// The command line of a daemon: [--config FILE] [--print-config] [--version] [--help] [COMMAND...].
struct DaemonFlags {
  std::string config_file;
  bool print_config = false;
  bool version = false;
  bool help = false;
  std::vector<std::string> command;  // from the first word that is no flag on, with all that follows
};

// InvalidArgument for an unknown flag or one without its value.
absl::StatusOr<DaemonFlags> ParseDaemonFlags(int argc, const char* const* argv);

// The text of --help. `usage`: what stands before the table, its lines ended.
std::string DaemonHelp(std::string_view usage, std::span<const SettingDef> defs);

}  // namespace mockarty

#endif  // COMMON_CONFIG_SETTINGS_H_

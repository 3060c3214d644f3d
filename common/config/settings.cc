#include "common/config/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include <algorithm>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr std::string_view kMasked = "********";

bool NeedsYamlQuotes(std::string_view text) {
  if (text.empty()) return true;
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '/' || c == '-' || c == '+';
  };
  return text[0] == '-' || !std::all_of(text.begin(), text.end(), plain);
}

std::string YamlScalar(std::string_view text) { return NeedsYamlQuotes(text) ? Quoted(text, 4096) : std::string(text); }

}  // namespace

std::string HostPort::ToString() const {
  bool v6 = host.find(':') != std::string::npos;
  return v6 ? Concat("[", host, "]:", port) : Concat(host, ":", port);
}

const Settings::Value& Settings::Find(std::string_view name, std::initializer_list<SettingType> types) const {
  for (const Value& value : values_) {
    if (value.name != name) continue;
    if (types.size() == 0 || std::find(types.begin(), types.end(), value.type) != types.end()) return value;
    fprintf(stderr, "setting %s is not of the type it is read as\n", value.name.c_str());
    abort();
  }
  fprintf(stderr, "setting %s is not defined\n", std::string(name).c_str());
  abort();
}

const std::string& Settings::Text(std::string_view name) const {
  return Find(name, {SettingType::kString, SettingType::kSecret, SettingType::kEnum}).text;
}

int64_t Settings::Int(std::string_view name) const { return Find(name, {SettingType::kInt}).number; }

bool Settings::Bool(std::string_view name) const { return Find(name, {SettingType::kBool}).number != 0; }

Nanos Settings::Duration(std::string_view name) const { return Find(name, {SettingType::kDuration}).number; }

const std::vector<std::string>& Settings::List(std::string_view name) const {
  return Find(name, {SettingType::kList}).list;
}

HostPort Settings::Address(std::string_view name) const {
  const Value& value = Find(name, {SettingType::kAddress});
  return value.addresses.empty() ? HostPort() : value.addresses[0];
}

const std::vector<HostPort>& Settings::Addresses(std::string_view name) const {
  return Find(name, {SettingType::kAddress, SettingType::kAddressList}).addresses;
}

bool Settings::IsSet(std::string_view name) const { return Find(name, {}).set; }

bool Settings::IsGiven(std::string_view name) const { return Find(name, {}).given; }

std::string Settings::Print() const {
  std::string out;
  for (const Value& value : values_) {
    if (!value.set) {
      out += Concat("# ", value.name, ": not set\n");
      continue;
    }
    std::string shown = value.type == SettingType::kSecret ? Quoted(kMasked) : YamlScalar(value.text);
    out += Concat(value.name, ": ", shown, "  # ", Printable(value.source, 512), "\n");
  }
  return out;
}

}  // namespace mockarty

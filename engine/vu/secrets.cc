#include "engine/vu/secrets.h"

#include <algorithm>

namespace mockarty {
namespace {

constexpr std::string_view kRedacted = "***SECRET_REDACTED***";

}  // namespace

bool Secrets::AddSource(std::string_view name, Values values) {
  if (HasSource(name)) {
    return false;
  }
  sources_.push_back({std::string(name), std::move(values)});
  return true;
}

const Secrets::Source* Secrets::Find(std::string_view name) const {
  const auto found = std::find_if(sources_.begin(), sources_.end(),
                                  [&](const Source& source) { return name.empty() || source.name == name; });
  return found == sources_.end() ? nullptr : &*found;
}

bool Secrets::HasSource(std::string_view name) const { return Find(name) != nullptr; }

const std::string* Secrets::Get(std::string_view source, std::string_view key) const {
  const Source* found = Find(source);
  if (found == nullptr) {
    return nullptr;
  }
  const auto value = found->values.find(key);
  if (value == found->values.end()) {
    return nullptr;
  }
  if (!value->second.empty()) {
    std::lock_guard<std::mutex> lock(mutex_);
    handed_out_.insert(value->second);
  }
  return &value->second;
}

std::string Secrets::Redact(std::string_view text) const {
  std::string out(text);
  std::lock_guard<std::mutex> lock(mutex_);
  for (const std::string& value : handed_out_) {
    for (size_t at = out.find(value); at != std::string::npos; at = out.find(value, at + kRedacted.size())) {
      out.replace(at, value.size(), kRedacted);
    }
  }
  return out;
}

}  // namespace mockarty

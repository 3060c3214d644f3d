// Secrets that scripts ask for by name, kept out of scripts, archives, plans, console output and reports.
//
// Threads: made before a run; Get() and Redact() may be called from any thread.
#ifndef ENGINE_VU_SECRETS_H_
#define ENGINE_VU_SECRETS_H_

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mockarty {

class Secrets {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  // The first one is the default. False when there is one of that name.
  bool AddSource(std::string_view name, Values values);

  bool Empty() const { return sources_.empty(); }
  bool HasSource(std::string_view name) const;
  // "" is the default source. The value is redacted from now on. Null: there is no such secret, or no such source.
  const std::string* Get(std::string_view source, std::string_view key) const;

  // The text with every value that was handed out replaced.
  std::string Redact(std::string_view text) const;

 private:
  struct Source {
    std::string name;
    Values values;
  };
  struct LongerFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  const Source* Find(std::string_view name) const;

  std::vector<Source> sources_;
  mutable std::mutex mutex_;
  mutable std::set<std::string, LongerFirst> handed_out_;  // under the mutex
};

}  // namespace mockarty

#endif  // ENGINE_VU_SECRETS_H_

// What a daemon says on stderr: one line an event, as text or as JSON, with fields a search can use.
//
//   Log(LogLevel::kInfo, "runner connected", {{"runner", name}, {"instance", id}});
//
//   2026-01-31T12:00:00.123Z info  runner connected runner=eu-1 instance=4f1c
//   {"time":"2026-01-31T12:00:00.123Z","level":"info","message":"runner connected","runner":"eu-1","instance":"4f1c"}
//
// Names of fields are lower-case words known at compile time; values and messages may come from anywhere: what a
// terminal would obey is escaped, a line is cut at kMaxLogLineBytes. Each line is one write, so that lines of several
// threads and processes do not mix.
// Threads: everything here from any thread, SetUpLog() too.
#ifndef COMMON_LOG_LOG_H_
#define COMMON_LOG_LOG_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "common/time/clock.h"

namespace mockarty {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

inline constexpr size_t kMaxLogLineBytes = 4096;  // with its line break

class LogField {
 public:
  LogField(std::string_view name, std::string_view text) : name_(name), text_(text), quoted_(true) {}
  LogField(std::string_view name, const std::string& text) : LogField(name, std::string_view(text)) {}
  LogField(std::string_view name, const char* text) : LogField(name, std::string_view(text)) {}
  LogField(std::string_view name, const absl::Status& status) : LogField(name, status.ToString()) {}
  LogField(std::string_view name, bool value) : name_(name), text_(value ? "true" : "false") {}
  LogField(std::string_view name, double value);
  template <std::integral T>
  LogField(std::string_view name, T value) : name_(name), text_(std::to_string(value)) {}

  std::string_view name() const { return name_; }
  std::string_view text() const { return text_; }
  bool quoted() const { return quoted_; }  // a string, not a number or a truth value

 private:
  std::string_view name_;
  std::string text_;
  bool quoted_ = false;
};

// What is less than `level` is passed over. `descriptor` stays the caller's. Without a call: info, text, stderr.
void SetUpLog(LogLevel level, LogFormat format, int descriptor = 2);

bool LogEnabled(LogLevel level);
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// The line that Log() would write, with its line break; `wall_clock_ms` since 1970.
std::string FormatLogLine(LogFormat format, int64_t wall_clock_ms, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

// "debug", "info", "warn", "error"; InvalidArgument names the value and these.
absl::Status ParseLogLevel(std::string_view text, LogLevel* level);

// Says whether something that a peer can cause at will is to be logged: once a key and interval.
//
//   if (limiter.Allow(peer, MonotonicNow())) Log(LogLevel::kWarn, "token refused", {{"peer", peer}});
//
// Remembers at most `max_keys` keys; past them the one that was asked for longest ago is forgotten.
class LogLimiter {
 public:
  explicit LogLimiter(Nanos interval, size_t max_keys = 1024) : interval_(interval), max_keys_(max_keys) {}

  // `now`: any clock that does not go back. `*suppressed`, when given, gets how often the key was turned down since it
  // was last allowed.
  bool Allow(std::string_view key, Nanos now, uint64_t* suppressed = nullptr);

 private:
  struct Entry {
    std::string key;
    Nanos allowed_at = 0;
    uint64_t suppressed = 0;
  };

  const Nanos interval_;
  const size_t max_keys_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // what was asked for last comes first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace mockarty

#endif  // COMMON_LOG_LOG_H_

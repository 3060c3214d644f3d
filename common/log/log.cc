#include "common/log/log.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};
constexpr std::string_view kCutMark = "...";
constexpr size_t kMaxFieldBytes = 1024;  // one long value must not push the other fields out of the line

std::atomic<LogLevel> log_level{LogLevel::kInfo};
std::atomic<LogFormat> log_format{LogFormat::kText};
std::atomic<int> log_descriptor{2};

std::string TimeText(int64_t wall_clock_ms) {
  time_t seconds = static_cast<time_t>(wall_clock_ms / 1000);
  tm parts = {};
  gmtime_r(&seconds, &parts);
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                         parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(wall_clock_ms % 1000));
}

// `text`, in which PrintableLines() left only well-formed UTF-8, line breaks and tabs, as a JSON string.
void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

// A value that a reader could take for several words, or for none.
bool NeedsQuotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \t\r\n\"=\\") != std::string_view::npos;
}

std::string Bounded(std::string_view text) {
  if (text.size() <= kMaxFieldBytes) return std::string(text);
  // A sequence that the cut breaks is shown as bytes: the mark behind it says that something is missing.
  return Concat(text.substr(0, kMaxFieldBytes), kCutMark);
}

std::string TextLine(int64_t wall_clock_ms, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) {
  std::string_view name = kLevelNames[static_cast<size_t>(level)];
  std::string line = Concat(TimeText(wall_clock_ms), " ", name, name.size() == 4 ? "  " : " ");
  line += Printable(message, kMaxFieldBytes);
  for (const LogField& field : fields) {
    line += Concat(" ", field.name(), "=");
    if (field.quoted() && NeedsQuotes(field.text())) {
      line += Quoted(field.text(), kMaxFieldBytes);
    } else {
      line += Printable(field.text(), kMaxFieldBytes);
    }
  }
  if (line.size() >= kMaxLogLineBytes) {
    line = Printable(line, kMaxLogLineBytes - kCutMark.size() - 1);  // at a character's border, and marked
    if (line.size() >= kMaxLogLineBytes) line.resize(kMaxLogLineBytes - 1);
  }
  line += '\n';
  return line;
}

std::string JsonLine(int64_t wall_clock_ms, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) {
  std::string line = Concat("{\"time\":\"", TimeText(wall_clock_ms), "\",\"level\":\"",
                            kLevelNames[static_cast<size_t>(level)], "\",\"message\":");
  AppendJsonString(line, PrintableLines(Bounded(message)));
  // Fields that do not fit are left out whole, so that every line is a JSON object.
  constexpr std::string_view kTruncated = ",\"truncated\":true";
  constexpr size_t kTail = 2 + kTruncated.size();
  bool truncated = line.size() + kTail > kMaxLogLineBytes;
  if (truncated) {  // only escapes can blow a bounded message up so far
    line = Concat("{\"time\":\"", TimeText(wall_clock_ms), "\",\"level\":\"", kLevelNames[static_cast<size_t>(level)],
                  "\",\"message\":\"\"");
  }
  for (const LogField& field : fields) {
    std::string piece = Concat(",\"", field.name(), "\":");
    if (field.quoted()) {
      AppendJsonString(piece, PrintableLines(Bounded(field.text())));
    } else {
      piece += field.text();
    }
    if (line.size() + piece.size() + kTail > kMaxLogLineBytes) {
      truncated = true;
      continue;
    }
    line += piece;
  }
  if (truncated) line += kTruncated;
  line += "}\n";
  return line;
}

}  // namespace

LogField::LogField(std::string_view name, double value) : name_(name) {
  // JSON has no infinities and no NaN.
  text_ = std::isfinite(value) ? absl::StrFormat("%.6g", value) : "null";
}

void SetUpLog(LogLevel level, LogFormat format, int descriptor) {
  log_level = level;
  log_format = format;
  log_descriptor = descriptor;
}

bool LogEnabled(LogLevel level) { return level >= log_level.load(std::memory_order_relaxed); }

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  std::string line = FormatLogLine(log_format, WallClockMillis(), level, message, fields);
  // A log that cannot be written must not stop the daemon: a full pipe or disk loses lines.
  while (write(log_descriptor, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

std::string FormatLogLine(LogFormat format, int64_t wall_clock_ms, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  return format == LogFormat::kJson ? JsonLine(wall_clock_ms, level, message, fields)
                                    : TextLine(wall_clock_ms, level, message, fields);
}

absl::Status ParseLogLevel(std::string_view text, LogLevel* level) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (text == kLevelNames[i]) {
      *level = static_cast<LogLevel>(i);
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      Concat("log level ", Quoted(text), ": expected debug, info, warn or error", DidYouMean(text, kLevelNames)));
}

bool LogLimiter::Allow(std::string_view key, Nanos now, uint64_t* suppressed) {
  std::lock_guard lock(mutex_);
  if (suppressed != nullptr) *suppressed = 0;
  auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    Entry& entry = entries_.front();
    if (now - entry.allowed_at < interval_) {
      ++entry.suppressed;
      return false;
    }
    if (suppressed != nullptr) *suppressed = entry.suppressed;
    entry.suppressed = 0;
    entry.allowed_at = now;
    return true;
  }
  if (entries_.size() >= max_keys_ && !entries_.empty()) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front(Entry{.key = std::string(key), .allowed_at = now});
  by_key_.emplace(entries_.front().key, entries_.begin());
  return true;
}

}  // namespace mockarty

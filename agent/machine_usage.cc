#include "agent/machine_usage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace mockarty {
namespace {

// Enough of a file of /proc for its first line.
std::string ReadStart(const char* path) {
  char buffer[1024];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  ssize_t size = read(fd, buffer, sizeof(buffer));
  close(fd);
  return size <= 0 ? std::string() : std::string(buffer, static_cast<size_t>(size));
}

// The number at the start of `text`, which is then cut off together with the blanks before it.
std::optional<uint64_t> TakeNumber(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

}  // namespace

std::optional<CpuTimes> ParseCpuTimes(std::string_view proc_stat) {
  if (!proc_stat.starts_with("cpu ")) return std::nullopt;
  std::string_view line = proc_stat.substr(4, proc_stat.find('\n') - 4);
  // user nice system idle iowait irq softirq steal; what follows is part of user and nice already.
  constexpr int kColumns = 8;
  constexpr int kIdle = 3;
  constexpr int kWaiting = 4;
  CpuTimes times;
  for (int column = 0; column < kColumns; ++column) {
    std::optional<uint64_t> jiffies = TakeNumber(line);
    if (!jiffies.has_value()) {
      if (column <= kIdle) return std::nullopt;
      break;
    }
    times.total += *jiffies;
    if (column != kIdle && column != kWaiting) times.busy += *jiffies;
  }
  return times;
}

double MachineUsage::Cpu() {
  std::optional<CpuTimes> now = ParseCpuTimes(ReadStart("/proc/stat"));
  if (!now.has_value()) return 0;
  CpuTimes before = last_;
  last_ = *now;
  if (now->total <= before.total || now->busy < before.busy) return 0;
  return std::min(1.0, static_cast<double>(now->busy - before.busy) / static_cast<double>(now->total - before.total));
}

uint64_t MachineUsage::ResidentBytes() {
  std::string text = ReadStart("/proc/self/statm");
  std::string_view rest = text;
  TakeNumber(rest);
  return TakeNumber(rest).value_or(0) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace mockarty

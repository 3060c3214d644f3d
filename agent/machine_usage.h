// What a heartbeat says of the machine: processor time from /proc/stat, memory of this process from /proc/self/statm.
#ifndef AGENT_MACHINE_USAGE_H_
#define AGENT_MACHINE_USAGE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace mockarty {

// Jiffies since the machine started, of all processors together.
struct CpuTimes {
  uint64_t busy = 0;
  uint64_t total = 0;
};

// The first line of /proc/stat; nullopt when it is not that.
std::optional<CpuTimes> ParseCpuTimes(std::string_view proc_stat);

// Not thread-safe.
class MachineUsage {
 public:
  // 0 to 1, over the time since the call before; 0 where the system does not say.
  double Cpu();
  static uint64_t ResidentBytes();

 private:
  CpuTimes last_;
};

}  // namespace mockarty

#endif  // AGENT_MACHINE_USAGE_H_

#include "engine/task/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace mockarty {
namespace {

Nanos FromTimeval(const timeval& time) { return time.tv_sec * kNanosPerSecond + time.tv_usec * Nanos{1'000}; }

uint64_t ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) {
    return 0;
  }
  unsigned long long total = 0;
  unsigned long long resident = 0;
  const int found = std::fscanf(file, "%llu %llu", &total, &resident);
  std::fclose(file);
  return found == 2 ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

ProcessUsage UsageMeter::Read() {
  ProcessUsage usage;
  rusage spent{};
  getrusage(RUSAGE_SELF, &spent);
  const Nanos now = MonotonicNow();
  const Nanos cpu = FromTimeval(spent.ru_utime) + FromTimeval(spent.ru_stime);
  if (last_at_ != 0 && now > last_at_) {
    usage.cores = static_cast<double>(cpu - last_cpu_) / static_cast<double>(now - last_at_);
  }
  last_at_ = now;
  last_cpu_ = cpu;
  usage.resident_bytes = ResidentBytes();
  return usage;
}

}  // namespace mockarty

#include "engine/run/generator_probe.h"

#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>

namespace mockarty {
namespace {

Nanos FromTimeval(const timeval& time) { return time.tv_sec * kNanosPerSecond + time.tv_usec * Nanos{1'000}; }

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

uint64_t PortsLimit() {
  const File file(std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re"));
  unsigned first = 0;
  unsigned last = 0;
  if (file == nullptr || std::fscanf(file.get(), "%u %u", &first, &last) != 2 || last < first) {
    return 0;
  }
  return last - first + 1;
}

// Sockets of TCP in use and waiting for their end, of the whole machine.
uint64_t PortsInUse() {
  const File file(std::fopen("/proc/net/sockstat", "re"));
  if (file == nullptr) {
    return 0;
  }
  char line[256];
  while (std::fgets(line, sizeof(line), file.get()) != nullptr) {
    unsigned in_use = 0;
    unsigned orphans = 0;
    unsigned waiting = 0;
    if (std::sscanf(line, "TCP: inuse %u orphan %u tw %u", &in_use, &orphans, &waiting) == 3) {
      return uint64_t{in_use} + orphans + waiting;
    }
  }
  return 0;
}

uint64_t OpenFiles() {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) {
    return 0;
  }
  uint64_t count = 0;
  while (readdir(folder) != nullptr) {
    ++count;
  }
  closedir(folder);
  constexpr uint64_t kNoDescriptors = 3;  // ".", "..", and the folder's own
  return count - std::min(count, kNoDescriptors);
}

// Nanoseconds that the threads of this process were ready to run and another had their core.
uint64_t WaitedForCores() {
  DIR* const folder = opendir("/proc/self/task");
  if (folder == nullptr) {
    return 0;
  }
  uint64_t sum = 0;
  while (const dirent* thread = readdir(folder)) {
    char path[300];
    std::snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", thread->d_name);
    const File file(thread->d_name[0] == '.' ? nullptr : std::fopen(path, "re"));
    unsigned long long ran = 0;
    unsigned long long waited = 0;
    if (file != nullptr && std::fscanf(file.get(), "%llu %llu", &ran, &waited) == 2) {
      sum += waited;
    }
  }
  closedir(folder);
  return sum;
}

uint64_t OpenFilesLimit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : 0;
}

}  // namespace

GeneratorProbe::GeneratorProbe(uint32_t threads)
    : threads_(threads), cores_(std::max(1u, std::thread::hardware_concurrency())), ports_limit_(PortsLimit()) {}

HealthSample GeneratorProbe::Read(Nanos loop_lag) {
  HealthSample sample;
  rusage spent{};
  getrusage(RUSAGE_SELF, &spent);
  const Nanos now = MonotonicNow();
  const Nanos cpu = FromTimeval(spent.ru_utime) + FromTimeval(spent.ru_stime);
  const uint64_t waited = WaitedForCores();
  if (last_at_ != 0 && now > last_at_) {
    const auto length = static_cast<double>(now - last_at_);
    sample.cpu = static_cast<double>(cpu - last_cpu_) / length;
    sample.waited = static_cast<double>(waited - std::min(waited, last_waited_)) / length;
  }
  last_waited_ = waited;
  last_at_ = now;
  last_cpu_ = cpu;
  sample.threads = threads_;
  sample.cores = cores_;
  sample.loop_lag = loop_lag;
  sample.open_files = OpenFiles();
  sample.open_files_limit = OpenFilesLimit();
  sample.ports = PortsInUse();
  sample.ports_limit = ports_limit_;
  return sample;
}

}  // namespace mockarty

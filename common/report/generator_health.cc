#include "common/report/generator_health.h"

#include <algorithm>

#include "common/base/concat.h"
#include "common/report/text_format.h"

namespace mockarty {

void HealthJudge::Add(const HealthSample& sample) {
  ++seconds_;
  cpu_sum_ += sample.cpu;
  report_.cpu_max = std::max(report_.cpu_max, sample.cpu);
  report_.threads = sample.threads;
  report_.cores = sample.cores;
  report_.loop_lag_max_ms =
      std::max(report_.loop_lag_max_ms, static_cast<double>(sample.loop_lag) / static_cast<double>(kNanosPerMilli));
  report_.open_files_max = std::max(report_.open_files_max, sample.open_files);
  report_.open_files_limit = sample.open_files_limit;
  report_.ports_max = std::max(report_.ports_max, sample.ports);
  report_.ports_limit = sample.ports_limit;
  const uint32_t usable = std::min(sample.threads, sample.cores);
  busy_seconds_ += usable > 0 && sample.cpu + sample.waited >= kCpuShare * usable ? 1 : 0;
  waited_max_ = std::max(waited_max_, sample.waited);
  late_seconds_ += sample.loop_lag >= kLoopLag ? 1 : 0;
  const auto full = [](uint64_t used, uint64_t limit) {
    return limit > 0 && static_cast<double>(used) >= kLimitShare * static_cast<double>(limit);
  };
  full_files_ += full(sample.open_files, sample.open_files_limit) ? 1 : 0;
  full_ports_ += full(sample.ports, sample.ports_limit) ? 1 : 0;
}

GeneratorReport HealthJudge::Report() const {
  GeneratorReport report = report_;
  report.cpu_avg = seconds_ == 0 ? 0 : cpu_sum_ / static_cast<double>(seconds_);
  const uint64_t enough = std::max<uint64_t>(3, seconds_ / 10);
  if (busy_seconds_ >= enough) {
    report.limited_by.push_back(Concat("CPU: up to ", FormatNumber(report.cpu_max), " cores used and ",
                                       FormatNumber(waited_max_), " waited for, of ",
                                       std::min(report.threads, report.cores), " that its ", report.threads,
                                       " threads can use; all of it in ", busy_seconds_, " of ", seconds_, " seconds"));
  }
  if (late_seconds_ >= enough) {
    report.limited_by.push_back(Concat("event loop: up to ", FormatMillis(report.loop_lag_max_ms), " late, in ",
                                       late_seconds_, " of ", seconds_, " seconds more than ",
                                       FormatMillis(static_cast<double>(kLoopLag) / kNanosPerMilli)));
  }
  if (full_files_ > 0) {
    report.limited_by.push_back(
        Concat("descriptors: ", report.open_files_max, " of ", report.open_files_limit, " open; see ulimit -n"));
  }
  if (full_ports_ > 0) {
    report.limited_by.push_back(Concat("local ports: ", report.ports_max, " of ", report.ports_limit,
                                       " in use on this machine; see net.ipv4.ip_local_port_range"));
  }
  return report;
}

}  // namespace mockarty

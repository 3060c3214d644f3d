// What a process used, from /proc.
#ifndef TOOLS_FLEET_PROCESS_FIGURES_H_
#define TOOLS_FLEET_PROCESS_FIGURES_H_

namespace mockarty::fleet {

// CPU time in seconds; 0 where it cannot be read.
double CpuSeconds(int pid);
double ResidentMegabytes(int pid);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_PROCESS_FIGURES_H_

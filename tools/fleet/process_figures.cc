#include "tools/fleet/process_figures.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"

namespace mockarty::fleet {

double CpuSeconds(int pid) {
  const std::string path = absl::StrFormat("/proc/%d/stat", pid);
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return 0;
  char text[1024] = {};
  const size_t length = std::fread(text, 1, sizeof(text) - 1, file);
  std::fclose(file);
  const std::string line(text, length);
  const size_t behind_name = line.rfind(')');
  unsigned long user = 0;
  unsigned long system = 0;
  if (behind_name == std::string::npos ||
      std::sscanf(line.c_str() + behind_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                  &system) != 2) {
    return 0;
  }
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ResidentMegabytes(int pid) {
  const std::string path = absl::StrFormat("/proc/%d/statm", pid);
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return 0;
  unsigned long resident = 0;
  const int read = std::fscanf(file, "%*u %lu", &resident);
  std::fclose(file);
  return read == 1 ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6 : 0;
}

}  // namespace mockarty::fleet

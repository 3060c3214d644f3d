#include "engine/script/script_source.h"

#include <algorithm>

namespace mockarty {

int ScriptSource::OriginalLine(int generated_line) const {
  const auto found = std::lower_bound(line_map.begin(), line_map.end(), generated_line,
                                      [](const LineMapping& entry, int line) { return entry.generated_line < line; });
  return found != line_map.end() && found->generated_line == generated_line ? found->original_line : generated_line;
}

}  // namespace mockarty

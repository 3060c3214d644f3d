#include "common/metrics/system_tags.h"

#include <cstddef>

namespace mockarty {

std::optional<SystemTag> FindSystemTag(std::string_view name) {
  for (size_t i = 0; i < kSystemTagNames.size(); ++i) {
    if (kSystemTagNames[i] == name) {
      return static_cast<SystemTag>(i);
    }
  }
  return std::nullopt;
}

}  // namespace mockarty

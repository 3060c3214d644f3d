#include "common/report/route_label.h"

#include <algorithm>
#include <cstddef>

namespace mockarty {

std::string_view RouteOrigin(std::string_view name) {
  const size_t scheme = name.find("://");
  if (scheme == std::string_view::npos || scheme == 0 || scheme > 16 ||
      !std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(scheme),
                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); })) {
    return {};
  }
  return name.substr(0, name.find('/', scheme + 3));
}

std::string RouteLabel(std::string_view method, std::string_view name, bool with_origin) {
  if (!with_origin) {
    name.remove_prefix(RouteOrigin(name).size());
  }
  std::string label(method);
  if (!label.empty()) {
    label.push_back(' ');
  }
  label += name.empty() ? "/" : name;
  return label;
}

}  // namespace mockarty

// Helper libraries that k6 scripts import from their usual addresses, carried by the product: nothing is fetched.
#ifndef ENGINE_SCRIPT_BUNDLED_LIBRARY_H_
#define ENGINE_SCRIPT_BUNDLED_LIBRARY_H_

#include <string>
#include <string_view>

namespace mockarty {

// The library that an address names ("https://jslib.k6.io/k6-utils/1.4.0/index.js" -> "k6-utils"), any version; empty
// when it is none that the product carries.
std::string_view BundledLibraryName(std::string_view address);

// Its text, an ES module; empty for other names. Also of those that only the product's own code asks for.
std::string_view BundledLibraryText(std::string_view name);

// "k6-utils, k6-summary, ...", for messages.
std::string BundledLibraryNames();

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_BUNDLED_LIBRARY_H_

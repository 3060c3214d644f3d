// A recording of a browser (HTTP Archive 1.2) as a collection: its entries in order, its pages as folders.
#ifndef ENGINE_SCRIPT_COLLECTION_HAR_H_
#define ENGINE_SCRIPT_COLLECTION_HAR_H_

#include <boost/json.hpp>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/script/collection.h"

namespace mockarty {

// `log` is the file's member of that name. Errors as of ConvertCollection().
absl::StatusOr<Collection> ConvertHar(std::string_view name, const boost::json::object& log);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_COLLECTION_HAR_H_

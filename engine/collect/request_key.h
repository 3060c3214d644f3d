// What tells the series of requests apart beside method and name, as bytes of a map's key. Of the collector only.
#ifndef ENGINE_COLLECT_REQUEST_KEY_H_
#define ENGINE_COLLECT_REQUEST_KEY_H_

#include <cstdint>
#include <type_traits>

#include "common/metrics/registry.h"
#include "common/metrics/sample.h"

namespace mockarty {

// Without padding, for it is compared as bytes. That the static texts are compared by their address only means that a
// series may be found by two keys.
struct RequestKey {
  explicit RequestKey(const RequestSample& sample)
      : protocol(sample.protocol),
        tls_version(sample.tls_version),
        status(sample.status),
        error_code(sample.error_code),
        group(sample.group),
        tags(sample.tags),
        expected(sample.expected ? 1 : 0),
        rare((sample.url.empty() ? 0U : 1U) | (sample.error.empty() ? 0U : 2U) | (sample.remote.empty() ? 0U : 4U)) {}

  const char* protocol;
  const char* tls_version;
  int status;
  int error_code;
  GroupId group;
  TagSetId tags;
  uint32_t expected;
  uint32_t rare;  // which texts follow
};
static_assert(std::has_unique_object_representations_v<RequestKey>);

}  // namespace mockarty

#endif  // ENGINE_COLLECT_REQUEST_KEY_H_

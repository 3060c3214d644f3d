// A plan's HTTP options as the clients take them.
#ifndef ENGINE_RUN_HTTP_OPTIONS_H_
#define ENGINE_RUN_HTTP_OPTIONS_H_

#include "absl/status/statusor.h"
#include "common/plan/test_plan.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

// `console` gets what httpDebug shows; it outlives the transport. Reads the proxy variables of the environment.
// InvalidArgument names the variable that is wrong.
absl::StatusOr<HttpClientOptions> ClientOptions(const HttpOptions& http, ConsoleSink* console);

DnsResolver::Options ResolverOptions(const DnsOptions& dns);

}  // namespace mockarty

#endif  // ENGINE_RUN_HTTP_OPTIONS_H_

// The whole of the server but its sockets: routes a request to its handler and counts what was served.
//
// Threads: Handle may be called from any thread. Ownership: holds router and counters.
#ifndef TOOLS_TARGET_APP_H_
#define TOOLS_TARGET_APP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "tools/target/message.h"
#include "tools/target/router.h"

namespace mockarty::target {

class App {
 public:
  App();

  // Never fails: what is wrong with a request is told in a 4xx answer.
  // Counts the request, unless it asks for /count itself.
  Response Handle(const Request& request);

 private:
  std::string CountsJson() const;

  Router router_;
  std::unique_ptr<std::atomic<int64_t>[]> counts_;  // One a route of the router.
  std::atomic<int64_t> unknown_count_{0};
};

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_APP_H_

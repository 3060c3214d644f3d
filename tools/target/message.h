// A request and a response as the handlers of mockarty-target see them: no sockets, no Boost.Beast.
//
// Threads: plain values. Ownership: a Response owns its body, or points to bytes that live as long as the process.
#ifndef TOOLS_TARGET_MESSAGE_H_
#define TOOLS_TARGET_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mockarty::target {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // As received: path and query, still percent-encoded.
  Fields headers;      // In the order received, names as written.
  std::string body;
  std::string remote;  // Address of the client, without its port.
  bool is_tls = false;

  // The first header of this name, compared without case; empty when there is none.
  std::string_view Header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Fields headers;
  std::string body;
  std::string_view static_body;  // Sent in place of `body` when not empty.
  int64_t delay_ms = 0;          // The server waits this long before it answers.
  int64_t freeze_ms = 0;         // After this answer the whole server answers nothing for so long.

  std::string_view Body() const { return static_body.empty() ? std::string_view(body) : static_body; }
};

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_MESSAGE_H_

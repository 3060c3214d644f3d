// One HTTP/1.x response as the parser leaves it: raw head, spans of the header fields in it, body.
//
// The storage is meant to be reused: Clear() keeps the capacity, so a virtual user that makes the same request again
// and again allocates nothing. Views are valid until the next change of the message. Not thread-safe.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_MESSAGE_H_
#define ENGINE_CLIENTS_HTTP_HTTP_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mockarty {

struct HttpMessage {
  // Offsets into `head`.
  struct HeaderSpan {
    uint32_t name_begin = 0;
    uint32_t name_size = 0;
    uint32_t value_begin = 0;
    uint32_t value_size = 0;
  };

  int status = 0;
  int minor_version = 0;  // the x of HTTP/1.x
  uint32_t reason_begin = 0;
  uint32_t reason_size = 0;
  std::string head;  // from the status line to the empty line, of the final response (not of 1xx ones)
  std::vector<HeaderSpan> headers;
  std::string body;        // without chunk framing; empty when the body is discarded
  uint64_t body_size = 0;  // bytes of body received, also when discarded

  void Clear();

  std::string_view Reason() const { return std::string_view(head).substr(reason_begin, reason_size); }
  std::string_view HeaderName(size_t index) const {
    return std::string_view(head).substr(headers[index].name_begin, headers[index].name_size);
  }
  std::string_view HeaderValue(size_t index) const {
    return std::string_view(head).substr(headers[index].value_begin, headers[index].value_size);
  }
  // The first field of that name, in any case of letters.
  std::optional<std::string_view> FindHeader(std::string_view name) const;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_MESSAGE_H_

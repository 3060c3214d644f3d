#include "engine/clients/http/http_message.h"

#include "engine/clients/http/text.h"

namespace mockarty {

void HttpMessage::Clear() {
  status = 0;
  minor_version = 0;
  reason_begin = 0;
  reason_size = 0;
  head.clear();
  headers.clear();
  body.clear();
  body_size = 0;
}

std::optional<std::string_view> HttpMessage::FindHeader(std::string_view name) const {
  for (size_t i = 0; i < headers.size(); ++i) {
    if (EqualsIgnoreCase(HeaderName(i), name)) return HeaderValue(i);
  }
  return std::nullopt;
}

}  // namespace mockarty

// The HTTP/1.x response parser on hostile bytes: it must not crash, must keep to its limits, and must give the same
// result for the bytes at once as for the same bytes in pieces. The first two bytes choose the options and the pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/clients/http/http_parser.h"

namespace {

using mockarty::HttpMessage;
using mockarty::HttpParser;
using mockarty::HttpParserLimits;

constexpr HttpParserLimits kLimits = {.max_head_bytes = 4096, .max_headers = 32, .max_body_bytes = 65536};

struct Result {
  HttpMessage message;
  HttpParser parser;
};

void Check(bool condition) {
  if (!condition) abort();
}

void Parse(std::string_view bytes, uint8_t options, size_t piece, Result* result) {
  result->parser.Start(&result->message, kLimits, (options & 1) != 0, (options & 2) != 0);
  while (!bytes.empty() && !result->parser.Done() && !result->parser.Failed()) {
    const std::string exact(bytes.substr(0, piece));
    const size_t used = result->parser.Feed(exact);
    Check(used <= exact.size());
    Check(used == exact.size() || result->parser.Done() || result->parser.Failed());
    bytes.remove_prefix(exact.size());
  }
  if ((options & 4) != 0) result->parser.Finish();
}

void CheckBounds(const Result& result, bool discard) {
  const HttpMessage& message = result.message;
  Check(result.parser.Failed() == !result.parser.Error().empty());
  Check(message.head.size() <= kLimits.max_head_bytes);
  Check(message.headers.size() <= kLimits.max_headers);
  Check(discard ? message.body.empty() : message.body.size() == message.body_size);
  Check(discard || message.body_size <= kLimits.max_body_bytes);
  for (size_t i = 0; i < message.headers.size(); ++i) {
    Check(!message.HeaderName(i).empty());
    Check(message.HeaderValue(i).find('\n') == std::string_view::npos);
  }
  if (result.parser.Done()) Check(message.status >= 200 && message.status <= 999);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const uint8_t options = data[0];
  const size_t piece = 1 + data[1] % 64;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  static Result whole;
  static Result pieces;
  Parse(bytes, options, bytes.size() + 1, &whole);
  Parse(bytes, options, piece, &pieces);
  CheckBounds(whole, (options & 2) != 0);
  CheckBounds(pieces, (options & 2) != 0);
  Check(whole.parser.Done() == pieces.parser.Done());
  Check(whole.parser.Error() == pieces.parser.Error());
  if (whole.parser.Done()) {
    Check(whole.message.status == pieces.message.status);
    Check(whole.message.head == pieces.message.head);
    Check(whole.message.headers.size() == pieces.message.headers.size());
    Check(whole.message.body == pieces.message.body);
    Check(whole.message.body_size == pieces.message.body_size);
    Check(whole.parser.KeepAlive() == pieces.parser.KeepAlive());
  }
  return 0;
}

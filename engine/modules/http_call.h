// What one http.* call gathers from its arguments, in memory that lives as long as the virtual user (frame_pool.h).
#ifndef ENGINE_MODULES_HTTP_CALL_H_
#define ENGINE_MODULES_HTTP_CALL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clients/http/http_request.h"

namespace mockarty {

class CookieJar;

// Status codes as expectedStatuses() names them; 200 to 399 when it was never asked.
struct StatusSet {
  static constexpr size_t kMaxRanges = 100;
  struct Range {
    int16_t first;
    int16_t last;
  };
  std::vector<Range> ranges;
  bool all = false;  // a null callback: nothing is a failure

  bool Contains(int status) const {
    if (all || ranges.empty()) {
      return all || (status >= 200 && status <= 399);
    }
    for (const Range& range : ranges) {
      if (status >= range.first && status <= range.last) {
        return true;
      }
    }
    return false;
  }
};

// Texts are gathered in one arena as offsets; Finish() turns them into views. The arena is no part of the heap, whose
// limit does not bound it: one file of a script may be in a form a thousand times.
class HttpCall {
 public:
  static constexpr size_t kMaxBytes = size_t{1} << 30;

  struct Text {
    uint32_t begin = 0;
    uint32_t size = 0;
  };

  Text Add(std::string_view text);
  void Append(Text& text, std::string_view more);  // to the text added last
  std::string_view View(Text text) const { return std::string_view(arena_).substr(text.begin, text.size); }

  void AddHeader(Text name, Text value) { headers_.push_back({name, value}); }
  void AddCookie(Text name, Text value, bool replace) { cookies_.push_back({name, value, replace}); }
  bool HasHeader(std::string_view name) const;  // in any case of letters
  // Whether more than kMaxBytes were added; what was too much is missing.
  bool TooLarge() const { return too_large_; }

  // Lays headers and cookies into `request`. Nothing may be added afterwards.
  void Finish(HttpRequest& request);
  void Clear();
  void Trim();

  // Statuses that do not count as failures, when the call says so itself.
  StatusSet expected;
  bool has_expected = false;
  std::shared_ptr<CookieJar> jar;  // the one of params

 private:
  struct Header {
    Text name;
    Text value;
  };
  struct RequestCookie {
    Text name;
    Text value;
    bool replace;
  };

  bool HasRoomFor(std::string_view text);

  bool too_large_ = false;
  std::string arena_;
  std::vector<Header> headers_;
  std::vector<RequestCookie> cookies_;
  std::vector<HttpHeader> header_views_;
  std::vector<HttpRequestCookie> cookie_views_;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_CALL_H_

// Memory of http.* calls under way in one virtual user.
//
// Reading a call's arguments may run getters of the script, which may throw past the native that reads, or make
// another http call. So what a call gathers belongs to the virtual user: a native takes an entry, and one that was
// left behind by a throw is recognised by its stack frame, which lies below that of whoever asks.
#ifndef ENGINE_MODULES_HTTP_CALL_POOL_H_
#define ENGINE_MODULES_HTTP_CALL_POOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clients/http/http_request.h"

namespace mockarty {

// Texts are gathered in one arena as offsets; Finish() turns them into views.
class HttpCall {
 public:
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

  // Lays headers and cookies into `request`. Nothing may be added afterwards.
  void Finish(HttpRequest& request);
  void Clear();

 private:
  friend class HttpCallPool;
  struct Header {
    Text name;
    Text value;
  };
  struct RequestCookie {
    Text name;
    Text value;
    bool replace;
  };

  std::string arena_;
  std::vector<Header> headers_;
  std::vector<RequestCookie> cookies_;
  std::vector<HttpHeader> header_views_;
  std::vector<HttpRequestCookie> cookie_views_;
  const void* frame_ = nullptr;  // null: free
};

class HttpCallPool {
 public:
  // A cleared entry for the native whose frame is given (__builtin_frame_address(0)).
  HttpCall& Take(const void* frame);
  void Release(HttpCall& call);
  // Between iterations: all are free; what grew large is given back.
  void ReleaseAll();

 private:
  std::vector<std::unique_ptr<HttpCall>> calls_;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_CALL_POOL_H_

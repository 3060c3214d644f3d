// Parts of Http2Session: one request on it, its fields, and what libnghttp2 calls. Between http2_*.cc only.
#ifndef ENGINE_CLIENTS_HTTP_HTTP2_STREAM_H_
#define ENGINE_CLIENTS_HTTP_HTTP2_STREAM_H_

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clients/http/http2_session.h"

namespace mockarty {

struct Http2Session::Stream {
  int32_t id = 0;
  Http2Exchange* exchange = nullptr;
  HttpParserLimits limits;
  size_t body_sent = 0;
  uint32_t head_bytes = 0;  // of this and earlier (1xx) heads and trailers
  uint32_t field_count = 0;
  bool end_sent = false;   // all of the request is written to the session's buffer
  bool head_done = false;  // of the final answer
  bool done = false;       // the answer is complete
  bool closed = false;     // libnghttp2 knows it no more
  NetError error;
  Event changed;  // done, failed, or asked to drive

  void SetError(const IoResult& result);
  // False when it goes over a limit; the error is set.
  bool AddField(std::string_view name, std::string_view value);
  bool AddBody(std::string_view data);
  void EndHead();
  void End();
};

// The fields of a request for libnghttp2, which copies them.
class Http2Fields {
 public:
  // `head` as AppendRequestHead() writes it. False when it is not of that form.
  bool Parse(std::string_view head);
  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  void Add(std::string_view name, std::string_view value);

  std::string names_;  // in lower case
  std::vector<nghttp2_nv> fields_;
};

struct Http2Callbacks {
  static nghttp2_session* NewSession(Http2Session* session);
  static ssize_t ReadBody(nghttp2_session* session, int32_t id, uint8_t* buffer, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void* user_data);

 private:
  struct Access;
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t flags, void* user_data);
  static int OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user_data);
  static int OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data);
  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user_data);
  static int OnData(nghttp2_session* session, uint8_t flags, int32_t id, const uint8_t* data, size_t size,
                    void* user_data);
  static int OnProblem(nghttp2_session* session, int code, const char* text, size_t size, void* user_data);
  static int OnInvalidFrame(nghttp2_session* session, const nghttp2_frame* frame, int code, void* user_data);
  static int OnClose(nghttp2_session* session, int32_t id, uint32_t code, void* user_data);
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP2_STREAM_H_

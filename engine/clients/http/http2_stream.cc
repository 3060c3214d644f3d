#include "engine/clients/http/http2_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/clients/http/reason_phrase.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxProblemBytes = 200;

std::string_view View(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Fields about one connection, which HTTP/2 has no room for.
bool IsConnectionField(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "connection", "host", "keep-alive", "upgrade", "transfer-encoding", "proxy-connection"};
  return std::find(kNames.begin(), kNames.end(), lower_name) != kNames.end();
}

// Takes a line off the front, without its CR LF.
bool TakeLine(std::string_view* rest, std::string_view* line) {
  const size_t end = rest->find("\r\n");
  if (end == std::string_view::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 2);
  return true;
}

}  // namespace

bool Http2Fields::Parse(std::string_view head) {
  names_.reserve(head.size());  // views of it stay where they are
  std::string_view line;
  if (!TakeLine(&head, &line)) return false;
  const size_t method_end = line.find(' ');
  const size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end) return false;
  Add(":method", line.substr(0, method_end));
  Add(":scheme", "https");
  Add(":path", line.substr(method_end + 1, target_end - method_end - 1));
  while (TakeLine(&head, &line) && !line.empty()) {
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return false;
    const size_t begin = names_.size();
    for (const char c : line.substr(0, colon)) names_.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    const std::string_view name = std::string_view(names_).substr(begin);
    const std::string_view value = line.substr(colon + 2);
    if (name == "host") Add(":authority", value);
    if (!IsConnectionField(name) && (name != "te" || value == "trailers")) Add(name, value);
  }
  // Pseudo-fields come first (9113, 8.3).
  std::stable_partition(fields_.begin(), fields_.end(), [](const nghttp2_nv& field) { return field.name[0] == ':'; });
  return true;
}

void Http2Fields::Add(std::string_view name, std::string_view value) {
  nghttp2_nv field;
  field.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data()));
  field.namelen = name.size();
  field.value = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data()));
  field.valuelen = value.size();
  field.flags = NGHTTP2_NV_FLAG_NONE;
  fields_.push_back(field);
}

void Http2Session::Stream::SetError(const IoResult& result) {
  if (result.kind == NetErrorKind::kInterrupted) {
    error = {result.kind, "interrupted"};
    return;
  }
  const char* doing = !exchange->answered ? "waiting for the response: " : "receiving the body: ";
  error = {result.kind, absl::StrCat(doing, DescribeIoError(result))};
}

bool Http2Session::Stream::AddField(std::string_view name, std::string_view value) {
  head_bytes += static_cast<uint32_t>(name.size() + value.size() + 32);  // as the standard counts (9113, 6.5.2)
  if (head_bytes > limits.max_head_bytes) {
    error = {NetErrorKind::kHttp2,
             absl::StrCat("header is larger than the limit of ", limits.max_head_bytes, " bytes")};
    return false;
  }
  if (++field_count > limits.max_headers) {
    error = {NetErrorKind::kHttp2, absl::StrCat("more header fields than the limit of ", limits.max_headers)};
    return false;
  }
  if (head_done) return true;  // a trailer
  HttpMessage& message = *exchange->message;
  if (name == ":status") {
    // libnghttp2 has checked that it is three digits.
    message.status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
    message.head = "HTTP/2.0 ";
    message.head.append(value).append(" ");
    message.reason_begin = static_cast<uint32_t>(message.head.size());
    const std::string_view reason = ReasonPhrase(message.status);
    message.reason_size = static_cast<uint32_t>(reason.size());
    message.head.append(reason).append("\r\n");
    message.minor_version = 1;
    return true;
  }
  if (name.empty() || name.front() == ':') return true;
  HttpMessage::HeaderSpan span;
  span.name_begin = static_cast<uint32_t>(message.head.size());
  span.name_size = static_cast<uint32_t>(name.size());
  message.head.append(name).append(": ");
  span.value_begin = static_cast<uint32_t>(message.head.size());
  span.value_size = static_cast<uint32_t>(value.size());
  message.head.append(value).append("\r\n");
  message.headers.push_back(span);
  return true;
}

void Http2Session::Stream::EndHead() {
  if (head_done) return;
  if (exchange->message->status < 200) {
    exchange->message->Clear();
    return;
  }
  exchange->message->head.append("\r\n");
  head_done = true;
}

bool Http2Session::Stream::AddBody(std::string_view data) {
  HttpMessage& message = *exchange->message;
  message.body_size += data.size();
  if (exchange->discard_body) return true;
  if (message.body_size > limits.max_body_bytes) {
    error = {NetErrorKind::kHttp2, absl::StrCat("body is larger than the limit of ", limits.max_body_bytes, " bytes")};
    return false;
  }
  message.body.append(data);
  return true;
}

void Http2Session::Stream::End() {
  if (done || !error.ok()) return;
  done = true;
  exchange->end = MonotonicNow();
  changed.SetDeferred();
}

namespace {

Http2Session& SessionOf(void* user_data) { return *static_cast<Http2Session*>(user_data); }

}  // namespace

struct Http2Callbacks::Access {
  static Http2Session::Stream* Find(nghttp2_session* session, int32_t id) {
    return static_cast<Http2Session::Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }
};

nghttp2_session* Http2Callbacks::NewSession(Http2Session* owner) {
  static nghttp2_session_callbacks* const callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    if (nghttp2_session_callbacks_new(&made) != 0) return made;
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
    nghttp2_session_callbacks_set_error_callback2(made, OnProblem);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, OnInvalidFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, OnClose);
    return made;
  }();
  nghttp2_session* session = nullptr;
  if (callbacks == nullptr || nghttp2_session_client_new(&session, callbacks, owner) != 0) return nullptr;
  return session;
}

ssize_t Http2Callbacks::ReadBody(nghttp2_session* session, int32_t id, uint8_t* buffer, size_t size, uint32_t* flags,
                                 nghttp2_data_source*, void*) {
  auto* stream = Access::Find(session, id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const std::string_view rest = stream->exchange->body.substr(stream->body_sent);
  const size_t count = std::min(size, rest.size());
  std::memcpy(buffer, rest.data(), count);
  stream->body_sent += count;
  if (count == rest.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(count);
}

int Http2Callbacks::OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void*) {
  auto* stream = Access::Find(session, frame->hd.stream_id);
  if (stream != nullptr && !stream->exchange->answered) {
    stream->exchange->answered = true;
    stream->exchange->first_byte = MonotonicNow();
  }
  return 0;
}

int Http2Callbacks::OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                             size_t name_size, const uint8_t* value, size_t value_size, uint8_t, void*) {
  auto* stream = Access::Find(session, frame->hd.stream_id);
  if (stream == nullptr || !stream->error.ok()) return 0;
  if (stream->AddField(View(name, name_size), View(value, value_size))) return 0;
  stream->changed.SetDeferred();
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
}

int Http2Callbacks::OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
  if (frame->hd.type == NGHTTP2_GOAWAY) SessionOf(user_data).going_away_ = true;
  auto* stream = Access::Find(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (frame->hd.type == NGHTTP2_HEADERS) stream->EndHead();
  const bool ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (ends && stream->head_done) stream->End();
  return 0;
}

int Http2Callbacks::OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void*) {
  auto* stream = Access::Find(session, frame->hd.stream_id);
  if (stream == nullptr || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  stream->end_sent = true;
  stream->exchange->sent = MonotonicNow();
  return 0;
}

int Http2Callbacks::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data, size_t size, void*) {
  auto* stream = Access::Find(session, id);
  if (stream == nullptr || !stream->error.ok()) return 0;
  if (!stream->AddBody(View(data, size))) {
    stream->changed.SetDeferred();
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  return 0;
}

int Http2Callbacks::OnProblem(nghttp2_session*, int, const char* text, size_t size, void* user_data) {
  const std::string quoted = QuoteText({text, size}, kMaxProblemBytes);
  SessionOf(user_data).problem_ = quoted.substr(1, quoted.size() - 2);
  return 0;
}

int Http2Callbacks::OnInvalidFrame(nghttp2_session*, const nghttp2_frame*, int code, void* user_data) {
  std::string& problem = SessionOf(user_data).problem_;
  if (problem.empty()) problem = nghttp2_strerror(code);
  return 0;
}

int Http2Callbacks::OnClose(nghttp2_session* session, int32_t id, uint32_t code, void*) {
  auto* stream = Access::Find(session, id);
  if (stream == nullptr) return 0;
  stream->closed = true;
  if (stream->done || !stream->error.ok()) return 0;
  if (code == NGHTTP2_REFUSED_STREAM) {
    stream->exchange->refused = true;
    stream->error = {NetErrorKind::kHttp2, "HTTP/2: the server refused the request (REFUSED_STREAM)"};
  } else {
    stream->error = {NetErrorKind::kHttp2,
                     absl::StrCat("HTTP/2: the server's answer was reset: ", nghttp2_http2_strerror(code))};
  }
  stream->changed.SetDeferred();
  return 0;
}

}  // namespace mockarty

#include "tests/http/http2_test_server.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

namespace mockarty {

std::string Http2TestRequest::Field(const std::string& name) const {
  for (const auto& field : fields) {
    if (field.first == name) return field.second;
  }
  return "";
}

struct Http2TestConnection::Callbacks {
  static Http2TestConnection& Of(void* user_data) { return *static_cast<Http2TestConnection*>(user_data); }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* user_data) {
    Of(user_data).incoming_[frame->hd.stream_id].fields.emplace_back(
        std::string(reinterpret_cast<const char*>(name), name_size),
        std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }
  static int OnData(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size, void* user_data) {
    Of(user_data).incoming_[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    if ((frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) ||
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
      return 0;
    }
    Http2TestConnection& self = Of(user_data);
    ++self.requests_;
    self.on_request_(self, frame->hd.stream_id, self.incoming_[frame->hd.stream_id]);
    return 0;
  }
  static ssize_t Read(nghttp2_session*, int32_t id, uint8_t* buffer, size_t size, uint32_t* flags, nghttp2_data_source*,
                      void* user_data) {
    auto& [body, sent] = Of(user_data).outgoing_[id];
    const size_t count = std::min(size, body.size() - sent);
    memcpy(buffer, body.data() + sent, count);
    sent += count;
    if (sent == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Http2TestConnection::Http2TestConnection(TlsTestConnection* tls, OnRequest on_request,
                                         std::vector<nghttp2_settings_entry> settings)
    : tls_(tls), on_request_(std::move(on_request)) {
  nghttp2_session_callbacks* callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::OnData);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::OnFrame);
  nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

Http2TestConnection::~Http2TestConnection() { nghttp2_session_del(session_); }

void Http2TestConnection::Flush() {
  const uint8_t* data;
  for (ssize_t size; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
    if (!tls_->Write(std::string(reinterpret_cast<const char*>(data), static_cast<size_t>(size)))) return Stop();
  }
}

void Http2TestConnection::Serve() {
  Flush();
  char chunk[16384];
  while (!stopped_) {
    const int got = SSL_read(tls_->ssl, chunk, sizeof chunk);
    if (got <= 0) return;
    if (nghttp2_session_mem_recv(session_, reinterpret_cast<uint8_t*>(chunk), static_cast<size_t>(got)) < 0) return;
    Flush();
  }
}

void Http2TestConnection::Respond(int32_t id, int status, const Fields& fields, const std::string& body) {
  const std::string code = std::to_string(status);
  std::vector<nghttp2_nv> values;
  auto add = [&](const std::string& name, const std::string& value) {
    values.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                      NGHTTP2_NV_FLAG_NONE});
  };
  static const std::string kStatus = ":status";
  add(kStatus, code);
  for (const auto& [name, value] : fields) add(name, value);
  outgoing_[id] = {body, 0};
  nghttp2_data_provider provider;
  provider.source.ptr = nullptr;
  provider.read_callback = Callbacks::Read;
  nghttp2_submit_response(session_, id, values.data(), values.size(), body.empty() ? nullptr : &provider);
}

void Http2TestConnection::Reset(int32_t id, uint32_t code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
}

void Http2TestConnection::GoAway(int32_t last_id) {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_id, NGHTTP2_NO_ERROR, nullptr, 0);
}

void Http2TestConnection::Raw(const std::string& bytes) { tls_->Write(bytes); }

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (int shift : {16, 8, 0}) frame.push_back(static_cast<char>(payload.size() >> shift));
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(stream >> shift));
  return frame + payload;
}

}  // namespace mockarty

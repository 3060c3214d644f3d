#include "engine/clients/http/http2_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/http2_stream.h"
#include "engine/vu/fiber.h"

namespace mockarty {
namespace {

constexpr int32_t kStreamWindow = 4 << 20;
constexpr int32_t kConnectionWindow = 16 << 20;
constexpr size_t kReceiveBytes = 64 * 1024;
// Frames are gathered up to this before they are sent.
constexpr size_t kGatherBytes = 64 * 1024;
// How long a driver sleeps at most while another fiber waits until the socket takes more.
constexpr Nanos kLookAgain = 50 * kNanosPerMilli;

char* ReceiveBuffer() {
  thread_local std::unique_ptr<char[]> buffer(new char[kReceiveBytes]);
  return buffer.get();
}

}  // namespace

Http2Session::Http2Session(TcpStream* tcp, TlsStream* tls, const HttpParserLimits& limits)
    : tcp_(tcp), tls_(tls), limits_(limits) {
  session_ = Http2Callbacks::NewSession(this);
  if (session_ == nullptr) {
    Fail(NetErrorKind::kHttp2, "HTTP/2: out of memory");
    return;
  }
  const std::array<nghttp2_settings_entry, 3> settings = {
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(kStreamWindow)},
       {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.max_head_bytes}}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2Session::~Http2Session() { nghttp2_session_del(session_); }

bool Http2Session::CanTake() const {
  return !failed_ && !going_away_ &&
         streams_.size() < nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Session::CheckIdle() {
  while (!failed_ && tls_->HasInput() && ReadSome()) {
  }
  if (!failed_) Flush();
  return !failed_ && !going_away_;
}

NetError Http2Session::Perform(Http2Exchange* exchange, Nanos deadline) {
  if (failed_) return error_;
  Stream stream;
  stream.exchange = exchange;
  stream.limits = limits_;
  exchange->message->Clear();
  if (!Submit(stream)) return {NetErrorKind::kHttp2, "HTTP/2: the request cannot be sent"};
  streams_.push_back(&stream);
  if (exchange->more_follow) Fiber::Current()->Yield();
  const bool sent_by_other = stream.end_sent;
  exchange->send_start = sent_by_other ? exchange->sent : MonotonicNow();
  Flush();
  if (stream.end_sent && !sent_by_other) exchange->sent = MonotonicNow();
  while (!stream.done && !failed_ && stream.error.ok()) {
    if (driver_ == nullptr) {
      driver_ = &stream;
      Drive(stream, deadline);
      driver_ = nullptr;
    } else {
      WaitAsFollower(stream, deadline);
    }
  }
  if (exchange->end == 0) exchange->end = MonotonicNow();
  Leave(stream);
  if (stream.done && stream.error.ok()) return {};
  return stream.error.ok() ? error_ : std::move(stream.error);
}

// The head's lines become HTTP/2's fields: the request line and Host as pseudo-fields, names in lower case, without
// those that are about a connection (9113, 8.2.2).
bool Http2Session::Submit(Stream& stream) {
  Http2Fields fields;
  if (!fields.Parse(stream.exchange->head)) return false;
  const std::string_view body = stream.exchange->body;
  nghttp2_data_provider provider;
  provider.source.ptr = nullptr;
  provider.read_callback = Http2Callbacks::ReadBody;
  const int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                            body.empty() ? nullptr : &provider, &stream);
  stream.id = id;
  return id > 0;
}

void Http2Session::Drive(Stream& stream, Nanos deadline) {
  while (!stream.done && !failed_ && stream.error.ok()) {
    // Reads only after a turn for others: a server that is faster than we are must not keep the worker.
    IoResult result = tcp_->CheckTurn(deadline);
    if (result.ok() && !ReadSome()) {
      if (failed_ || stream.done || !stream.error.ok()) break;
      Flush();                                                  // acknowledgements, window updates, more of a body
      if (failed_ || stream.done || !stream.error.ok()) break;  // sending a reset closes the stream
      result = WaitForPeer(deadline);
    }
    if (!result.ok()) {
      if (result.kind == NetErrorKind::kTimeout || result.kind == NetErrorKind::kInterrupted) {
        stream.SetError(result);
      } else {
        FailIo(result);
      }
      return;
    }
  }
  Flush();
}

IoResult Http2Session::WaitForPeer(Nanos deadline) {
  if (out_sent_ == out_.size()) return tcp_->WaitReadable(deadline);
  if (writer_ == nullptr) {
    writer_ = driver_;
    const IoResult result = tcp_->WaitWritableOrInput(deadline);
    writer_ = nullptr;
    return result;
  }
  IoResult result = tcp_->WaitReadable(std::min(deadline, MonotonicNow() + kLookAgain));
  if (result.kind == NetErrorKind::kTimeout && MonotonicNow() < deadline) result = {};
  return result;
}

void Http2Session::WaitAsFollower(Stream& stream, Nanos deadline) {
  if (out_sent_ < out_.size() && writer_ == nullptr) {
    writer_ = &stream;
    const IoResult result = tcp_->WaitWritable(deadline);
    writer_ = nullptr;
    if (!result.ok()) return stream.SetError(result);
    return Flush();
  }
  const WaitResult result = Fiber::Current()->WaitEvent(stream.changed, deadline);
  stream.changed.Reset();
  if (result == WaitResult::kTimeout) stream.SetError({0, NetErrorKind::kTimeout, 0});
  if (result == WaitResult::kInterrupted) stream.SetError({0, NetErrorKind::kInterrupted, 0});
}

// Sends what there is to send, without waiting.
void Http2Session::Flush() {
  while (!failed_) {
    while (out_.size() - out_sent_ < kGatherBytes) {
      const uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size < 0)
        return Fail(NetErrorKind::kHttp2, absl::StrCat("HTTP/2: ", nghttp2_strerror(static_cast<int>(size))));
      if (size == 0) break;
      out_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    if (out_sent_ == out_.size()) break;
    bool would_block = false;
    const IoResult result = tls_->TryWrite(out_.data() + out_sent_, out_.size() - out_sent_, &would_block);
    if (!result.ok()) return FailIo(result);
    out_sent_ += result.size;
    if (would_block) return;
  }
  out_.clear();
  out_sent_ = 0;
  // libnghttp2 has said goodbye, after a breach of the protocol or because the server did.
  if (!failed_ && nghttp2_session_want_read(session_) == 0) {
    Fail(NetErrorKind::kHttp2, absl::StrCat("HTTP/2: ", problem_.empty() ? "the connection has ended" : problem_));
  }
  if (out_.capacity() > 2 * kGatherBytes) std::string().swap(out_);
}

// One piece of input, when there is one.
bool Http2Session::ReadSome() {
  bool would_block = false;
  char* const buffer = ReceiveBuffer();
  const IoResult result = tls_->TryRead(buffer, kReceiveBytes, &would_block);
  if (would_block) return false;
  if (!result.ok()) {
    FailIo(result);
    return false;
  }
  const ssize_t used = nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(buffer), result.size);
  if (used < 0) {
    Fail(NetErrorKind::kHttp2, absl::StrCat("HTTP/2: ", nghttp2_strerror(static_cast<int>(used))));
    return false;
  }
  return true;
}

// The stream is on its fiber's stack: nothing may refer to it any more.
void Http2Session::Leave(Stream& stream) {
  std::erase(streams_, &stream);
  if (!failed_ && !stream.closed) {
    nghttp2_session_set_stream_user_data(session_, stream.id, nullptr);
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL);
    Flush();
  }
  if (driver_ == nullptr) HandOver();
}

void Http2Session::HandOver() {
  for (Stream* stream : streams_) {
    if (!stream->done && stream->error.ok() && stream != writer_) return stream->changed.SetDeferred();
  }
}

void Http2Session::FailIo(const IoResult& result) {
  if (result.kind == NetErrorKind::kClosed) return Fail(result.kind, "server closed the connection without an answer");
  Fail(result.kind, absl::StrCat("HTTP/2 connection: ", DescribeIoError(result)));
}

void Http2Session::Fail(NetErrorKind kind, std::string message) {
  if (failed_) return;
  failed_ = true;
  error_ = {kind, std::move(message)};
  for (Stream* stream : streams_) stream->changed.SetDeferred();
}

}  // namespace mockarty

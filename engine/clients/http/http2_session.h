// One HTTP/2 connection (RFC 9113) of a virtual user: requests share it, each on its own fiber. Framing and HPACK are
// libnghttp2's; waiting is ours.
//
// No fiber of its own: of those who wait for an answer one drives the connection, reading and writing for all, and
// hands over to another when its own answer is complete. So a request alone costs a send and a receive, as with
// HTTP/1.1, and an idle connection costs nothing.
//
// Bounded: header fields and bodies by HttpParserLimits, frames that are not about a request by libnghttp2 (settings,
// acknowledgements to be sent, continuations), everything by the requests' deadlines. Push is refused.
// Threads: those of one loop; calls that take a deadline on a fiber. The streams below outlive it.
#ifndef ENGINE_CLIENTS_HTTP_HTTP2_SESSION_H_
#define ENGINE_CLIENTS_HTTP_HTTP2_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "engine/clients/http/http_message.h"
#include "engine/clients/http/http_parser.h"
#include "engine/clients/net/net_error.h"
#include "engine/clients/net/tcp_stream.h"
#include "engine/clients/net/tls_stream.h"
#include "engine/vu/loop.h"

struct nghttp2_session;

namespace mockarty {

// What one request asks for and how it went. `head` is an HTTP/1.1 request head as AppendRequestHead() writes it.
struct Http2Exchange {
  std::string_view head;
  std::string_view body;
  bool discard_body = false;
  bool more_follow = false;        // others are about to begin in this turn of the loop: all go in one send
  HttpMessage* message = nullptr;  // filled; its head reads like one of HTTP/1.1, with HTTP/2.0 in its first line

  Nanos send_start = 0;  // instants; 0: did not come to that
  Nanos sent = 0;
  Nanos first_byte = 0;  // of the answer's header
  Nanos end = 0;
  bool answered = false;
  bool refused = false;  // the server said that it did nothing about it: it may be sent again
};

class Http2Session {
 public:
  Http2Session(TcpStream* tcp, TlsStream* tls, const HttpParserLimits& limits);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  // One more request may begin: as many as the server allows, and it has not said that it will go away.
  bool CanTake() const;
  // For one that nobody uses: reads what has come without waiting. False when it is over.
  bool CheckIdle();

  // Kinds: kTimeout, kInterrupted, kClosed, kReset, kHttp2, ... The connection may go on being used by others as
  // long as Failed() is false.
  NetError Perform(Http2Exchange* exchange, Nanos deadline);
  bool Failed() const { return failed_; }

 private:
  friend struct Http2Callbacks;
  struct Stream;

  bool Submit(Stream& stream);
  void Drive(Stream& stream, Nanos deadline);
  IoResult WaitForPeer(Nanos deadline);
  void WaitAsFollower(Stream& stream, Nanos deadline);
  void Flush();
  bool ReadSome();
  void Leave(Stream& stream);
  void HandOver();
  void Fail(NetErrorKind kind, std::string message);
  void FailIo(const IoResult& result);

  TcpStream* tcp_;
  TlsStream* tls_;
  HttpParserLimits limits_;
  nghttp2_session* session_ = nullptr;
  std::vector<Stream*> streams_;  // those waited for
  std::string out_;               // serialized and not yet sent
  size_t out_sent_ = 0;
  Stream* driver_ = nullptr;
  Stream* writer_ = nullptr;  // who waits until the socket takes more
  bool failed_ = false;
  bool going_away_ = false;
  NetError error_;
  std::string problem_;  // what libnghttp2 last found wrong
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP2_SESSION_H_

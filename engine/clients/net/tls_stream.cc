#include "engine/clients/net/tls_stream.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "engine/clients/net/tls_session_index.h"
#include "engine/vu/fiber.h"

namespace mockarty {

// The socket as OpenSSL sees it.
struct TlsBio {
  static int Read(BIO* bio, char* buffer, int size) {
    auto* stream = static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    bool would_block;
    const IoResult result = stream->tcp_->TryRead(buffer, static_cast<size_t>(size), &would_block);
    if (would_block) {
      BIO_set_retry_read(bio);
      return -1;
    }
    if (result.ok()) return static_cast<int>(result.size);
    stream->bio_error_ = result;
    return result.kind == NetErrorKind::kClosed ? 0 : -1;
  }

  static int Write(BIO* bio, const char* buffer, int size) {
    auto* stream = static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (stream->captured_ != nullptr) {
      stream->captured_->append(buffer, static_cast<size_t>(size));
      return size;
    }
    bool would_block;
    const iovec part{const_cast<char*>(buffer), static_cast<size_t>(size)};
    const IoResult result = stream->tcp_->TryWrite({&part, 1}, &would_block);
    if (would_block) {
      BIO_set_retry_write(bio);
      return -1;
    }
    if (result.ok()) return static_cast<int>(result.size);
    stream->bio_error_ = result;
    return -1;
  }

  // OpenSSL asks BIO_CTRL_EOF when a read returned 0, to tell the end of the stream from a failure.
  static long Control(BIO* bio, int command, long, void*) {
    auto* stream = static_cast<TlsStream*>(BIO_get_data(bio));
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return stream->bio_error_.kind == NetErrorKind::kClosed ? 1 : 0;
    return 0;
  }

  static const BIO_METHOD* Method() {
    static const BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mockarty tcp");
      BIO_meth_set_read(made, Read);
      BIO_meth_set_write(made, Write);
      BIO_meth_set_ctrl(made, Control);
      return made;
    }();
    return method;
  }
};

namespace {

constexpr size_t kMaxWrite = 1 << 30;

// What to verify and to put in SNI: a trailing dot is for DNS only.
std::string BareHost(std::string_view host) {
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return std::string(host);
}

bool IsAddress(const std::string& host) {
  in6_addr buffer;
  return inet_pton(AF_INET, host.c_str(), &buffer) == 1 || inet_pton(AF_INET6, host.c_str(), &buffer) == 1;
}

NetError CertificateError(long code, std::string_view host) {
  const std::string whose = absl::StrCat("TLS: certificate of \"", std::string(host), "\" ");
  switch (code) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return {NetErrorKind::kTlsUnknownAuthority,
              absl::StrCat(whose, "is signed by an unknown authority (self-signed)")};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return {NetErrorKind::kTlsUnknownAuthority, absl::StrCat(whose, "is signed by an unknown authority")};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {NetErrorKind::kTlsHostname, absl::StrCat(whose, "is not valid for that name")};
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {NetErrorKind::kTls, absl::StrCat(whose, "has expired")};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {NetErrorKind::kTls, absl::StrCat(whose, "is not valid yet")};
    default:
      return {NetErrorKind::kTls, absl::StrCat(whose, "is refused: ", X509_verify_cert_error_string(code))};
  }
}

std::string LastReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "protocol error";
}

}  // namespace

TlsStream::~TlsStream() {
  if (ssl_ == nullptr) return;
  ERR_clear_error();
  if (!broken_ && SSL_is_init_finished(ssl_) && tcp_->IsOpen()) SSL_shutdown(ssl_);
  // Without this, freeing a connection that was not shut down both ways marks its session as bad.
  SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
  ERR_clear_error();
}

NetError TlsStream::Handshake(const TlsContext& context, std::string_view host, TlsSession* session, Nanos deadline) {
  if (Fiber::Current()->StackLeft() < kStackNeededBytes) {
    return {NetErrorKind::kTls, "TLS: not enough stack left for a handshake; the script calls too deeply here"};
  }
  ssl_ = SSL_new(context.get());
  BIO* bio = ssl_ != nullptr ? BIO_new(TlsBio::Method()) : nullptr;
  if (bio == nullptr) return {NetErrorKind::kTls, "TLS: out of memory"};
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_ex_data(ssl_, TlsSessionIndex(), session);
  const std::string name = BareHost(host);
  if (IsAddress(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), name.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl_, name.c_str());
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl_, name.c_str());
  }
  if (session != nullptr && session->get() != nullptr) SSL_set_session(ssl_, session->get());
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_);
    if (result == 1) return {};
    if (IoResult wait = WaitFor(result, deadline); !wait.ok()) {
      broken_ = true;
      return HandshakeError(wait, name);
    }
  }
}

IoResult TlsStream::WaitFor(int ssl_result, Nanos deadline) {
  switch (SSL_get_error(ssl_, ssl_result)) {
    case SSL_ERROR_WANT_READ:
      return tcp_->WaitReadable(deadline);
    case SSL_ERROR_WANT_WRITE:
      return tcp_->WaitWritable(deadline);
    case SSL_ERROR_ZERO_RETURN:
      return {0, NetErrorKind::kClosed, 0};
    default:
      broken_ = true;
      if (!bio_error_.ok()) return bio_error_;
      return {0, NetErrorKind::kTls, 0};
  }
}

NetError TlsStream::HandshakeError(const IoResult& io, std::string_view host) const {
  const std::string doing = absl::StrCat("TLS handshake with \"", std::string(host), "\": ");
  if (io.kind == NetErrorKind::kInterrupted) return {io.kind, "interrupted"};
  if (io.kind == NetErrorKind::kTimeout) return {io.kind, absl::StrCat(doing, "timed out")};
  if (const long verdict = SSL_get_verify_result(ssl_);
      io.kind == NetErrorKind::kTls && verdict != X509_V_OK && SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE) {
    return CertificateError(verdict, host);
  }
  if (io.kind != NetErrorKind::kTls) return {NetErrorKind::kTls, absl::StrCat(doing, DescribeIoError(io))};
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
    return {NetErrorKind::kTls, absl::StrCat(doing, "the server's answer is not TLS (plain HTTP on this port?)")};
  }
  return {NetErrorKind::kTls, absl::StrCat(doing, LastReason())};
}

IoResult TlsStream::Read(char* buffer, size_t size, Nanos deadline) {
  const int wanted = static_cast<int>(std::min<size_t>(size, std::numeric_limits<int>::max()));
  while (true) {
    // Never after SSL_read: `buffer` may be shared with the fibers that would run meanwhile.
    const bool idle = !tcp_->HasInput() && SSL_has_pending(ssl_) == 0;
    if (IoResult turn = idle ? tcp_->WaitReadable(deadline) : tcp_->CheckTurn(deadline); !turn.ok()) return turn;
    ERR_clear_error();
    const int got = SSL_read(ssl_, buffer, wanted);
    if (got > 0) return {static_cast<size_t>(got), NetErrorKind::kNone, 0};
    if (IoResult wait = WaitFor(got, deadline); !wait.ok()) return wait;
  }
}

bool TlsStream::HasAnswer() {
  if (!tcp_->HasInput() && SSL_has_pending(ssl_) == 0) return false;
  char byte;
  ERR_clear_error();
  const int got = SSL_peek(ssl_, &byte, 1);
  return got > 0 || SSL_get_error(ssl_, got) != SSL_ERROR_WANT_READ;
}

IoResult TlsStream::WriteSome(const char* data, size_t size, Nanos deadline, bool stop_when_readable) {
  ERR_clear_error();
  const int sent = SSL_write(ssl_, data, static_cast<int>(std::min(size, kMaxWrite)));
  if (sent > 0) {
    IoResult result = tcp_->CheckTurn(deadline);
    result.size = static_cast<size_t>(sent);
    return result;
  }
  if (!stop_when_readable || SSL_get_error(ssl_, sent) != SSL_ERROR_WANT_WRITE) return WaitFor(sent, deadline);
  if (HasAnswer()) return {0, NetErrorKind::kClosed, 0};
  return tcp_->WaitWritableOrInput(deadline);
}

IoResult TlsStream::Write(std::span<iovec> parts, Nanos deadline, bool stop_when_readable) {
  IoResult total;
  for (const iovec& part : parts) {
    for (size_t done = 0; done < part.iov_len;) {
      const IoResult step =
          WriteSome(static_cast<const char*>(part.iov_base) + done, part.iov_len - done, deadline, stop_when_readable);
      done += step.size;
      total.size += step.size;
      if (stop_when_readable && step.kind == NetErrorKind::kClosed) return total;
      if (!step.ok()) {
        total.kind = step.kind;
        total.system_error = step.system_error;
        return total;
      }
    }
  }
  return total;
}

bool TlsStream::PutOff(std::string_view text, Nanos now, PendingSend* send) {
  if (!tcp_->MayPutOff(text.size(), now)) return false;
  thread_local std::string record;
  record.clear();
  ERR_clear_error();
  captured_ = &record;
  const int sent = SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
  captured_ = nullptr;
  if (sent != static_cast<int>(text.size())) {
    // OpenSSL wants to read first, or is broken: writing in the usual way waits for it, or says why.
    broken_ = broken_ || !record.empty();
    return false;
  }
  tcp_->PutOff(record, now, send);
  return true;
}

// A record is written whole, or the connection is of no more use: the peer counts them.
IoResult TlsStream::FinishPutOff(PendingSend* send, Nanos deadline) {
  const IoResult result = tcp_->FinishPutOff(send, deadline, false);
  if (result.size != send->asked) broken_ = true;
  return result;
}

IoResult TlsStream::TryResult(int ssl_result, bool* would_block) {
  const int error = SSL_get_error(ssl_, ssl_result);
  *would_block = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  if (*would_block) return {};
  if (error == SSL_ERROR_ZERO_RETURN) return {0, NetErrorKind::kClosed, 0};
  broken_ = true;
  return bio_error_.ok() ? IoResult{0, NetErrorKind::kTls, 0} : bio_error_;
}

IoResult TlsStream::TryRead(char* buffer, size_t size, bool* would_block) {
  *would_block = false;
  ERR_clear_error();
  const int got = SSL_read(ssl_, buffer, static_cast<int>(std::min(size, kMaxWrite)));
  if (got > 0) return {static_cast<size_t>(got), NetErrorKind::kNone, 0};
  return TryResult(got, would_block);
}

IoResult TlsStream::TryWrite(const char* data, size_t size, bool* would_block) {
  *would_block = false;
  ERR_clear_error();
  const int sent = SSL_write(ssl_, data, static_cast<int>(std::min(size, kMaxWrite)));
  if (sent > 0) return {static_cast<size_t>(sent), NetErrorKind::kNone, 0};
  return TryResult(sent, would_block);
}

bool TlsStream::HasInput() const { return tcp_->HasInput() || SSL_has_pending(ssl_) == 1; }

bool TlsStream::ChoseHttp2() const {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &protocol, &size);
  return size == 2 && protocol[0] == 'h' && protocol[1] == '2';
}

bool TlsStream::IdleAndUsable() { return !broken_ && tcp_->IsOpen() && !HasAnswer(); }

const char* TlsStream::Version() const {
  switch (SSL_version(ssl_)) {
    case TLS1_3_VERSION:
      return "tls1.3";
    case TLS1_2_VERSION:
      return "tls1.2";
    case TLS1_1_VERSION:
      return "tls1.1";
    default:
      return "tls1.0";
  }
}

const char* TlsStream::Cipher() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_);
  const char* name = cipher != nullptr ? SSL_CIPHER_standard_name(cipher) : nullptr;
  return name != nullptr ? name : "";
}

bool TlsStream::SessionReused() const { return SSL_session_reused(ssl_) == 1; }

}  // namespace mockarty

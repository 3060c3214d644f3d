#include "engine/clients/http/http_error.h"

#include "engine/clients/net/net_error.h"

namespace mockarty {

int HttpCodeOf(const NetError& error) {
  switch (error.kind) {
    case NetErrorKind::kTimeout:
      return HttpErrorCode::kTimeout;
    case NetErrorKind::kReset:
      return HttpErrorCode::kReset;
    case NetErrorKind::kBrokenPipe:
      return HttpErrorCode::kBrokenPipe;
    case NetErrorKind::kSystem:
      return HttpErrorCode::kTcpSystem;
    case NetErrorKind::kNoSuchHost:
      return HttpErrorCode::kNoSuchHost;
    case NetErrorKind::kDns:
      return HttpErrorCode::kDns;
    case NetErrorKind::kDenied:
      return HttpErrorCode::kAddressDenied;
    case NetErrorKind::kBlockedHost:
      return HttpErrorCode::kBlockedHost;
    case NetErrorKind::kDialTimeout:
      return HttpErrorCode::kDialTimeout;
    case NetErrorKind::kRefused:
      return HttpErrorCode::kDialRefused;
    case NetErrorKind::kDial:
      return HttpErrorCode::kDial;
    case NetErrorKind::kTlsUnknownAuthority:
      return HttpErrorCode::kTlsUnknownAuthority;
    case NetErrorKind::kTlsHostname:
      return HttpErrorCode::kTlsHostname;
    case NetErrorKind::kTls:
      return HttpErrorCode::kTls;
    case NetErrorKind::kHttp2:
      return HttpErrorCode::kHttp2;
    case NetErrorKind::kNone:
    case NetErrorKind::kClosed:
    case NetErrorKind::kMalformed:
    case NetErrorKind::kInterrupted:
      break;
  }
  return HttpErrorCode::kGeneric;
}

}  // namespace mockarty

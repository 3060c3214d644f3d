// Errors of HTTP requests as scripts see them: a number that k6 uses for the same thing, and one line of text.
// The numbers are those of k6's documentation ("Error codes"), so that thresholds and dashboards made for it fit.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_ERROR_H_
#define ENGINE_CLIENTS_HTTP_HTTP_ERROR_H_

#include <string>

namespace mockarty {

struct NetError;

struct HttpErrorCode {
  static constexpr int kNone = 0;
  static constexpr int kGeneric = 1000;
  static constexpr int kRequest = 1010;  // method, header, cookie or body that cannot be sent
  static constexpr int kUrl = 1020;
  static constexpr int kTimeout = 1050;
  static constexpr int kDns = 1100;
  static constexpr int kNoSuchHost = 1101;
  static constexpr int kAddressDenied = 1110;
  static constexpr int kBlockedHost = 1111;
  static constexpr int kTcp = 1200;
  static constexpr int kBrokenPipe = 1201;
  static constexpr int kTcpSystem = 1202;
  static constexpr int kDial = 1210;
  static constexpr int kDialTimeout = 1211;
  static constexpr int kDialRefused = 1212;
  static constexpr int kReset = 1220;
  static constexpr int kTls = 1300;
  static constexpr int kTlsUnknownAuthority = 1310;
  static constexpr int kTlsHostname = 1311;
  static constexpr int kStatusBase = 1000;  // 4xx and 5xx answers: 1000 + status, with an empty message
  static constexpr int kHttp2 = 1600;
  static constexpr int kDecoding = 1701;
};

// Empty message and code 0: no error. An answer of 400 or above has a code and no message.
struct HttpError {
  int code = HttpErrorCode::kNone;
  std::string message;
};

// `error` must not be ok.
int HttpCodeOf(const NetError& error);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_ERROR_H_

// What can go wrong on the network, as the protocol clients tell it apart.
#ifndef ENGINE_CLIENTS_NET_NET_ERROR_H_
#define ENGINE_CLIENTS_NET_NET_ERROR_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace mockarty {

enum class NetErrorKind : uint8_t {
  kNone,
  kTimeout,      // the deadline came first
  kInterrupted,  // the fiber was interrupted
  kClosed,       // the peer closed its side in order
  kReset,        // the peer reset the connection
  kBrokenPipe,   // written after the peer was gone
  kSystem,       // any other errno
  kMalformed,    // the peer does not keep to its protocol, or to our limits
  // Dialling.
  kNoSuchHost,
  kDns,
  kDenied,       // the address, by blacklistIPs or the dial policy
  kBlockedHost,  // the name, by blockHostnames
  kDialTimeout,
  kRefused,
  kDial,
  // TLS.
  kTlsUnknownAuthority,
  kTlsHostname,
  kTls,
  // HTTP/2.
  kHttp2,  // the peer breaks its rules or our limits, or has reset the request
};

// `message` says what happened, to whom, in one line; empty when there is none.
struct NetError {
  NetErrorKind kind = NetErrorKind::kNone;
  std::string message;

  bool ok() const { return kind == NetErrorKind::kNone; }
};

// Outcome of a read or write; no allocation. `size` is what was transferred, also before an error.
struct IoResult {
  size_t size = 0;
  NetErrorKind kind = NetErrorKind::kNone;
  int system_error = 0;

  bool ok() const { return kind == NetErrorKind::kNone; }
};

// "timed out", "connection reset by peer", ...
std::string DescribeIoError(const IoResult& result);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_NET_ERROR_H_

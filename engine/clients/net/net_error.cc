#include "engine/clients/net/net_error.h"

#include <system_error>

namespace mockarty {

std::string DescribeIoError(const IoResult& result) {
  switch (result.kind) {
    case NetErrorKind::kTimeout:
      return "timed out";
    case NetErrorKind::kInterrupted:
      return "interrupted";
    case NetErrorKind::kClosed:
      return "connection closed by peer";
    case NetErrorKind::kReset:
      return "connection reset by peer";
    case NetErrorKind::kBrokenPipe:
      return "connection closed by peer while sending";
    default:
      break;
  }
  if (result.system_error == 0) return "connection failed";
  return std::generic_category().message(result.system_error);
}

}  // namespace mockarty

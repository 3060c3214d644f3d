// An IPv4 or IPv6 address with a port; 28 bytes, copied freely.
#ifndef ENGINE_CLIENTS_NET_SOCKET_ADDRESS_H_
#define ENGINE_CLIENTS_NET_SOCKET_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mockarty {

class SocketAddress {
 public:
  SocketAddress() = default;
  static SocketAddress FromV4(const in_addr& address, uint16_t port);
  static SocketAddress FromV6(const in6_addr& address, uint32_t scope, uint16_t port);
  // IPv4 in the first four bytes. Port 0.
  static SocketAddress FromBytes(const std::array<uint8_t, 16>& bytes, bool v6);
  std::array<uint8_t, 16> Bytes() const;
  // "127.0.0.1" or "::1"; nothing else.
  static std::optional<SocketAddress> FromLiteral(std::string_view text, uint16_t port);

  bool IsV6() const { return family() == AF_INET6; }
  bool IsSet() const { return family() != AF_UNSPEC; }
  int family() const { return storage_.v4.sin_family; }
  uint16_t port() const;
  void set_port(uint16_t port);
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return IsV6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
  // "127.0.0.1", "::1".
  std::string Ip() const;
  // "127.0.0.1:80", "[::1]:80".
  std::string ToString() const;

 private:
  union Storage {
    sockaddr_in6 v6;
    sockaddr_in v4;
  };
  Storage storage_{};
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_SOCKET_ADDRESS_H_

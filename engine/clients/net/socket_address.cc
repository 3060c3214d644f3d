#include "engine/clients/net/socket_address.h"

#include <arpa/inet.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace mockarty {

SocketAddress SocketAddress::FromV4(const in_addr& address, uint16_t port) {
  SocketAddress result;
  result.storage_.v4 = {};
  result.storage_.v4.sin_family = AF_INET;
  result.storage_.v4.sin_addr = address;
  result.storage_.v4.sin_port = htons(port);
  return result;
}

SocketAddress SocketAddress::FromV6(const in6_addr& address, uint32_t scope, uint16_t port) {
  SocketAddress result;
  result.storage_.v6.sin6_family = AF_INET6;
  result.storage_.v6.sin6_addr = address;
  result.storage_.v6.sin6_scope_id = scope;
  result.storage_.v6.sin6_port = htons(port);
  return result;
}

SocketAddress SocketAddress::FromBytes(const std::array<uint8_t, 16>& bytes, bool v6) {
  in_addr v4_address;
  in6_addr v6_address;
  std::memcpy(&v4_address, bytes.data(), sizeof v4_address);
  std::memcpy(&v6_address, bytes.data(), sizeof v6_address);
  return v6 ? FromV6(v6_address, 0, 0) : FromV4(v4_address, 0);
}

std::array<uint8_t, 16> SocketAddress::Bytes() const {
  std::array<uint8_t, 16> bytes{};
  if (IsV6()) {
    std::memcpy(bytes.data(), &storage_.v6.sin6_addr, 16);
  } else {
    std::memcpy(bytes.data(), &storage_.v4.sin_addr, 4);
  }
  return bytes;
}

std::optional<SocketAddress> SocketAddress::FromLiteral(std::string_view text, uint16_t port) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof buffer) return std::nullopt;
  buffer[text.copy(buffer, sizeof buffer - 1)] = '\0';
  in_addr v4;
  if (inet_pton(AF_INET, buffer, &v4) == 1) return FromV4(v4, port);
  in6_addr v6;
  if (inet_pton(AF_INET6, buffer, &v6) == 1) return FromV6(v6, 0, port);
  return std::nullopt;
}

uint16_t SocketAddress::port() const { return ntohs(IsV6() ? storage_.v6.sin6_port : storage_.v4.sin_port); }

void SocketAddress::set_port(uint16_t port) {
  if (IsV6()) {
    storage_.v6.sin6_port = htons(port);
  } else {
    storage_.v4.sin_port = htons(port);
  }
}

std::string SocketAddress::Ip() const {
  char buffer[INET6_ADDRSTRLEN] = "";
  if (IsV6()) {
    inet_ntop(AF_INET6, &storage_.v6.sin6_addr, buffer, sizeof buffer);
  } else if (IsSet()) {
    inet_ntop(AF_INET, &storage_.v4.sin_addr, buffer, sizeof buffer);
  }
  return buffer;
}

std::string SocketAddress::ToString() const {
  return IsV6() ? absl::StrCat("[", Ip(), "]:", port()) : absl::StrCat(Ip(), ":", port());
}

}  // namespace mockarty

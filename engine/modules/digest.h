// Digests and HMACs over OpenSSL, in pieces, without anything that a native would have to own.
//
// Threads: any; what is under way belongs to its thread. A native may begin a digest, feed it and take it without
// running script code in between; the next Begin() of the thread forgets what was not taken.
#ifndef ENGINE_MODULES_DIGEST_H_
#define ENGINE_MODULES_DIGEST_H_

#include <cstddef>
#include <string_view>

namespace mockarty {

enum class DigestKind {
  kMd4,
  kMd5,
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSha512T224,
  kSha512T256,
  kRipemd160,
};
inline constexpr int kDigestKinds = 10;
inline constexpr size_t kMaxDigestBytes = 64;

// "md4", "sha512_256", ...
const char* DigestName(DigestKind kind);
// Also with dashes and in capitals ("SHA-256"); false for what is none.
bool FindDigest(std::string_view name, DigestKind* kind);

// Of this thread: begin, add any number of pieces, take. False: this system's OpenSSL does not have it.
bool BeginDigest(DigestKind kind);
void AddToDigest(std::string_view bytes);
size_t TakeDigest(unsigned char* out);  // kMaxDigestBytes at most

// The same for an HMAC (RFC 2104).
bool BeginHmac(DigestKind kind, std::string_view secret);
size_t TakeHmac(DigestKind kind, std::string_view secret, unsigned char* out);

}  // namespace mockarty

#endif  // ENGINE_MODULES_DIGEST_H_

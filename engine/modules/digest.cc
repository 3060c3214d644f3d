#include "engine/modules/digest.h"

#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace mockarty {
namespace {

struct DigestSpec {
  const char* name;
  const char* openssl_name;
  bool legacy;  // in OpenSSL's legacy provider only
};

constexpr DigestSpec kSpecs[kDigestKinds] = {
    {"md4", "MD4", true},
    {"md5", "MD5", false},
    {"sha1", "SHA1", false},
    {"sha224", "SHA2-224", false},
    {"sha256", "SHA2-256", false},
    {"sha384", "SHA2-384", false},
    {"sha512", "SHA2-512", false},
    {"sha512_224", "SHA2-512/224", false},
    {"sha512_256", "SHA2-512/256", false},
    {"ripemd160", "RIPEMD160", false},
};

// Fetched once in a process: OpenSSL 3 searches its providers at every use of a digest that was not.
const EVP_MD* Digest(DigestKind kind) {
  static const std::array<const EVP_MD*, kDigestKinds> digests = [] {
    std::array<const EVP_MD*, kDigestKinds> found{};
    for (size_t i = 0; i < found.size(); ++i) {
      OSSL_LIB_CTX* library = nullptr;  // OpenSSL's default
      if (kSpecs[i].legacy) {
        library = OSSL_LIB_CTX_new();  // apart: loading it into the default one would change the whole process
        if (library == nullptr || OSSL_PROVIDER_load(library, "legacy") == nullptr) {
          continue;
        }
      }
      found[i] = EVP_MD_fetch(library, kSpecs[i].openssl_name, nullptr);
    }
    return found;
  }();
  return digests[static_cast<size_t>(kind)];
}

EVP_MD_CTX* ThreadContext() {
  struct Owner {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Owner() { EVP_MD_CTX_free(context); }
  };
  thread_local Owner owner;
  return owner.context;
}

// The secret as a block, every byte xored.
size_t KeyBlock(DigestKind kind, std::string_view secret, unsigned char pad, unsigned char* block) {
  const auto size = static_cast<size_t>(EVP_MD_get_block_size(Digest(kind)));
  memset(block, 0, size);
  if (secret.size() > size) {
    BeginDigest(kind);
    AddToDigest(secret);
    TakeDigest(block);
  } else {
    memcpy(block, secret.data(), secret.size());
  }
  for (size_t i = 0; i < size; ++i) {
    block[i] ^= pad;
  }
  return size;
}

constexpr size_t kMaxBlockBytes = 144;

}  // namespace

const char* DigestName(DigestKind kind) { return kSpecs[static_cast<size_t>(kind)].name; }

bool FindDigest(std::string_view name, DigestKind* kind) {
  const auto same = [](std::string_view a, std::string_view b) {
    size_t j = 0;
    for (const char c : a) {
      if (c == '-') {
        continue;
      }
      if (j == b.size() || tolower(static_cast<unsigned char>(c)) != b[j++]) {
        return false;
      }
    }
    return j == b.size();
  };
  for (int i = 0; i < kDigestKinds; ++i) {
    if (same(name, kSpecs[i].name)) {
      *kind = static_cast<DigestKind>(i);
      return true;
    }
  }
  return false;
}

bool BeginDigest(DigestKind kind) {
  const EVP_MD* digest = Digest(kind);
  return digest != nullptr && EVP_DigestInit_ex2(ThreadContext(), digest, nullptr) == 1;
}

void AddToDigest(std::string_view bytes) { EVP_DigestUpdate(ThreadContext(), bytes.data(), bytes.size()); }

size_t TakeDigest(unsigned char* out) {
  unsigned size = 0;
  EVP_DigestFinal_ex(ThreadContext(), out, &size);
  return size;
}

bool BeginHmac(DigestKind kind, std::string_view secret) {
  if (Digest(kind) == nullptr) {
    return false;
  }
  unsigned char block[kMaxBlockBytes];
  const size_t size = KeyBlock(kind, secret, 0x36, block);
  if (!BeginDigest(kind)) {
    return false;
  }
  AddToDigest({reinterpret_cast<const char*>(block), size});
  return true;
}

size_t TakeHmac(DigestKind kind, std::string_view secret, unsigned char* out) {
  unsigned char inner[kMaxDigestBytes];
  const size_t inner_size = TakeDigest(inner);
  unsigned char block[kMaxBlockBytes];
  const size_t size = KeyBlock(kind, secret, 0x5C, block);
  BeginDigest(kind);
  AddToDigest({reinterpret_cast<const char*>(block), size});
  AddToDigest({reinterpret_cast<const char*>(inner), inner_size});
  return TakeDigest(out);
}

}  // namespace mockarty

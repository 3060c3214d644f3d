#include "engine/modules/crypto_module.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <string_view>

#include "engine/modules/binary_value.h"
#include "engine/modules/digest.h"
#include "engine/script/js_promise.h"

namespace mockarty {
namespace {

constexpr double kMaxRandomBytes = 1 << 20;
constexpr size_t kMaxWebRandomBytes = 65536;  // of the Web Cryptography API

// Hidden in a hasher: what it computes, the secret of an HMAC, and the pieces so far. The pieces are kept and not a
// state of OpenSSL: a heap that ends must leave nothing behind.
constexpr std::string_view kKindKey = MOCKARTY_HIDDEN_KEY("kind");
constexpr std::string_view kSecretKey = MOCKARTY_HIDDEN_KEY("secret");
constexpr std::string_view kPiecesKey = MOCKARTY_HIDDEN_KEY("pieces");
constexpr std::string_view kHasherPrototype = "hasher_prototype";

int Shown(std::string_view text) { return static_cast<int>(std::min<size_t>(text.size(), 100)); }

DigestKind KindArgument(JsCall call, int index, const char* function) {
  DigestKind kind = DigestKind::kMd5;
  const std::string_view name = call.IsString(index) ? call.RawString(index) : std::string_view();
  if (!FindDigest(name, &kind)) {
    call.Throw(JsError::kTypeError,
               "%s: expected the algorithm md4, md5, sha1, sha224, sha256, sha384, sha512, sha512_224, sha512_256 or "
               "ripemd160, got \"%.*s\"",
               function, Shown(name), name.data());
  }
  return kind;
}

[[noreturn]] void ThrowMissing(JsCall call, const char* function, DigestKind kind) {
  call.Throw(JsError::kError, "%s: OpenSSL on this machine does not offer %s", function, DigestName(kind));
}

enum class Output { kHex, kBase64, kBase64Url, kBase64RawUrl, kBinary };

Output OutputArgument(JsCall call, int index, const char* function) {
  constexpr std::string_view kNames[] = {"hex", "base64", "base64url", "base64rawurl", "binary"};
  if (call.IsNullOrUndefined(index)) {
    return Output::kHex;
  }
  const std::string_view name = call.IsString(index) ? call.RawString(index) : std::string_view();
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) {
      return static_cast<Output>(i);
    }
  }
  call.Throw(JsError::kTypeError,
             "%s: expected the output \"hex\", \"base64\", \"base64url\", \"base64rawurl\" or \"binary\", got \"%.*s\"",
             function, Shown(name), name.data());
}

void PushOutput(JsCall call, const unsigned char* bytes, size_t size, Output output) {
  const std::string_view view(reinterpret_cast<const char*>(bytes), size);
  switch (output) {
    case Output::kHex:
      PushHex(call, view);
      return;
    case Output::kBase64:
      PushBase64(call, view, false, true);
      return;
    case Output::kBase64Url:
      PushBase64(call, view, true, true);
      return;
    case Output::kBase64RawUrl:
      PushBase64(call, view, true, false);
      return;
    case Output::kBinary:
      break;
  }
  memcpy(PushByteBuffer(call, size), bytes, size);
  BufferToArrayBuffer(call, size);
}

// md5(input, output) and its like; the magic is the kind
JsReturn DigestOnce(JsCall call) {
  const auto kind = static_cast<DigestKind>(call.Magic());
  const char* name = DigestName(kind);
  const Output output = OutputArgument(call, 1, name);
  const std::string_view input = BytesArgument(call, 0, name);
  if (!BeginDigest(kind)) {
    ThrowMissing(call, name, kind);
  }
  AddToDigest(input);
  unsigned char digest[kMaxDigestBytes];
  PushOutput(call, digest, TakeDigest(digest), output);
  return JsReturn::kTop;
}

// Replaces text at `index` by its bytes in memory of the heap, and a buffer by a copy.
void CopyBytes(JsCall call, int index, const char* function) {
  const std::string_view bytes = BytesArgument(call, index, function);
  memcpy(PushByteBuffer(call, bytes.size()), bytes.data(), bytes.size());
  call.Replace(index);
}

// hmac(algorithm, secret, input, output)
JsReturn Hmac(JsCall call) {
  call.SetTop(4);
  const DigestKind kind = KindArgument(call, 0, "hmac");
  const Output output = OutputArgument(call, 3, "hmac");
  CopyBytes(call, 1, "hmac");
  const std::string_view input = BytesArgument(call, 2, "hmac");
  if (!BeginHmac(kind, call.Bytes(1))) {
    ThrowMissing(call, "hmac", kind);
  }
  AddToDigest(input);
  unsigned char digest[kMaxDigestBytes];
  PushOutput(call, digest, TakeHmac(kind, call.Bytes(1), digest), output);
  return JsReturn::kTop;
}

// Reads the hasher `this` to the stack: its kind is returned, the secret (or undefined) and the pieces are pushed.
DigestKind ReadHasher(JsCall call, const char* function) {
  call.PushThis();
  const int self = call.Top() - 1;
  if (!call.IsObject(self) || !call.GetHidden(self, kKindKey)) {
    call.Throw(JsError::kTypeError, "%s: not called on what createHash() or createHMAC() returned", function);
  }
  const auto kind = static_cast<DigestKind>(static_cast<int>(call.Number(-1)));
  call.Pop();
  call.GetHidden(self, kSecretKey);
  call.GetHidden(self, kPiecesKey);
  return kind;
}

// hasher.update(input)
JsReturn Update(JsCall call) {
  call.SetTop(1);
  CopyBytes(call, 0, "update");
  ReadHasher(call, "update");
  const auto count = static_cast<unsigned>(call.Length(-1));
  call.Duplicate(0);
  call.PutIndex(-2, count);
  call.PushThis();
  return JsReturn::kTop;
}

// hasher.digest(output)
JsReturn Finish(JsCall call) {
  call.SetTop(1);
  const Output output = OutputArgument(call, 0, "digest");
  const DigestKind kind = ReadHasher(call, "digest");
  const bool keyed = call.IsBuffer(-2);
  const auto count = static_cast<unsigned>(call.Length(-1));
  if (!(keyed ? BeginHmac(kind, call.Bytes(-2)) : BeginDigest(kind))) {
    ThrowMissing(call, "digest", kind);
  }
  for (unsigned i = 0; i < count; ++i) {
    call.GetIndex(-1, i);
    AddToDigest(call.Bytes(-1));
    call.Pop();
  }
  unsigned char digest[kMaxDigestBytes];
  const size_t size = keyed ? TakeHmac(kind, call.Bytes(-2), digest) : TakeDigest(digest);
  PushOutput(call, digest, size, output);
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kHasherFunctions[] = {
    {"update", &JsTrampoline<Update>, 1, 0},
    {"digest", &JsTrampoline<Finish>, 1, 0},
};

// createHash(algorithm), createHMAC(algorithm, secret): the magic tells which
JsReturn CreateHasher(JsCall call) {
  const bool keyed = call.Magic() != 0;
  call.SetTop(2);
  const DigestKind kind = KindArgument(call, 0, keyed ? "createHMAC" : "createHash");
  if (keyed) {
    CopyBytes(call, 1, "createHMAC");
  }
  call.PushStash();
  if (!call.GetProperty(-1, kHasherPrototype)) {
    call.Pop();
    call.PushObject();
    PutFunctions(call, kHasherFunctions, std::size(kHasherFunctions));
    call.Duplicate(-1);
    call.PutProperty(-3, kHasherPrototype);
  }
  call.PushObjectWithPrototype(call.HeapPointer(-1), 3);
  call.PushNumber(static_cast<int>(kind));
  call.PutHidden(-2, kKindKey);
  if (keyed) {
    call.Duplicate(1);
    call.PutHidden(-2, kSecretKey);
  }
  call.PushArray();
  call.PutHidden(-2, kPiecesKey);
  return JsReturn::kTop;
}

// randomBytes(count): an ArrayBuffer
JsReturn RandomBytes(JsCall call) {
  const double count = call.Number(0);
  if (!(count >= 1) || count > kMaxRandomBytes || count != std::floor(count)) {
    call.CoerceToString(0);
    const std::string_view given = call.String(0);
    call.Throw(JsError::kRangeError, "randomBytes: expected a whole number from 1 to %.0f, got %.*s", kMaxRandomBytes,
               Shown(given), given.data());
  }
  char* bytes = PushByteBuffer(call, static_cast<size_t>(count));
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes), static_cast<int>(count)) != 1) {
    call.Throw(JsError::kError, "randomBytes: the system has no random bytes");
  }
  BufferToArrayBuffer(call, static_cast<size_t>(count));
  return JsReturn::kTop;
}

// hexEncode(input)
JsReturn HexEncode(JsCall call) {
  PushHex(call, BytesArgument(call, 0, "hexEncode"));
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"hmac", &JsTrampoline<Hmac>, 4, 0},
    {"createHash", &JsTrampoline<CreateHasher>, 1, 0},
    {"createHMAC", &JsTrampoline<CreateHasher>, 2, 1},
    {"randomBytes", &JsTrampoline<RandomBytes>, 1, 0},
    {"hexEncode", &JsTrampoline<HexEncode>, 1, 0},
};

// --- The global ---

// crypto.getRandomValues(array): fills it and returns it
JsReturn GetRandomValues(JsCall call) {
  call.SetTop(1);
  if (!call.IsBuffer(0)) {
    call.Throw(JsError::kTypeError, "getRandomValues: expected a typed array of integers");
  }
  const std::string_view bytes = call.Bytes(0);
  if (bytes.size() > kMaxWebRandomBytes) {
    call.Throw(JsError::kRangeError, "getRandomValues: expected at most %zu bytes, got %zu", kMaxWebRandomBytes,
               bytes.size());
  }
  // The heap's memory, seen through a view that other natives only read.
  auto* memory = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (!bytes.empty() && RAND_bytes(memory, static_cast<int>(bytes.size())) != 1) {
    call.Throw(JsError::kError, "getRandomValues: the system has no random bytes");
  }
  return JsReturn::kTop;
}

// crypto.randomUUID(): version 4 of RFC 9562
JsReturn RandomUuid(JsCall call) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) {
    call.Throw(JsError::kError, "randomUUID: the system has no random bytes");
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  char text[36];
  size_t at = 0;
  for (size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      text[at++] = '-';
    }
    text[at++] = "0123456789abcdef"[bytes[i] >> 4];
    text[at++] = "0123456789abcdef"[bytes[i] & 15];
  }
  call.PushString({text, sizeof text});
  return JsReturn::kTop;
}

// (algorithm, data): an ArrayBuffer, or an error that becomes a rejection
JsReturn SubtleDigestNow(JsCall call) {
  if (call.IsObject(0) && !call.IsString(0)) {
    call.GetProperty(0, "name");
    call.Replace(0);
  }
  const DigestKind kind = KindArgument(call, 0, "digest");
  const std::string_view name = call.RawString(0);
  if (name.find('-') == name.npos || kind == DigestKind::kMd5) {
    call.Throw(JsError::kTypeError, "digest: expected SHA-1, SHA-256, SHA-384 or SHA-512, got \"%.*s\"", Shown(name),
               name.data());
  }
  if (!call.IsBuffer(1)) {
    call.Throw(JsError::kTypeError, "digest: expected an ArrayBuffer or a typed array as the second argument");
  }
  if (!BeginDigest(kind)) {
    ThrowMissing(call, "digest", kind);
  }
  AddToDigest(call.Bytes(1));
  unsigned char digest[kMaxDigestBytes];
  PushOutput(call, digest, TakeDigest(digest), Output::kBinary);
  return JsReturn::kTop;
}

// crypto.subtle.digest(algorithm, data): a promise
JsReturn SubtleDigest(JsCall call) {
  call.SetTop(2);
  PushPromise(call);
  call.PushFunction(&JsTrampoline<SubtleDigestNow>, 2);
  call.Duplicate(0);
  call.Duplicate(1);
  if (call.ProtectedCall(2)) {
    FulfilPromise(call, 2);
  } else {
    RejectPromise(call, 2);
  }
  call.Duplicate(2);
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kWebFunctions[] = {
    {"getRandomValues", &JsTrampoline<GetRandomValues>, 1, 0},
    {"randomUUID", &JsTrampoline<RandomUuid>, 0, 0},
};

}  // namespace

void PushCryptoModule(JsCall call) {
  call.PushObject();
  for (int kind = 0; kind < kDigestKinds; ++kind) {
    call.PushFunction(&JsTrampoline<DigestOnce>, 2, kind);
    call.PutProperty(-2, DigestName(static_cast<DigestKind>(kind)));
  }
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

void PushWebCrypto(JsCall call) {
  call.PushObject();
  PutFunctions(call, kWebFunctions, std::size(kWebFunctions));
  call.PushObject();
  call.PushFunction(&JsTrampoline<SubtleDigest>, 2);
  call.PutProperty(-2, "digest");
  call.PutProperty(-2, "subtle");
}

void PushWebCryptoModule(JsCall call) {
  call.PushObject();
  PushWebCrypto(call);
  call.PutProperty(-2, "crypto");
}

}  // namespace mockarty

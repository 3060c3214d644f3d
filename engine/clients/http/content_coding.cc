#include "engine/clients/http/content_coding.h"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxCodings = 4;
constexpr size_t kStepBytes = 32 * 1024;
// Windows above this cost memory out of proportion; the default maximum of the zstd tool, 8 MiB, fits.
constexpr int kMaxZstdWindowLog = 27;

enum class Coding { kIdentity, kGzip, kDeflate, kBrotli, kZstd, kUnknown };

Coding CodingOf(std::string_view name) {
  if (EqualsIgnoreCase(name, "gzip") || EqualsIgnoreCase(name, "x-gzip")) return Coding::kGzip;
  if (EqualsIgnoreCase(name, "deflate")) return Coding::kDeflate;
  if (EqualsIgnoreCase(name, "br")) return Coding::kBrotli;
  if (EqualsIgnoreCase(name, "zstd")) return Coding::kZstd;
  if (name.empty() || EqualsIgnoreCase(name, "identity")) return Coding::kIdentity;
  return Coding::kUnknown;
}

absl::StatusOr<std::vector<Coding>> CodingsOf(std::string_view list) {
  std::vector<Coding> codings;
  while (true) {
    const size_t comma = list.find(',');
    const std::string_view name = TrimSpace(list.substr(0, comma));
    const Coding coding = CodingOf(name);
    if (coding == Coding::kUnknown) {
      return absl::UnimplementedError(
          absl::StrCat("unknown content coding ", QuoteText(name, 40), "; expected gzip, deflate, br or zstd"));
    }
    if (coding != Coding::kIdentity) codings.push_back(coding);
    if (codings.size() > kMaxCodings) return absl::UnimplementedError("more than 4 content codings");
    if (comma == std::string_view::npos) return codings;
    list.remove_prefix(comma + 1);
  }
}

absl::Status Corrupt(std::string_view coding) {
  return absl::InvalidArgumentError(absl::StrCat("body is not valid ", std::string(coding), " data"));
}
absl::Status Truncated(std::string_view coding) {
  return absl::InvalidArgumentError(absl::StrCat("body ends in the middle of its ", std::string(coding), " data"));
}
absl::Status TooLarge(uint64_t max_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat("decoded body is larger than the limit of ", max_bytes, " bytes"));
}

// Grows `out` by a step that never goes more than one byte beyond the limit; that byte tells that there is more.
size_t GrowStep(std::string* out, size_t used, uint64_t max_bytes) {
  const uint64_t room = max_bytes + 1 - used;
  const size_t step = static_cast<size_t>(std::min<uint64_t>(room, std::max(kStepBytes, used)));
  out->resize(used + step);
  return step;
}

// `window_bits` as inflateInit2 takes them: 31 gzip, 15 zlib, -15 raw deflate.
absl::StatusOr<std::string> Inflate(std::string_view data, int window_bits, std::string_view name, uint64_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return absl::InternalError("zlib: out of memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  size_t left = data.size();
  std::string out;
  size_t used = 0;
  while (true) {
    if (stream.avail_in == 0) {
      stream.avail_in = static_cast<uInt>(std::min<size_t>(left, 1u << 30));
      left -= stream.avail_in;
    }
    const size_t step = GrowStep(&out, used, max_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(step);
    const uInt in_before = stream.avail_in;
    const int code = inflate(&stream, Z_NO_FLUSH);
    const size_t made = step - stream.avail_out;
    used += made;
    if (used > max_bytes) return TooLarge(max_bytes);
    if (code == Z_STREAM_END) {
      if (stream.avail_in + left == 0) break;
      // A gzip file may be several members in a row (RFC 1952, 2.2).
      if (window_bits != 31 || inflateReset(&stream) != Z_OK) return Corrupt(name);
      continue;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) return Corrupt(name);
    if (made == 0 && in_before == stream.avail_in && left == 0) return Truncated(name);
  }
  out.resize(used);
  return out;
}

// "deflate" is zlib's format (RFC 9110, 8.4.1.2), and raw deflate from servers that misread the name.
absl::StatusOr<std::string> DecodeDeflate(std::string_view data, uint64_t max_bytes) {
  const auto first = data.empty() ? 0 : static_cast<unsigned char>(data[0]);
  const auto second = data.size() < 2 ? 0 : static_cast<unsigned char>(data[1]);
  const bool zlib = (first & 0x0f) == 8 && (first * 256 + second) % 31 == 0;
  return Inflate(data, zlib ? 15 : -15, "deflate", max_bytes);
}

absl::StatusOr<std::string> DecodeBrotli(std::string_view data, uint64_t max_bytes) {
  const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  if (state == nullptr) return absl::InternalError("brotli: out of memory");
  size_t in_left = data.size();
  const auto* in = reinterpret_cast<const uint8_t*>(data.data());
  std::string out;
  size_t used = 0;
  while (true) {
    size_t out_left = GrowStep(&out, used, max_bytes);
    const size_t step = out_left;
    auto* next = reinterpret_cast<uint8_t*>(out.data() + used);
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state.get(), &in_left, &in, &out_left, &next, nullptr);
    used += step - out_left;
    if (used > max_bytes) return TooLarge(max_bytes);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) break;
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return Truncated("br");
    if (result == BROTLI_DECODER_RESULT_ERROR) return Corrupt("br");
  }
  if (in_left != 0) return Corrupt("br");
  out.resize(used);
  return out;
}

absl::StatusOr<std::string> DecodeZstd(std::string_view data, uint64_t max_bytes) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) return absl::InternalError("zstd: out of memory");
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  ZSTD_inBuffer in{data.data(), data.size(), 0};
  std::string out;
  size_t used = 0;
  while (true) {
    const size_t step = GrowStep(&out, used, max_bytes);
    ZSTD_outBuffer target{out.data() + used, step, 0};
    const size_t in_before = in.pos;
    const size_t code = ZSTD_decompressStream(context.get(), &target, &in);
    if (ZSTD_isError(code)) return Corrupt("zstd");
    used += target.pos;
    if (used > max_bytes) return TooLarge(max_bytes);
    if (in.pos == in.size && code == 0) break;
    if (in.pos == in_before && target.pos == 0) return Truncated("zstd");
  }
  out.resize(used);
  return out;
}

absl::StatusOr<std::string> Deflate(std::string_view data, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return absl::InternalError("zlib: out of memory");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, deflateEnd);
  if (data.size() > (1u << 30)) return absl::ResourceExhaustedError("body to compress is larger than 1 GiB");
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return absl::InternalError("zlib: cannot compress");
  out.resize(out.size() - stream.avail_out);
  return out;
}

absl::StatusOr<std::string> EncodeBrotli(std::string_view data) {
  std::string out(BrotliEncoderMaxCompressedSize(data.size()) + 16, '\0');
  size_t size = out.size();
  constexpr int kQuality = 5;  // the default of 11 takes a hundred times longer
  if (BrotliEncoderCompress(kQuality, BROTLI_DEFAULT_WINDOW, BROTLI_DEFAULT_MODE, data.size(),
                            reinterpret_cast<const uint8_t*>(data.data()), &size,
                            reinterpret_cast<uint8_t*>(out.data())) != BROTLI_TRUE) {
    return absl::InternalError("brotli: cannot compress");
  }
  out.resize(size);
  return out;
}

absl::StatusOr<std::string> EncodeZstd(std::string_view data) {
  std::string out(ZSTD_compressBound(data.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), data.data(), data.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(size)) return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  out.resize(size);
  return out;
}

absl::StatusOr<std::string> DecodeOne(Coding coding, std::string_view data, uint64_t max_bytes) {
  switch (coding) {
    case Coding::kGzip:
      return Inflate(data, 31, "gzip", max_bytes);
    case Coding::kDeflate:
      return DecodeDeflate(data, max_bytes);
    case Coding::kBrotli:
      return DecodeBrotli(data, max_bytes);
    default:
      return DecodeZstd(data, max_bytes);
  }
}

absl::StatusOr<std::string> EncodeOne(Coding coding, std::string_view data) {
  switch (coding) {
    case Coding::kGzip:
      return Deflate(data, 31);
    case Coding::kDeflate:
      return Deflate(data, 15);
    case Coding::kBrotli:
      return EncodeBrotli(data);
    default:
      return EncodeZstd(data);
  }
}

}  // namespace

bool IsKnownContentEncoding(std::string_view content_encoding) { return CodingsOf(content_encoding).ok(); }

absl::StatusOr<std::string> DecodeContent(std::string_view content_encoding, std::string_view data,
                                          uint64_t max_bytes) {
  ASSIGN_OR_RETURN(const std::vector<Coding> codings, CodingsOf(content_encoding));
  if (codings.empty()) return std::string(data);
  std::string out;
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {
    ASSIGN_OR_RETURN(out, DecodeOne(*coding, coding == codings.rbegin() ? data : out, max_bytes));
  }
  return out;
}

absl::StatusOr<std::string> EncodeContent(std::string_view content_encoding, std::string_view data) {
  ASSIGN_OR_RETURN(const std::vector<Coding> codings, CodingsOf(content_encoding));
  if (codings.empty()) return std::string(data);
  std::string out;
  for (auto coding = codings.begin(); coding != codings.end(); ++coding) {
    ASSIGN_OR_RETURN(out, EncodeOne(*coding, coding == codings.begin() ? data : out));
  }
  return out;
}

}  // namespace mockarty

#include "engine/clients/http/http_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr std::string_view kStart = "HTTP/1.";
constexpr uint32_t kMaxChunkLineBytes = 4096;
// What a Content-Length may make us reserve before a byte of the body was seen.
constexpr uint64_t kMaxReserveBytes = 256 * 1024;

// What a field value and a reason phrase may hold (RFC 9110, 5.5): visible characters, spaces and bytes above 127.
// Control characters other than NUL, CR and LF are kept, as 9110 allows; those three are not.
bool HasForbiddenByte(std::string_view text) {
  // Eight bytes at a time: is one of them below 32? Then, which is rare, which one. The test is exact as long as no
  // byte below it borrows, and a byte that borrows is one that is asked for.
  constexpr uint64_t kOnes = 0x0101010101010101;
  const char* at = text.data();
  const char* const end = at + text.size();
  bool control = false;
  for (; end - at >= 8; at += 8) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    control |= ((word - kOnes * 32) & ~word & (kOnes * 128)) != 0;
  }
  for (; at != end; ++at) control |= static_cast<unsigned char>(*at) < 32;
  if (!control) return false;
  const auto holds = [&](char c) { return memchr(text.data(), c, text.size()) != nullptr; };
  return holds('\0') || holds('\r') || holds('\n');
}

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Calls `visit` with each element of a comma-separated list, trimmed; stops when it returns false.
template <typename Visit>
bool ForEachElement(std::string_view list, Visit visit) {
  while (true) {
    const size_t comma = list.find(',');
    if (!visit(TrimSpace(list.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

void HttpParser::Start(HttpMessage* message, const HttpParserLimits& limits, bool head_request, bool discard_body) {
  message_ = message;
  message_->Clear();
  limits_ = limits;
  state_ = State::kHead;
  head_request_ = head_request;
  discard_body_ = discard_body;
  keep_alive_ = false;
  head_complete_ = false;
  has_length_ = false;
  line_begin_ = 0;
  line_number_ = 0;
  field_count_ = 0;
  other_head_bytes_ = 0;
  remaining_ = 0;
  line_.clear();
  error_.clear();
}

void HttpParser::Fail(std::string error) {
  state_ = State::kFailed;
  error_ = std::move(error);
}

size_t HttpParser::Feed(std::string_view data) {
  size_t used = 0;
  while (used < data.size()) {
    const std::string_view rest = data.substr(used);
    switch (state_) {
      case State::kHead:
        used += FeedHead(rest);
        break;
      case State::kTrailer:
        used += FeedTrailer(rest);
        break;
      case State::kBodyByLength:
      case State::kBodyUntilClose:
      case State::kChunkData:
        used += FeedBody(rest);
        break;
      case State::kDone:
      case State::kFailed:
        return used;
      default:
        FeedChunkByte(rest.front());
        ++used;
    }
  }
  return used;
}

void HttpParser::Finish() {
  switch (state_) {
    case State::kDone:
    case State::kFailed:
      return;
    case State::kBodyUntilClose:
      state_ = State::kDone;
      return;
    case State::kHead:
      if (message_->head.empty() && line_number_ == 0) return Fail("server closed the connection without an answer");
      return Fail("server closed the connection in the middle of the header");
    case State::kBodyByLength:
      return Fail(absl::StrCat("server closed the connection in the middle of the body: ", message_->body_size, " of ",
                               message_->body_size + remaining_, " bytes received"));
    default:
      return Fail(absl::StrCat("server closed the connection in the middle of the chunked body, after ",
                               message_->body_size, " bytes"));
  }
}

// Garbage is refused at its first byte, not at the first line end, which may never come.
bool HttpParser::CheckStart() {
  const size_t size = std::min(message_->head.size(), kStart.size());
  if (std::memcmp(message_->head.data(), kStart.data(), size) == 0) return true;
  Fail("not an HTTP/1.x response");
  return false;
}

size_t HttpParser::FeedHead(std::string_view data) {
  std::string& head = message_->head;
  const size_t room =
      limits_.max_head_bytes - std::min<size_t>(limits_.max_head_bytes, head.size() + other_head_bytes_);
  const std::string_view window = data.substr(0, room);
  if (head.empty()) {
    if (const size_t used = FeedWholeHead(window); used != 0) return used;
  }
  const void* newline = window.empty() ? nullptr : std::memchr(window.data(), '\n', window.size());
  const size_t used = newline ? static_cast<const char*>(newline) - window.data() + 1 : window.size();
  head.append(window.data(), used);
  if (line_begin_ == 0 && !CheckStart()) return used;
  if (newline) {
    text_ = head;
    HandleHeadLine(text_.size());
  } else if (data.size() > room) {
    Fail(absl::StrCat("header is larger than the limit of ", limits_.max_head_bytes, " bytes"));
  }
  return used;
}

// The usual case: `data` begins with a head and holds all of it. 0: it does not. The text is read where it was
// received, which is in the cache; with thousands of users the head it is copied to is not.
size_t HttpParser::FeedWholeHead(std::string_view data) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const void* end = memmem(data.data(), data.size(), kEnd.data(), kEnd.size());
  if (end == nullptr) return 0;
  text_ = data.substr(0, static_cast<const char*>(end) - data.data() + kEnd.size());
  const size_t used = text_.size();
  message_->head.assign(text_);
  if (!CheckStart()) return used;
  size_t line = 0;
  while (state_ == State::kHead && line < used) {
    line = text_.find('\n', line) + 1;
    HandleHeadLine(line);
  }
  return used;
}

void HttpParser::HandleHeadLine(size_t end) {
  const uint32_t begin = line_begin_;
  std::string_view line = text_.substr(begin, end - begin);
  line_begin_ = static_cast<uint32_t>(end);
  ++line_number_;
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    return Fail(absl::StrCat("header line ", line_number_, " ends in a bare LF; expected CR LF"));
  }
  line.remove_suffix(2);
  if (begin == 0) return HandleStatusLine(line);
  if (line.empty()) return EndHead();
  HandleHeaderLine(begin, line);
}

void HttpParser::HandleStatusLine(std::string_view line) {
  // HTTP/1.x SP 3DIGIT SP reason. The second space is missing in the wild when there is no reason.
  const bool ok = line.size() >= 12 && IsDigit(line[7]) && line[8] == ' ' && line[9] >= '1' && line[9] <= '9' &&
                  IsDigit(line[10]) && IsDigit(line[11]) && (line.size() == 12 || line[12] == ' ') &&
                  !HasForbiddenByte(line);
  if (!ok) return Fail(absl::StrCat("malformed status line ", QuoteText(line)));
  message_->minor_version = line[7] - '0';
  message_->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  message_->reason_begin = static_cast<uint32_t>(std::min<size_t>(13, line.size()));
  message_->reason_size = static_cast<uint32_t>(line.size()) - message_->reason_begin;
}

void HttpParser::HandleHeaderLine(uint32_t begin, std::string_view line) {
  if (HasForbiddenByte(line)) {
    return Fail(absl::StrCat("header line ", line_number_, " holds a NUL or CR byte: ", QuoteText(line)));
  }
  if (IsSpace(line.front())) {
    if (!FoldLine(begin, line)) Fail("the first header line begins with a space");
    return;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsHttpToken(line.substr(0, colon))) {
    return Fail(absl::StrCat("malformed header line ", line_number_, ": ", QuoteText(line)));
  }
  if (++field_count_ > limits_.max_headers) {
    return Fail(absl::StrCat("more header fields than the limit of ", limits_.max_headers));
  }
  const std::string_view value = TrimSpace(line.substr(colon + 1));
  HttpMessage::HeaderSpan span;
  span.name_begin = begin;
  span.name_size = static_cast<uint32_t>(colon);
  span.value_begin = begin + static_cast<uint32_t>(value.data() - line.data());
  span.value_size = static_cast<uint32_t>(value.size());
  message_->headers.push_back(span);
}

// RFC 9112, 5.2: a user agent replaces the fold by spaces.
bool HttpParser::FoldLine(uint32_t begin, std::string_view line) {
  if (message_->headers.empty()) return false;
  HttpMessage::HeaderSpan& span = message_->headers.back();
  message_->head[begin - 2] = ' ';
  message_->head[begin - 1] = ' ';
  const uint32_t end = begin + static_cast<uint32_t>(line.size());
  const std::string_view value =
      TrimSpace(std::string_view(message_->head).substr(span.value_begin, end - span.value_begin));
  span.value_begin = static_cast<uint32_t>(value.data() - message_->head.data());
  span.value_size = static_cast<uint32_t>(value.size());
  text_ = message_->head;
  return true;
}

void HttpParser::EndHead() {
  if (message_->status == 101) return Fail("server answered 101 Switching Protocols, which was not asked for");
  if (message_->status < 200) {
    other_head_bytes_ += static_cast<uint32_t>(message_->head.size());
    message_->Clear();
    line_begin_ = 0;
    return;
  }
  head_complete_ = true;
  ChooseFraming();
}

bool HttpParser::ReadContentLength(std::string_view value) {
  return ForEachElement(value, [this](std::string_view element) {
    uint64_t length = 0;
    // 18 digits always fit in 64 bits, and nobody sends an exabyte.
    const bool ok = !element.empty() && element.size() <= 18 && std::all_of(element.begin(), element.end(), IsDigit);
    if (!ok) {
      Fail(absl::StrCat("malformed Content-Length ", QuoteText(element)));
      return false;
    }
    for (char c : element) length = length * 10 + static_cast<uint64_t>(c - '0');
    if (has_length_ && length != remaining_) {
      Fail(absl::StrCat("conflicting Content-Length: ", remaining_, " and ", length));
      return false;
    }
    has_length_ = true;
    remaining_ = length;
    return true;
  });
}

// RFC 9112, 6.3.
void HttpParser::ChooseFraming() {
  bool close = false;
  bool persist = message_->minor_version >= 1;
  bool has_coding = false;
  for (size_t i = 0; i < message_->headers.size(); ++i) {
    const HttpMessage::HeaderSpan& span = message_->headers[i];
    const uint32_t name_size = span.name_size;
    if (name_size != 14 && name_size != 17 && name_size != 10) continue;
    const std::string_view name = text_.substr(span.name_begin, name_size);
    const std::string_view value = text_.substr(span.value_begin, span.value_size);
    if (EqualsIgnoreCase(name, "content-length")) {
      if (!ReadContentLength(value)) return;
    } else if (EqualsIgnoreCase(name, "transfer-encoding")) {
      if (has_coding || !EqualsIgnoreCase(value, "chunked")) {
        return Fail(absl::StrCat("unsupported Transfer-Encoding ", QuoteText(value), "; expected one \"chunked\""));
      }
      has_coding = true;
    } else if (EqualsIgnoreCase(name, "connection")) {
      ForEachElement(value, [&](std::string_view element) {
        close = close || EqualsIgnoreCase(element, "close");
        persist = persist || EqualsIgnoreCase(element, "keep-alive");
        return true;
      });
    }
  }
  if (has_coding && has_length_) return Fail("both Content-Length and Transfer-Encoding in one response");
  if (has_coding && message_->minor_version == 0) return Fail("Transfer-Encoding in an HTTP/1.0 response");
  keep_alive_ = persist && !close;

  if (head_request_ || message_->status == 204 || message_->status == 304) {
    state_ = State::kDone;
  } else if (has_coding) {
    state_ = State::kChunkSize;
    has_chunk_digit_ = after_chunk_space_ = false;
    chunk_line_bytes_ = 0;
    remaining_ = 0;
  } else if (has_length_) {
    if (!CheckBodySize(remaining_)) return;
    if (!discard_body_) message_->body.reserve(std::min(remaining_, kMaxReserveBytes));
    state_ = remaining_ == 0 ? State::kDone : State::kBodyByLength;
  } else {
    keep_alive_ = false;
    state_ = State::kBodyUntilClose;
  }
}

bool HttpParser::CheckBodySize(uint64_t more) {
  if (discard_body_ || more <= limits_.max_body_bytes - message_->body_size) return true;
  Fail(absl::StrCat("body is larger than the limit of ", limits_.max_body_bytes, " bytes"));
  return false;
}

size_t HttpParser::FeedBody(std::string_view data) {
  if (state_ == State::kBodyUntilClose) {
    if (!CheckBodySize(data.size())) return data.size();
  } else {
    data = data.substr(0, remaining_);
    remaining_ -= data.size();
  }
  message_->body_size += data.size();
  if (!discard_body_) message_->body.append(data.data(), data.size());
  if (state_ != State::kBodyUntilClose && remaining_ == 0) {
    state_ = state_ == State::kChunkData ? State::kChunkDataCr : State::kDone;
  }
  return data.size();
}

// chunk-size [ chunk-ext ] CRLF (RFC 9112, 7.1).
void HttpParser::FeedChunkByte(char byte) {
  if (state_ == State::kChunkDataCr || state_ == State::kChunkDataLf) {
    if (byte != (state_ == State::kChunkDataCr ? '\r' : '\n')) return Fail("chunk does not end where its size says");
    state_ = state_ == State::kChunkDataCr ? State::kChunkDataLf : State::kChunkSize;
    has_chunk_digit_ = after_chunk_space_ = false;
    chunk_line_bytes_ = 0;
    return;
  }
  if (++chunk_line_bytes_ > kMaxChunkLineBytes) return Fail("chunk size line is longer than 4096 bytes");
  if (state_ == State::kChunkSizeLf) {
    if (byte != '\n') return Fail("chunk size line holds a CR that is not followed by LF");
    return EndChunkSizeLine();
  }
  if (state_ == State::kChunkExtension) {
    if (byte == '\n' || byte == '\0') return Fail("chunk size line holds a bare LF or NUL");
    if (byte == '\r') state_ = State::kChunkSizeLf;
    return;
  }
  const int digit = HexDigit(byte);
  if (digit >= 0 && !after_chunk_space_) {
    if (remaining_ > (std::numeric_limits<int64_t>::max() >> 4)) return Fail("chunk size does not fit in 63 bits");
    remaining_ = remaining_ * 16 + static_cast<uint64_t>(digit);
    has_chunk_digit_ = true;
  } else if (has_chunk_digit_ && byte == '\r') {
    state_ = State::kChunkSizeLf;
  } else if (has_chunk_digit_ && byte == ';') {
    state_ = State::kChunkExtension;
  } else if (has_chunk_digit_ && IsSpace(byte)) {
    after_chunk_space_ = true;  // some servers pad the size
  } else {
    Fail(absl::StrCat("malformed chunk size: unexpected ", QuoteText(std::string_view(&byte, 1))));
  }
}

void HttpParser::EndChunkSizeLine() {
  if (remaining_ == 0) {
    state_ = State::kTrailer;
    other_head_bytes_ += static_cast<uint32_t>(message_->head.size());
  } else if (CheckBodySize(remaining_)) {
    state_ = State::kChunkData;
  }
}

size_t HttpParser::FeedTrailer(std::string_view data) {
  const size_t room = limits_.max_head_bytes - std::min(limits_.max_head_bytes, other_head_bytes_);
  const std::string_view window = data.substr(0, room);
  const size_t newline = window.find('\n');
  const size_t used = newline == std::string_view::npos ? window.size() : newline + 1;
  line_.append(window.data(), used);
  other_head_bytes_ += static_cast<uint32_t>(used);
  if (newline == std::string_view::npos) {
    if (data.size() > room) {
      Fail(absl::StrCat("header and trailer are larger than the limit of ", limits_.max_head_bytes, " bytes"));
    }
    return used;
  }
  std::string_view line = line_;
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    Fail("trailer line ends in a bare LF; expected CR LF");
    return used;
  }
  line.remove_suffix(2);
  if (line.empty()) {
    state_ = State::kDone;
    return used;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsHttpToken(line.substr(0, colon)) || HasForbiddenByte(line)) {
    Fail(absl::StrCat("malformed trailer line ", QuoteText(line)));
  } else if (++field_count_ > limits_.max_headers) {
    Fail(absl::StrCat("more header fields than the limit of ", limits_.max_headers));
  }
  line_.clear();
  return used;
}

}  // namespace mockarty

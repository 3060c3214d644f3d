// Strict, incremental parser of one HTTP/1.x response (RFC 9112).
//
// Bytes come in any split and give the same result. Nothing is read past the end of the response. All sizes are
// bounded by HttpParserLimits. What is refused: a line that ends in a bare LF, NUL and CR inside a line, a name that is
// no token or has a space before the colon, Content-Length that is not a number or differs between fields,
// Content-Length together with Transfer-Encoding (9112, 6.3: "ought to be handled as an error"), a transfer coding
// other than chunked, 101. What is accepted and replaced by spaces: folded header lines (9112, 5.2). Responses of
// 1xx are skipped. Trailers are checked and dropped.
//
// No threads, no sockets, no ownership of the message it fills. Errors are text that says what is wrong.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_PARSER_H_
#define ENGINE_CLIENTS_HTTP_HTTP_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/clients/http/http_message.h"

namespace mockarty {

struct HttpParserLimits {
  uint32_t max_head_bytes = 64 * 1024;                    // status lines and header fields, 1xx and trailers included
  uint32_t max_headers = 512;                             // fields, trailers included
  uint64_t max_body_bytes = uint64_t{256} * 1024 * 1024;  // of stored bodies; a discarded one is only counted
};

class HttpParser {
 public:
  // `message` is cleared, filled by Feed(), and must outlive the parsing. `head_request`: the request was a HEAD, so
  // there is no body whatever the fields say.
  void Start(HttpMessage* message, const HttpParserLimits& limits, bool head_request, bool discard_body);

  // Returns how many bytes were consumed: all of them unless the response ended or failed inside `data`.
  size_t Feed(std::string_view data);

  // The peer has closed: completes a body without length, fails anything else that is not complete.
  void Finish();

  bool Done() const { return state_ == State::kDone; }
  bool Failed() const { return state_ == State::kFailed; }
  // Empty unless Failed().
  const std::string& Error() const { return error_; }
  // Whether the connection may carry another request, by what the response says. Valid when Done().
  bool KeepAlive() const { return keep_alive_; }
  // True once the whole header was read.
  bool HeadComplete() const { return head_complete_; }

 private:
  enum class State : uint8_t {
    kHead,
    kBodyByLength,
    kBodyUntilClose,
    kChunkSize,
    kChunkExtension,
    kChunkSizeLf,
    kChunkData,
    kChunkDataCr,
    kChunkDataLf,
    kTrailer,
    kDone,
    kFailed,
  };

  void Fail(std::string error);
  size_t FeedHead(std::string_view data);
  size_t FeedTrailer(std::string_view data);
  size_t FeedBody(std::string_view data);
  void FeedChunkByte(char byte);
  void EndChunkSizeLine();
  bool CheckStart();
  size_t FeedWholeHead(std::string_view data);
  void HandleHeadLine(size_t end);  // the line from line_begin_ to `end` of text_, with its newline
  void HandleStatusLine(std::string_view line);
  void HandleHeaderLine(uint32_t begin, std::string_view line);
  bool FoldLine(uint32_t begin, std::string_view line);
  void EndHead();
  void ChooseFraming();
  bool ReadContentLength(std::string_view value);
  bool CheckBodySize(uint64_t more);

  HttpMessage* message_ = nullptr;
  HttpParserLimits limits_;
  State state_ = State::kFailed;
  bool head_request_ = false;
  bool discard_body_ = false;
  bool keep_alive_ = false;
  bool head_complete_ = false;
  bool has_length_ = false;
  bool has_chunk_digit_ = false;
  bool after_chunk_space_ = false;
  // The head, as far as it has come: in the message, or where it was received, for as long as one call of Feed() lasts.
  std::string_view text_;
  uint32_t line_begin_ = 0;
  uint32_t line_number_ = 0;
  uint32_t field_count_ = 0;
  uint32_t other_head_bytes_ = 0;  // of 1xx heads and trailers
  uint32_t chunk_line_bytes_ = 0;
  uint64_t remaining_ = 0;  // of the body, or of the chunk
  std::string line_;        // the trailer line being read
  std::string error_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_PARSER_H_

#include "coordinator/poll/poll_answers.h"

#include <stdint.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/report/json_writer.h"

namespace mockarty {
namespace {

constexpr size_t kMaxTokenBytes = 256;
constexpr size_t kMaxErrorBytes = 4096;
constexpr std::string_view kAuthorization = "authorization";

struct ErrorCode {
  int status;
  std::string_view code;
};

ErrorCode CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return {400, "validation"};
    case absl::StatusCode::kUnauthenticated:
      return {401, "unauthorized"};
    case absl::StatusCode::kPermissionDenied:
      return {403, "forbidden"};
    case absl::StatusCode::kNotFound:
      return {404, "not_found"};
    case absl::StatusCode::kFailedPrecondition:
      return {409, "conflict"};
    case absl::StatusCode::kResourceExhausted:
      return {429, "rate_limit"};
    case absl::StatusCode::kUnavailable:
      return {503, "unavailable"};
    default:
      return {500, "internal"};
  }
}

std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  return absl::StrFormat("%016x", random());
}

}  // namespace

std::string BearerToken(const WebRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  std::string token;
  int found = 0;
  for (const auto& [name, value] : request.headers) {
    if (!absl::EqualsIgnoreCase(name, ToAbsl(kAuthorization))) continue;
    ++found;
    if (value.starts_with(kScheme) && value.size() <= kMaxTokenBytes) token = value.substr(kScheme.size());
  }
  return found == 1 ? token : "";
}

absl::Status ParseBody(const WebRequest& request, google::protobuf::MessageLite* message) {
  std::string_view type = request.Header("content-type");
  if (type.substr(0, type.find(';')) != kProtobufType) {
    return absl::InvalidArgumentError(Concat("Content-Type: ", Quoted(type), ": expected ", kProtobufType));
  }
  if (!message->ParseFromString(request.body)) {
    return absl::InvalidArgumentError(Concat("body: expected a ", message->GetTypeName()));
  }
  return absl::OkStatus();
}

WebResponse MessageAnswer(const google::protobuf::MessageLite& message) {
  WebResponse response;
  response.content_type = kProtobufType;
  response.headers.emplace_back("Cache-Control", "no-store");
  message.SerializeToString(&response.body);
  return response;
}

WebResponse ErrorAnswer(const absl::Status& status) {
  ErrorCode code = CodeOf(status.code());
  std::string id = NewRequestId();
  JsonWriter json(false);
  json.BeginObject();
  json.Key("error").String(Printable(ToStd(status.message()), kMaxErrorBytes));
  json.Key("code").String(code.code);
  json.Key("request_id").String(id);
  json.EndObject();
  WebResponse response{.status = code.status, .content_type = "application/json", .body = json.Take() + "\n"};
  response.headers.emplace_back("X-Request-Id", id);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace mockarty

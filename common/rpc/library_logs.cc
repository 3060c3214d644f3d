#include "common/rpc/library_logs.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <mutex>
#include <string_view>

#include "common/base/concat.h"
#include "common/log/log.h"

namespace mockarty {
namespace {

void Relay(std::string_view library, bool error, const char* file, int line, std::string_view text) {
  static LogLimiter limiter(60 * kNanosPerSecond, 256);
  if (!error && !LogEnabled(LogLevel::kDebug)) return;
  uint64_t suppressed = 0;
  if (!limiter.Allow(Concat(file, ":", line), MonotonicNow(), &suppressed)) return;
  Log(error ? LogLevel::kWarn : LogLevel::kDebug, library, {{"detail", text}, {"since_last", suppressed}});
}

void OnGrpcLog(gpr_log_func_args* line) {
  Relay("gRPC", line->severity == GPR_LOG_SEVERITY_ERROR, line->file, line->line, line->message);
}

void OnProtobufLog(google::protobuf::LogLevel level, const char* file, int line, const std::string& text) {
  Relay("protobuf", level >= google::protobuf::LOGLEVEL_ERROR, file, line, text);
}

}  // namespace

void RouteLibraryLogs() {
  static std::once_flag routed;
  std::call_once(routed, [] {
    gpr_set_log_function(OnGrpcLog);
    google::protobuf::SetLogHandler(&OnProtobufLog);
  });
}

}  // namespace mockarty

#include "cli/option_flags.h"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/plan/plan_parser.h"

namespace mockarty {
namespace {

namespace json = boost::json;

enum class Form {
  kSwitch,  // true or false
  kNumber,
  kText,
  kList,    // with commas between, and repeatable
  kTags,    // NAME=VALUE, repeatable
  kStages,  // DURATION:TARGET, with commas between, and repeatable
  kDns,     // ttl=5m,select=random,policy=any
  kDebug,   // nothing, true, false or full
};

struct OptionFlag {
  const char* flag;      // empty: a variable only
  const char* option;    // as scripts call it
  const char* variable;  // empty: a flag only
  Form form;
  const char* help;
};

constexpr OptionFlag kFlags[] = {
    {"", "vus", "", Form::kNumber, ""},  // of --vus, where stages begin with it
    {"-s,--stage", "stages", "K6_STAGES", Form::kStages, "A stage, DURATION:TARGET such as 30s:20; repeatable"},
    {"--tag", "tags", "", Form::kTags, "A tag for every sample, NAME=VALUE; repeatable"},
    {"-w,--throw", "throw", "K6_THROW", Form::kSwitch, "Failed requests throw in the script"},
    {"--http-debug", "httpDebug", "K6_HTTP_DEBUG", Form::kDebug, "Show requests and answers; =full: with bodies"},
    {"--user-agent", "userAgent", "K6_USER_AGENT", Form::kText, "The User-Agent of HTTP requests"},
    {"--insecure-skip-tls-verify", "insecureSkipTLSVerify", "K6_INSECURE_SKIP_TLS_VERIFY", Form::kSwitch,
     "Take any certificate"},
    {"--discard-response-bodies", "discardResponseBodies", "K6_DISCARD_RESPONSE_BODIES", Form::kSwitch,
     "Receive bodies and drop them"},
    {"--max-redirects", "maxRedirects", "K6_MAX_REDIRECTS", Form::kNumber, "How many redirects are followed"},
    {"--batch", "batch", "K6_BATCH", Form::kNumber, "Requests of one http.batch() at a time"},
    {"--batch-per-host", "batchPerHost", "K6_BATCH_PER_HOST", Form::kNumber, "... and to one host; 0: no limit"},
    {"--no-connection-reuse", "noConnectionReuse", "K6_NO_CONNECTION_REUSE", Form::kSwitch,
     "A new connection for every request"},
    {"--no-vu-connection-reuse", "noVUConnectionReuse", "K6_NO_VU_CONNECTION_REUSE", Form::kSwitch,
     "Connections end with the iteration"},
    {"", "noCookiesReset", "K6_NO_COOKIES_RESET", Form::kSwitch, ""},
    {"--min-iteration-duration", "minIterationDuration", "K6_MIN_ITERATION_DURATION", Form::kText,
     "An iteration that ends earlier waits for the rest"},
    {"--local-ips", "localIPs", "K6_LOCAL_IPS", Form::kList, "Addresses to dial from, such as 10.0.0.1-10.0.0.9"},
    {"--blacklist-ip", "blacklistIPs", "K6_BLACKLIST_IPS", Form::kList, "Addresses never to dial, such as 10.0.0.0/8"},
    {"--block-hostnames", "blockHostnames", "K6_BLOCK_HOSTNAMES", Form::kList, "Names never to ask for"},
    {"--dns", "dns", "K6_DNS", Form::kDns, "Such as ttl=5m,select=random,policy=preferIPv4"},
    {"--no-setup", "noSetup", "K6_NO_SETUP", Form::kSwitch, "Do not call setup()"},
    {"--no-teardown", "noTeardown", "K6_NO_TEARDOWN", Form::kSwitch, "Do not call teardown()"},
    {"", "setupTimeout", "K6_SETUP_TIMEOUT", Form::kText, ""},
    {"", "teardownTimeout", "K6_TEARDOWN_TIMEOUT", Form::kText, ""},
    {"--no-thresholds", "noThresholds", "K6_NO_THRESHOLDS", Form::kSwitch, "Judge nothing"},
    {"--no-summary", "noSummary", "K6_NO_SUMMARY", Form::kSwitch, "No summary at the end, and no handleSummary()"},
    {"--system-tags", "systemTags", "K6_SYSTEM_TAGS", Form::kList, "Which tags of the engine samples have"},
    {"--summary-trend-stats", "summaryTrendStats", "K6_SUMMARY_TREND_STATS", Form::kList,
     "Stats of trends in the summary: avg,min,med,max,count,p(N)"},
    {"--summary-time-unit", "summaryTimeUnit", "K6_SUMMARY_TIME_UNIT", Form::kText, "Unit of times: s, ms or us"},
};

const char* TypeName(Form form) {
  switch (form) {
    case Form::kNumber:
      return "N";
    case Form::kTags:
      return "NAME=VALUE";
    case Form::kStages:
      return "DURATION:TARGET";
    case Form::kList:
      return "A,B,...";
    default:
      return "TEXT";
  }
}

bool Repeats(Form form) { return form == Form::kTags || form == Form::kStages || form == Form::kList; }

absl::Status Wrong(std::string_view source, std::string_view expected, std::string_view text) {
  return absl::InvalidArgumentError(Concat(source, ": expected ", expected, ", got ", Quoted(text)));
}

std::vector<std::string> Pieces(std::span<const std::string> texts) {
  std::vector<std::string> pieces;
  for (const std::string& text : texts) {
    for (absl::string_view piece : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
      pieces.emplace_back(absl::StripAsciiWhitespace(piece));
    }
  }
  return pieces;
}

absl::StatusOr<json::value> Stages(std::string_view source, std::span<const std::string> texts) {
  json::array stages;
  for (const std::string& piece : Pieces(texts)) {
    const size_t colon = piece.find(':');
    uint64_t target = 0;
    const char* const end = piece.data() + piece.size();
    const bool good = colon != std::string::npos && colon > 0 && colon + 1 < piece.size() &&
                      std::from_chars(piece.data() + colon + 1, end, target) == std::from_chars_result{end, {}};
    if (!good) return Wrong(source, "DURATION:TARGET such as 30s:20", piece);
    stages.push_back({{"duration", piece.substr(0, colon)}, {"target", target}});
  }
  return stages;
}

absl::StatusOr<json::value> Named(std::string_view source, std::span<const std::string> texts) {
  json::object named;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return Wrong(source, "NAME=VALUE", text);
    named[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return named;
}

// `texts` is not empty.
absl::StatusOr<json::value> ValueOf(std::string_view source, Form form, std::span<const std::string> texts) {
  const std::string& last = texts.back();
  switch (form) {
    case Form::kSwitch: {
      ASSIGN_OR_RETURN(const bool on, ParseSwitch(source, last, false));
      return json::value(on);
    }
    case Form::kDebug:
      if (last == "full" || last == "headers") return json::value(last);
      if (last != "true" && last != "false") return Wrong(source, "true, false or full", last);
      return json::value(last == "true");
    case Form::kStages:
      return Stages(source, texts);
    case Form::kTags:
      return Named(source, texts);
    case Form::kDns:
      return Named(source, Pieces(texts));
    case Form::kList: {
      json::array list;
      for (const std::string& piece : Pieces(texts)) list.emplace_back(piece);
      return list;
    }
    case Form::kNumber:
    case Form::kText:
      break;
  }
  return json::value(last);  // numbers may be texts: the reader of options knows them
}

bool SaysLoad(std::string_view option) { return option == "stages"; }

// What the parser of a script's options says of one, in the words of the flag or the variable.
absl::Status Check(const OptionFlag& flag, std::string_view source, const json::value& value) {
  const json::value alone = json::object{{flag.option, value}};
  const absl::StatusOr<ParsedPlan> parsed = ParsePlan(&alone, {});
  if (parsed.ok()) return absl::OkStatus();
  std::string_view message = ToStd(parsed.status().message());
  const std::string path = Concat("options.", flag.option);
  if (message.starts_with(path)) message.remove_prefix(path.size());
  return absl::InvalidArgumentError(Concat(
      source, message.starts_with(":") || message.starts_with("[") || message.starts_with(".") ? "" : ": ", message));
}

}  // namespace

OptionVariables ReadOptionVariables(const char* const* environ) {
  OptionVariables variables;
  for (; environ != nullptr && *environ != nullptr; ++environ) {
    const std::string_view text = *environ;
    const size_t equals = text.find('=');
    if (text.starts_with("K6_") && equals != std::string_view::npos) {
      variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
  }
  return variables;
}

void DefineOptionFlags(CLI::App& app, OptionTexts& texts) {
  for (const OptionFlag& flag : kFlags) {
    if (*flag.flag == '\0') continue;
    std::vector<std::string>& given = texts[flag.option];
    if (flag.form == Form::kSwitch || flag.form == Form::kDebug) {
      app.add_flag(flag.flag, given, flag.help);
      continue;
    }
    CLI::Option* const option =
        app.add_option(flag.flag, given, flag.help)->type_name(TypeName(flag.form))->expected(1);
    Repeats(flag.form) ? option->take_all() : option->take_last();
  }
}

absl::StatusOr<std::string> MakeOptionsJson(const OptionTexts& texts, const OptionVariables& variables,
                                            bool with_load) {
  json::object options;
  for (const OptionFlag& flag : kFlags) {
    std::string_view names = flag.flag;
    std::string source(names.substr(names.rfind(',') + 1));
    std::vector<std::string> given;
    if (const auto found = texts.find(flag.option); found != texts.end() && !found->second.empty()) {
      given = found->second;
    } else if (const auto variable = variables.find(flag.variable);
               variable != variables.end() && !variable->second.empty()) {
      if (!with_load && SaysLoad(flag.option)) continue;
      given = {variable->second};
      source = flag.variable;
    }
    if (given.empty()) continue;
    ASSIGN_OR_RETURN(json::value value, ValueOf(source, flag.form, given));
    RETURN_IF_ERROR(Check(flag, source, value));
    options[flag.option] = std::move(value);
  }
  return options.empty() ? std::string() : json::serialize(options);
}

absl::StatusOr<bool> ParseSwitch(std::string_view source, std::string_view text, bool otherwise) {
  if (text.empty()) return otherwise;
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return Wrong(source, "true or false", text);
}

}  // namespace mockarty

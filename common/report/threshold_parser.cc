#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/report/thresholds.h"

namespace mockarty {
namespace {

constexpr size_t kMaxExpressionBytes = 200;

constexpr std::string_view kStatForm = "one of avg, min, max, med, count, rate, value or p(N)";
constexpr std::string_view kOpForm = "one of <, <=, >, >=, == or !=";

constexpr std::array<std::pair<std::string_view, StatKind>, 7> kStats = {{{"avg", StatKind::kAvg},
                                                                          {"min", StatKind::kMin},
                                                                          {"max", StatKind::kMax},
                                                                          {"med", StatKind::kMed},
                                                                          {"count", StatKind::kCount},
                                                                          {"rate", StatKind::kRate},
                                                                          {"value", StatKind::kValue}}};

// Longer operators first: the first that fits is taken.
constexpr std::array<std::pair<std::string_view, CompareOp>, 7> kOps = {{{"===", CompareOp::kEqual},
                                                                         {"==", CompareOp::kEqual},
                                                                         {"!=", CompareOp::kNotEqual},
                                                                         {"<=", CompareOp::kLessEqual},
                                                                         {">=", CompareOp::kGreaterEqual},
                                                                         {"<", CompareOp::kLess},
                                                                         {">", CompareOp::kGreater}}};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || IsDigit(c); }

// Reads from the left of a text and knows where it is.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) {
      ++at_;
    }
  }
  bool Take(std::string_view token) {
    const bool found = text_.substr(at_).starts_with(token);
    at_ += found ? token.size() : 0;
    return found;
  }
  template <typename Fits>
  std::string_view TakeWhile(Fits fits) {
    const size_t from = at_;
    while (!AtEnd() && fits(text_[at_])) {
      ++at_;
    }
    return text_.substr(from, at_ - from);
  }
  size_t Position() const { return at_; }
  std::string_view From(size_t position) const { return text_.substr(position, at_ - position); }

  absl::Status Expected(std::string_view what, size_t position) const {
    const std::string found = position < text_.size() ? Quoted(text_.substr(position), 20) : "the end";
    return absl::InvalidArgumentError(Concat(Quoted(text_, kMaxExpressionBytes), ": at position ", position + 1,
                                             ": expected ", what, ", found ", found));
  }
  absl::Status Expected(std::string_view what) const { return Expected(what, at_); }

 private:
  const std::string_view text_;
  size_t at_ = 0;
};

// A finite decimal number; hexadecimal, "inf" and "nan" are not.
absl::StatusOr<double> ScanNumber(Scanner& scanner, std::string_view what) {
  const size_t start = scanner.Position();
  scanner.Take("-");
  const std::string_view whole = scanner.TakeWhile(IsDigit);
  if (whole.empty()) {
    return scanner.Expected(what, start);
  }
  if (scanner.Take(".") && scanner.TakeWhile(IsDigit).empty()) {
    return scanner.Expected("digits after the decimal point");
  }
  if (scanner.Take("e") || scanner.Take("E")) {
    if (!scanner.Take("+")) {
      scanner.Take("-");
    }
    if (scanner.TakeWhile(IsDigit).empty()) {
      return scanner.Expected("digits of the exponent");
    }
  }
  const std::string_view digits = scanner.From(start);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    return scanner.Expected("a number that a double can hold", start);
  }
  return value;
}

absl::StatusOr<Stat> ScanStat(Scanner& scanner, bool short_percentile) {
  const size_t start = scanner.Position();
  const std::string_view word = scanner.TakeWhile(IsWordChar);
  for (const auto& [name, kind] : kStats) {
    if (word == name) {
      return Stat{kind};
    }
  }
  if (word == "p") {
    scanner.SkipSpace();
    if (!scanner.Take("(")) {
      return scanner.Expected("( after p, as in p(95)");
    }
    scanner.SkipSpace();
    const size_t number = scanner.Position();
    constexpr std::string_view kPercentileForm = "a percentile from 0 to 100";
    ASSIGN_OR_RETURN(const double percentile, ScanNumber(scanner, kPercentileForm));
    if (percentile < 0 || percentile > 100) {
      return scanner.Expected(kPercentileForm, number);
    }
    scanner.SkipSpace();
    if (!scanner.Take(")")) {
      return scanner.Expected(") after the percentile");
    }
    return Stat{StatKind::kPercentile, percentile};
  }
  if (short_percentile && word.size() > 1 && word.size() <= 4 && word[0] == 'p') {
    int percentile = 0;
    const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), percentile);
    if (error == std::errc() && end == word.data() + word.size() && percentile >= 0 && percentile <= 100) {
      return Stat{StatKind::kPercentile, static_cast<double>(percentile)};
    }
  }
  return scanner.Expected(kStatForm, start);
}

absl::StatusOr<CompareOp> ScanOp(Scanner& scanner) {
  for (const auto& [token, op] : kOps) {
    if (scanner.Take(token)) {
      return op;
    }
  }
  return scanner.Expected(kOpForm);
}

absl::Status CheckLength(std::string_view text) {
  if (text.size() > kMaxExpressionBytes) {
    return absl::InvalidArgumentError(
        Concat(Quoted(text), ": expected at most ", kMaxExpressionBytes, " characters, found ", text.size()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ThresholdExpression> ParseThresholdExpression(std::string_view text) {
  RETURN_IF_ERROR(CheckLength(text));
  Scanner scanner(text);
  ThresholdExpression expression;
  scanner.SkipSpace();
  ASSIGN_OR_RETURN(expression.stat, ScanStat(scanner, false));
  scanner.SkipSpace();
  ASSIGN_OR_RETURN(expression.op, ScanOp(scanner));
  scanner.SkipSpace();
  ASSIGN_OR_RETURN(expression.value, ScanNumber(scanner, "a number"));
  scanner.SkipSpace();
  if (!scanner.AtEnd()) {
    return scanner.Expected("nothing after the number");
  }
  return expression;
}

absl::StatusOr<Stat> ParseStat(std::string_view text) {
  RETURN_IF_ERROR(CheckLength(text));
  Scanner scanner(text);
  ASSIGN_OR_RETURN(const Stat stat, ScanStat(scanner, true));
  if (!scanner.AtEnd()) {
    return scanner.Expected("nothing after the stat");
  }
  return stat;
}

absl::StatusOr<CompareOp> ParseCompareOp(std::string_view text) {
  RETURN_IF_ERROR(CheckLength(text));
  Scanner scanner(text);
  ASSIGN_OR_RETURN(const CompareOp op, ScanOp(scanner));
  if (!scanner.AtEnd()) {
    return scanner.Expected("nothing after the operator");
  }
  return op;
}

absl::StatusOr<std::vector<Threshold>> CompileThresholds(std::span<const ThresholdSpec> specs) {
  std::vector<Threshold> thresholds;
  thresholds.reserve(specs.size());
  for (const ThresholdSpec& spec : specs) {
    absl::StatusOr<MetricSelector> selector = ParseMetricSelector(spec.metric);
    if (!selector.ok()) {
      return absl::InvalidArgumentError(Concat("thresholds: ", ToStd(selector.status().message())));
    }
    absl::StatusOr<ThresholdExpression> expression = ParseThresholdExpression(spec.expression);
    if (!expression.ok()) {
      return absl::InvalidArgumentError(
          Concat("thresholds: metric ", Quoted(spec.metric), ": expression ", ToStd(expression.status().message())));
    }
    thresholds.push_back({spec, *std::move(selector), *expression});
  }
  return thresholds;
}

}  // namespace mockarty

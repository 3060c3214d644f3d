#include "common/wire/enum_codec.h"

#include "common/wire/wire_text.h"

namespace mockarty {

v1::MetricKind EncodeKind(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return v1::METRIC_KIND_COUNTER;
    case MetricKind::kGauge:
      return v1::METRIC_KIND_GAUGE;
    case MetricKind::kRate:
      return v1::METRIC_KIND_RATE;
    case MetricKind::kTrend:
      return v1::METRIC_KIND_TREND;
  }
  return v1::METRIC_KIND_UNSPECIFIED;
}

v1::ValueUnit EncodeUnit(ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kPlain:
      return v1::VALUE_UNIT_UNSPECIFIED;
    case ValueUnit::kTime:
      return v1::VALUE_UNIT_TIME;
    case ValueUnit::kData:
      return v1::VALUE_UNIT_DATA;
  }
  return v1::VALUE_UNIT_UNSPECIFIED;
}

absl::StatusOr<MetricKind> DecodeKind(v1::MetricKind kind) {
  switch (kind) {
    case v1::METRIC_KIND_COUNTER:
      return MetricKind::kCounter;
    case v1::METRIC_KIND_GAUGE:
      return MetricKind::kGauge;
    case v1::METRIC_KIND_RATE:
      return MetricKind::kRate;
    case v1::METRIC_KIND_TREND:
      return MetricKind::kTrend;
    default:
      return WrongField("kind", static_cast<int>(kind), "1 (counter), 2 (gauge), 3 (rate) or 4 (trend)");
  }
}

absl::StatusOr<ValueUnit> DecodeUnit(v1::ValueUnit unit) {
  switch (unit) {
    case v1::VALUE_UNIT_UNSPECIFIED:
      return ValueUnit::kPlain;
    case v1::VALUE_UNIT_TIME:
      return ValueUnit::kTime;
    case v1::VALUE_UNIT_DATA:
      return ValueUnit::kData;
    default:
      return WrongField("unit", static_cast<int>(unit), "0 (plain), 1 (time) or 2 (data)");
  }
}

}  // namespace mockarty

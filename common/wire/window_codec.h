// Windows as messages. Series are named by metric, kind, unit and tags; the receiver interns them into a registry of
// its own, so that one message needs nothing else to be understood.
//
// Decoding trusts nothing and is bounded by the limits below and by the registry's. A round trip is lossless: the
// decoded window equals (operator==) the encoded one in a registry that numbers its series alike.
#ifndef COMMON_WIRE_WINDOW_CODEC_H_
#define COMMON_WIRE_WINDOW_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/time/clock.h"

namespace mockarty {

namespace v1 {
class Histogram;
class SeriesDelta;
class SourceVus;
class Window;
}  // namespace v1

inline constexpr int kMaxWindowSeries = 65'536;
// A source of virtual users is a thread of an assignment: `assignment << kSourceThreadBits | thread`.
inline constexpr int kSourceThreadBits = 16;
inline constexpr uint32_t kMaxSourceThreads = 1'024;                           // numbers from 0 to this
inline constexpr int kMaxWindowVus = static_cast<int>(kMaxSourceThreads) + 1;  // all of one assignment
// Of samples and of virtual users in one message: what a double counts exactly.
inline constexpr uint64_t kMaxWireCount = (uint64_t{1} << 53) - 1;
// Instants are offsets from the start of the run: two years before it to two years after it.
inline constexpr Nanos kMaxWireOffset = 2 * Nanos{365} * 24 * 3600 * kNanosPerSecond;

// Writes the window as it is: what joined the windows of several threads sets `source`, `first_seq` and `last_seq` to
// those of the joint source before, and has its times as offsets from the start of the run (merge.h: ShiftTimes).
// `refused_series` becomes the larger of the window's and the registry's. All series must be of `registry`.
// Any thread; `out` is overwritten and may be reused.
void EncodeWindow(const Window& window, const MetricRegistry& registry, v1::Window* out);

// Reads the windows of one run, of any number of sources. Remembers series by name, so that only the first window that
// names one pays for interning it. Not thread-safe; `registry` must outlive it and may be shared.
class WindowDecoder {
 public:
  explicit WindowDecoder(MetricRegistry* registry) : registry_(*registry) {}
  WindowDecoder(const WindowDecoder&) = delete;
  WindowDecoder& operator=(const WindowDecoder&) = delete;

  // Series past the registry's budget land in their metric's `__other__` series; series of the message that are the
  // same one here are joined. Errors: InvalidArgument names window, field, value and what was expected, also for a
  // metric that has another kind here; ResourceExhausted for a metric past the registry's max_metrics.
  absl::StatusOr<Window> Decode(const v1::Window& message);

  // The parts of a window, for snapshots. DecodeSeries() answers entries in order of the message, ids perhaps repeated.
  absl::StatusOr<SeriesDelta> DecodeSeries(const v1::SeriesDelta& message);
  absl::StatusOr<Histogram> DecodeHistogram(const v1::Histogram& message);

  MetricRegistry& Registry() { return registry_; }

 private:
  // Remembered names; past these limits series are interned anew each time.
  static constexpr size_t kMaxRemembered = 65'536;
  static constexpr size_t kMaxRememberedBytes = 16 * 1024 * 1024;

  absl::StatusOr<SeriesId> Resolve(const v1::SeriesDelta& message);
  absl::StatusOr<SeriesId> InternSeries(const v1::SeriesDelta& message);
  absl::Status DecodeValues(const v1::SeriesDelta& message, SeriesDelta& delta);

  MetricRegistry& registry_;
  absl::flat_hash_map<std::string, SeriesId> known_;
  size_t known_bytes_ = 0;
  // Kept for their memory only.
  std::string key_;
  std::vector<TagView> tags_;
  std::vector<HistogramBucket> positive_;
  std::vector<HistogramBucket> negative_;
};

// The same for a single window.
absl::StatusOr<Window> DecodeWindow(const v1::Window& message, MetricRegistry& registry);

// Parts, for snapshots.
void EncodeSeries(const SeriesDelta& delta, const SeriesInfo& info, v1::SeriesDelta* out);
void EncodeHistogram(const Histogram& histogram, v1::Histogram* out);
void EncodeVus(const SourceVus& vus, v1::SourceVus* out);
absl::StatusOr<SourceVus> DecodeVus(const v1::SourceVus& message);

// InvalidArgument when the window speaks of virtual users that are not of the assignment's threads: whoever keeps them
// by source would keep more and more of them.
absl::Status CheckVusOfAssignment(uint32_t assignment, const Window& window);

}  // namespace mockarty

#endif  // COMMON_WIRE_WINDOW_CODEC_H_

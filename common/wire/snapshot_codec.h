// All of a run's measurements as one message: what a coordinator that starts again goes on from.
#ifndef COMMON_WIRE_SNAPSHOT_CODEC_H_
#define COMMON_WIRE_SNAPSHOT_CODEC_H_

#include "absl/status/status.h"
#include "common/report/aggregate.h"
#include "common/wire/window_codec.h"

namespace mockarty {

namespace v1 {
class AggregateSnapshot;
}  // namespace v1

// On the aggregate's thread. `out` is overwritten.
void EncodeSnapshot(const RunAggregate& aggregate, v1::AggregateSnapshot* out);

// Fills a new aggregate, whose registry must be that of `decoder`. From then on it answers and takes windows as the
// encoded one did, but for the rate of the last seconds (LiveSnapshot::rps), which is rebuilt from the timeline.
// InvalidArgument names what is wrong with the message, or how its timeline differs from the aggregate's options;
// FailedPrecondition for an aggregate that holds something already. After an error the aggregate is still empty.
absl::Status RestoreSnapshot(const v1::AggregateSnapshot& message, WindowDecoder& decoder, RunAggregate& aggregate);

}  // namespace mockarty

#endif  // COMMON_WIRE_SNAPSHOT_CODEC_H_

// Segments of plan_codec.h.
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/wire/plan_codec.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {

void ToProto(const Segment& segment, v1::Segment* out) {
  out->Clear();
  for (const Segment::Stripe& stripe : segment.Stripes()) {
    v1::Segment::Stripe* encoded = out->add_stripes();
    encoded->mutable_weights()->Add(stripe.weights.begin(), stripe.weights.end());
    encoded->set_part(stripe.part);
  }
}

absl::StatusOr<Segment> FromProto(const v1::Segment& message) {
  if (message.stripes_size() > static_cast<int>(Segment::kMaxStripes)) {
    return WrongField("segment.stripes", message.stripes_size(), Concat("at most ", Segment::kMaxStripes));
  }
  std::vector<Segment::Stripe> stripes;
  for (const v1::Segment::Stripe& stripe : message.stripes()) {
    // Each weight may be 0, the sum may not: so many parts are possible, if of no use.
    if (stripe.weights_size() > static_cast<int>(Segment::kMaxPeriod)) {
      return WrongField(Concat("segment.stripes[", stripes.size(), "].weights"), stripe.weights_size(),
                        Concat("at most ", Segment::kMaxPeriod));
    }
    stripes.push_back({.weights = {stripe.weights().begin(), stripe.weights().end()}, .part = stripe.part()});
  }
  absl::StatusOr<Segment> segment = Segment::Create(stripes);
  return segment.ok() ? std::move(segment) : InField("segment", segment.status());
}

}  // namespace mockarty

// How long to wait before the next attempt: doubling, with jitter, so that a fleet does not come back as one.
// Belongs to one thread.
#ifndef COMMON_TIME_BACKOFF_H_
#define COMMON_TIME_BACKOFF_H_

#include <algorithm>
#include <random>

#include "common/time/clock.h"

namespace mockarty {

class Backoff {
 public:
  Backoff(Nanos least, Nanos most, uint64_t seed) : least_(least), most_(most), next_(least), random_(seed) {}

  // From half to the whole of the present length, which then doubles up to the most.
  Nanos Next() {
    Nanos whole = next_;
    next_ = std::min(most_, next_ * 2);
    return std::uniform_int_distribution<Nanos>(whole / 2, whole)(random_);
  }
  void Reset() { next_ = least_; }

 private:
  const Nanos least_;
  const Nanos most_;
  Nanos next_;
  std::minstd_rand random_;
};

}  // namespace mockarty

#endif  // COMMON_TIME_BACKOFF_H_

// How long to wait before the next attempt: doubles from a fifth of a second to ten seconds, the upper half of it by
// chance, so that many who lost the same coordinator do not come back at the same moment. Not thread-safe.
#ifndef CLI_REMOTE_BACKOFF_H_
#define CLI_REMOTE_BACKOFF_H_

#include <algorithm>
#include <chrono>
#include <random>

namespace mockarty {

class Backoff {
 public:
  std::chrono::milliseconds Next() {
    int64_t most = std::min<int64_t>(int64_t{200} << std::min(attempt_, 10), 10'000);
    ++attempt_;
    return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(most / 2, most)(random_));
  }
  void Reset() { attempt_ = 0; }

 private:
  int attempt_ = 0;
  std::minstd_rand random_{std::random_device()()};
};

}  // namespace mockarty

#endif  // CLI_REMOTE_BACKOFF_H_

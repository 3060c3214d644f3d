// Pseudo-random numbers of a virtual user: small, fast, and the same for the same seed. Not for secrets.
//
// SplitMix64 (Steele, Lea, Flood 2014): a counter of the golden ratio and a mixing function with full period.
// Threads: the state belongs to one virtual user.
#ifndef ENGINE_MODULES_FAKE_RANDOM_H_
#define ENGINE_MODULES_FAKE_RANDOM_H_

#include <cstdint>

namespace mockarty {

class FakeRandom {
 public:
  // Works on the state in place; 0 means that it was never seeded and takes a seed of the system's.
  explicit FakeRandom(uint64_t& state);

  static uint64_t StateOf(double seed);

  uint64_t Next();
  // 0 <= result < bound; bound > 0.
  uint64_t Below(uint64_t bound);
  int64_t Between(int64_t low, int64_t high);  // both included, low <= high
  double Unit();                               // 0 <= result < 1

 private:
  uint64_t& state_;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_FAKE_RANDOM_H_

#include "engine/modules/fake_random.h"

#include <sys/random.h>

#include <cstring>

#include "common/time/clock.h"

namespace mockarty {
namespace {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;

uint64_t Mix(uint64_t z) {
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

}  // namespace

FakeRandom::FakeRandom(uint64_t& state) : state_(state) {
  if (state_ == 0) {
    if (getrandom(&state_, sizeof state_, 0) != sizeof state_) {
      state_ = Mix(static_cast<uint64_t>(MonotonicNow()) ^ reinterpret_cast<uintptr_t>(&state));
    }
    state_ |= 1;
  }
}

uint64_t FakeRandom::StateOf(double seed) {
  uint64_t bits;
  memcpy(&bits, &seed, sizeof bits);
  const uint64_t state = Mix(bits + kGolden);
  return state == 0 ? 1 : state;
}

uint64_t FakeRandom::Next() {
  state_ += kGolden;
  if (state_ == 0) {
    state_ = kGolden;
  }
  return Mix(state_);
}

// The product's upper half: the bias is below bound / 2^64.
uint64_t FakeRandom::Below(uint64_t bound) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(Next()) * bound >> 64);
}

int64_t FakeRandom::Between(int64_t low, int64_t high) {
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  return static_cast<int64_t>(static_cast<uint64_t>(low) + (span == 0 ? Next() : Below(span)));
}

double FakeRandom::Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

}  // namespace mockarty

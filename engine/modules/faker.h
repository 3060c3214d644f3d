// Plausible data: names, addresses of the example domains, numbers with valid check digits. No JavaScript here.
//
// Formats: dates lie between 1970 and the end of 2037 (UTC); card numbers pass the Luhn check and begin as their type
// does; UUIDs are version 4 (RFC 9562); tokens have the three parts of RFC 7519 and a signature that fits no key.
// Threads: pure but for the random state it is given.
#ifndef ENGINE_MODULES_FAKER_H_
#define ENGINE_MODULES_FAKER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/modules/fake_random.h"

namespace mockarty::fake {

// Text in memory of the caller: natives own nothing. What does not fit is left out.
class Text {
 public:
  Text& Add(std::string_view piece);
  Text& Add(char c) { return Add(std::string_view(&c, 1)); }
  Text& AddNumber(uint64_t number, int min_digits = 1);
  Text& AddHex(uint64_t number, int digits);
  Text& AddDigits(FakeRandom& random, int count, bool first_may_be_zero = true);
  std::string_view view() const { return {bytes_, size_}; }
  char* data() { return bytes_; }
  size_t size() const { return size_; }

 private:
  char bytes_[2048];
  size_t size_ = 0;
};

using Generator = void (*)(FakeRandom& random, Text& text);
using NumberGenerator = double (*)(FakeRandom& random);

// One of both; `boolean`: the number is shown as a truth value.
struct Function {
  const char* name;
  Generator text = nullptr;
  NumberGenerator number = nullptr;
  bool boolean = false;
};

// All functions without arguments, in a fixed order.
const Function* Functions(size_t* count);

}  // namespace mockarty::fake

#endif  // ENGINE_MODULES_FAKER_H_

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/sample_run.h"

int main(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], "samples") != 0) {
    std::fprintf(stderr, "usage: mockarty-bench samples N   runs N requests over the in-process transport\n");
    return 2;
  }
  char* end = nullptr;
  const unsigned long long requests = std::strtoull(argv[2], &end, 10);
  if (*end != '\0' || requests == 0 || requests > 10'000'000'000ull) {
    std::fprintf(stderr, "mockarty-bench: N: expected a whole number from 1 to 10000000000, got \"%s\"\n", argv[2]);
    return 2;
  }
  return mockarty::RunSamples(requests);
}

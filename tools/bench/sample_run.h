// A long run in little time: many requests through the whole engine but no socket, to see that memory stays flat.
#ifndef TOOLS_BENCH_SAMPLE_RUN_H_
#define TOOLS_BENCH_SAMPLE_RUN_H_

#include <cstdint>

namespace mockarty {

// Runs `requests` iterations of one request and one check each, over 50 virtual users and ever new URLs of 40 routes.
// Prints what was counted. 0 when all of them were.
int RunSamples(uint64_t requests);

}  // namespace mockarty

#endif  // TOOLS_BENCH_SAMPLE_RUN_H_

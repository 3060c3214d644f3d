#include "engine/script/big_stack.h"

#include <pthread.h>

#include <cstddef>
#include <cstring>

#include "common/base/concat.h"
#include "common/base/stack_limit.h"

namespace mockarty {
namespace {

constexpr size_t kStackBytes = size_t{64} << 20;
constexpr size_t kHeadroomBytes = size_t{256} << 10;

struct Job {
  void (*run)(void*);
  void* argument;
};

void* Start(void* job_pointer) {
  const Job job = *static_cast<Job*>(job_pointer);
  pthread_attr_t attributes;
  void* stack = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    if (pthread_attr_getstack(&attributes, &stack, &size) == 0) {
      mockarty_stack_limit = static_cast<char*>(stack) + kHeadroomBytes;
    }
    pthread_attr_destroy(&attributes);
  }
  job.run(job.argument);
  return nullptr;
}

}  // namespace

absl::Status RunOnBigStack(void (*run)(void* argument), void* argument) {
  Job job{run, argument};
  pthread_attr_t attributes;
  int failure = pthread_attr_init(&attributes);
  if (failure == 0) {
    pthread_t thread;
    failure = pthread_attr_setstacksize(&attributes, kStackBytes);
    if (failure == 0) {
      failure = pthread_create(&thread, &attributes, Start, &job);
    }
    pthread_attr_destroy(&attributes);
    if (failure == 0) {
      failure = pthread_join(thread, nullptr);
    }
  }
  if (failure != 0) {
    return absl::ResourceExhaustedError(Concat("cannot start a thread: ", strerror(failure)));
  }
  return absl::OkStatus();
}

}  // namespace mockarty

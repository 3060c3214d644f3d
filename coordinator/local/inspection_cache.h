// What inspections of scripts answered lately, so that a script that is submitted a thousand times is converted once.
//
// An answer is good for a while only: options that a script computes from the time of day are computed anew. Only
// answers without an error are kept: the others may be about the machine. Not thread-safe.
#ifndef COORDINATOR_LOCAL_INSPECTION_CACHE_H_
#define COORDINATOR_LOCAL_INSPECTION_CACHE_H_

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

class InspectionCache {
 public:
  using Answer = std::shared_ptr<const v1::TaskInspection>;

  InspectionCache(Nanos good_for, size_t max_bytes) : good_for_(good_for), max_bytes_(max_bytes) {}

  // Of the whole request: SHA-256 in hexadecimal.
  static std::string KeyOf(const v1::TaskInspect& request);

  // nullptr: not known, or not any more.
  Answer Find(std::string_view key, Nanos now);
  void Put(const std::string& key, Answer answer, Nanos now);

  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    Answer answer;
    Nanos until = 0;
    size_t bytes = 0;
  };
  void Drop(std::list<Entry>::iterator entry);

  const Nanos good_for_;
  const size_t max_bytes_;
  size_t bytes_ = 0;
  std::list<Entry> entries_;  // the oldest first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_key_;
};

}  // namespace mockarty

#endif  // COORDINATOR_LOCAL_INSPECTION_CACHE_H_

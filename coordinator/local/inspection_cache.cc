#include "coordinator/local/inspection_cache.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "common/base/sha256.h"

namespace mockarty {

std::string InspectionCache::KeyOf(const v1::TaskInspect& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);  // should a field be a map one day
    request.SerializeToCodedStream(&coded);
  }
  return Sha256Hex(bytes);
}

InspectionCache::Answer InspectionCache::Find(std::string_view key, Nanos now) {
  while (!entries_.empty() && entries_.front().until <= now) {
    Drop(entries_.begin());
  }
  const auto at = by_key_.find(key);
  return at == by_key_.end() ? nullptr : at->second->answer;
}

void InspectionCache::Put(const std::string& key, Answer answer, Nanos now) {
  const size_t bytes = answer->ByteSizeLong();
  if (answer->error() != v1::TaskInspection::ERROR_NONE || bytes > max_bytes_) {
    return;
  }
  if (const auto at = by_key_.find(key); at != by_key_.end()) {
    Drop(at->second);
  }
  while (bytes_ + bytes > max_bytes_) {
    Drop(entries_.begin());
  }
  bytes_ += bytes;
  entries_.push_back({key, std::move(answer), now + good_for_, bytes});
  by_key_[key] = std::prev(entries_.end());
}

void InspectionCache::Drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace mockarty

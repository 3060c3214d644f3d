#include "engine/vu/shared_arrays.h"

#include <chrono>

namespace mockarty {
namespace {

// Longer than the init stage of the thread that makes the array may take: that one ends first, with its own error.
constexpr std::chrono::seconds kMaxWait{90};

}  // namespace

SharedArrays::Claim SharedArrays::Begin(std::string_view name, uint32_t* id) {
  std::unique_lock<std::mutex> lock(mutex_);
  size_t i = 0;
  while (i < count_ && arrays_[i]->name != name) {
    ++i;
  }
  if (i == kMaxArrays) {
    return Claim::kTooMany;
  }
  if (i == count_) {
    arrays_[i] = std::make_unique<Array>();
    arrays_[i]->name = name;
    ++count_;
  }
  Array& array = *arrays_[i];
  *id = static_cast<uint32_t>(i);
  if (!changed_.wait_for(lock, kMaxWait, [&] { return !array.building; })) {
    return Claim::kTimedOut;
  }
  if (array.ready) {
    return Claim::kReady;
  }
  array.building = true;
  return Claim::kBuild;
}

bool SharedArrays::AddRow(uint32_t id, std::string_view json) {
  std::lock_guard<std::mutex> lock(mutex_);
  Array& array = *arrays_[id];
  const size_t cost = json.size() + sizeof(uint32_t);
  if (cost > max_bytes_ || bytes_ + cost > max_bytes_) {
    return false;
  }
  bytes_ += cost;
  array.text.append(json);
  array.ends.push_back(static_cast<uint32_t>(array.text.size()));
  return true;
}

void SharedArrays::Finish(uint32_t id) {
  std::lock_guard<std::mutex> lock(mutex_);
  Array& array = *arrays_[id];
  array.text.shrink_to_fit();
  array.ends.shrink_to_fit();
  array.building = false;
  array.ready = true;
  changed_.notify_all();
}

void SharedArrays::Abandon(uint32_t id) {
  std::lock_guard<std::mutex> lock(mutex_);
  Array& array = *arrays_[id];
  bytes_ -= array.text.size() + array.ends.size() * sizeof(uint32_t);
  array.text = {};
  array.ends = {};
  array.building = false;
  changed_.notify_all();
}

std::string_view SharedArrays::Row(uint32_t id, size_t row) const {
  const Array& array = *arrays_[id];
  const size_t begin = row == 0 ? 0 : array.ends[row - 1];
  return std::string_view(array.text).substr(begin, array.ends[row] - begin);
}

size_t SharedArrays::Bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

}  // namespace mockarty

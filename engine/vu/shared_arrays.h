// The rows of SharedArray: made once in a process and read by all virtual users of all its workers.
//
// A row is its JSON text; an access makes a fresh value of it, so nothing is shared between heaps and nobody can change
// what others see. 100,000 rows cost their text and four bytes each, whatever the number of virtual users.
//
// Threads: Begin(), AddRow(), Finish() and Abandon() take a lock, and Begin() may wait for the thread that makes the
// array of that name; all belong to the init stage. Rows(), Row() and Bytes() of an array that is ready take none.
#ifndef ENGINE_VU_SHARED_ARRAYS_H_
#define ENGINE_VU_SHARED_ARRAYS_H_

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mockarty {

class SharedArrays {
 public:
  static constexpr size_t kMaxArrays = 256;
  static constexpr size_t kMaxNameBytes = 256;
  static constexpr size_t kMaxBytes = size_t{1} << 30;  // of all rows of the process

  enum class Claim {
    kReady,     // `id` may be read
    kBuild,     // the caller makes it: AddRow(), then Finish() or Abandon()
    kTooMany,   // kMaxArrays
    kTimedOut,  // another thread has been making it for longer than an init stage may take
  };

  explicit SharedArrays(size_t max_bytes = kMaxBytes) : max_bytes_(max_bytes) {}
  SharedArrays(const SharedArrays&) = delete;
  SharedArrays& operator=(const SharedArrays&) = delete;

  Claim Begin(std::string_view name, uint32_t* id);
  // False when the rows would pass `max_bytes`.
  bool AddRow(uint32_t id, std::string_view json);
  void Finish(uint32_t id);
  // What was added is dropped; the next who asks makes the array.
  void Abandon(uint32_t id);

  size_t Rows(uint32_t id) const { return arrays_[id]->ends.size(); }
  std::string_view Row(uint32_t id, size_t row) const;  // row < Rows()
  // What the rows and their index take.
  size_t Bytes() const;

 private:
  struct Array {
    std::string name;
    std::string text;            // all rows, one behind the other
    std::vector<uint32_t> ends;  // of each row in `text`; kMaxBytes fits
    bool ready = false;
    bool building = false;
  };

  const size_t max_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // A slot is written under the lock before its id is handed out, and never moves.
  std::array<std::unique_ptr<Array>, kMaxArrays> arrays_;
  size_t count_ = 0;
  size_t bytes_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_VU_SHARED_ARRAYS_H_

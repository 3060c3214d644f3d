// What a script says of its whole test: test.abort() and test.fail() of k6/execution.
//
// Threads: any. One for all virtual users of a process's run.
#ifndef ENGINE_VU_SCRIPT_VERDICT_H_
#define ENGINE_VU_SCRIPT_VERDICT_H_

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace mockarty {

class ScriptVerdict {
 public:
  enum class Kind { kNone, kFailed, kAborted };
  struct Value {
    Kind kind = Kind::kNone;
    std::string reason;  // UTF-8, at most kMaxReason bytes
  };
  static constexpr size_t kMaxReason = 1024;

  // Called once, by the first Abort(), on its thread; set before the script runs, null afterwards.
  void OnAbort(std::function<void()> on_abort) {
    const std::lock_guard<std::mutex> lock(mutex_);
    on_abort_ = std::move(on_abort);
  }

  // The run ends as soon as it can. The first one counts, also over Fail(). The caller throws, so that its iteration
  // ends.
  void Abort(std::string_view reason) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (value_.kind == Kind::kAborted) {
      return;
    }
    value_ = {Kind::kAborted, std::string(reason.substr(0, kMaxReason))};
    if (on_abort_) {
      on_abort_();
    }
  }
  // The run goes on, and has failed. The first one counts.
  void Fail(std::string_view reason) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (value_.kind == Kind::kNone) {
      value_ = {Kind::kFailed, std::string(reason.substr(0, kMaxReason))};
    }
  }
  Value Get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  std::function<void()> on_abort_;
  Value value_;
};

}  // namespace mockarty

#endif  // ENGINE_VU_SCRIPT_VERDICT_H_

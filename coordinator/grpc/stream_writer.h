// The sending half of a server stream: a queue in front of a gRPC reactor, and the stream's orderly end.
//
// A reactor lives until OnDone(), which gRPC calls after Finish(); other threads hold the writer, which outlives it. So
// the writer decides when Finish() is called: never while a write is under way or a thread is inside of the reactor.
// No lock is held while the reactor's methods run, because gRPC may call back from within them.
// Threads: any.
#ifndef COORDINATOR_GRPC_STREAM_WRITER_H_
#define COORDINATOR_GRPC_STREAM_WRITER_H_

#include <grpcpp/grpcpp.h>

#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "common/time/clock.h"

namespace mockarty {

// `Reactor` has StartWrite(const Message*), Finish(grpc::Status) and TryCancel().
template <typename Reactor, typename Message>
class StreamWriter {
 public:
  explicit StreamWriter(Reactor* reactor) : reactor_(reactor) {}

  // What `admit` (called with the lock held: queue, bytes in it, the message) lets in is queued. False: it said no, or
  // the stream is ending.
  template <typename Admit>
  bool Push(Message message, Admit admit) {
    {
      std::lock_guard lock(mutex_);
      if (closing_) return false;
      if (!admit(queue_, bytes_, message)) return false;
      Append(std::move(message));
    }
    Pump();
    return true;
  }

  // Ends the stream once what is queued was sent; `at` is for ClosingSince().
  void Close(const grpc::Status& status, Nanos at) {
    {
      std::lock_guard lock(mutex_);
      if (closing_) return;
      closing_ = true;
      closing_since_ = at;
      status_ = status;
    }
    Pump();
  }

  // Ends the stream without sending what is queued, and without waiting for a peer that does not read.
  void Abort(const grpc::Status& status, Nanos at) {
    bool stuck = false;
    {
      std::lock_guard lock(mutex_);
      if (!closing_) status_ = status;
      if (!closing_) closing_since_ = at;
      closing_ = true;
      queue_.clear();
      bytes_ = 0;
      stuck = writing_;
    }
    if (stuck) With([](Reactor* reactor) { reactor->TryCancel(); });
    Pump();
  }

  // Since when the stream is ending and has not ended.
  std::optional<Nanos> ClosingSince() const {
    std::lock_guard lock(mutex_);
    return closing_ && !finished_ ? std::optional(closing_since_) : std::nullopt;
  }

  // Runs `use(reactor)` unless the stream has ended; it cannot end meanwhile.
  template <typename Use>
  bool With(Use use) {
    {
      std::lock_guard lock(mutex_);
      if (finished_) return false;
      ++inside_;
    }
    use(reactor_);
    Leave();
    return true;
  }

  // The reactor passes its OnWriteDone() on.
  void OnWriteDone(bool ok) {
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok) {
        if (!closing_) status_ = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the connection is gone");
        closing_ = true;
        queue_.clear();
        bytes_ = 0;
      }
    }
    Pump();
  }

  bool closing() const {
    std::lock_guard lock(mutex_);
    return closing_;
  }

 private:
  void Append(Message message) {
    bytes_ += message.ByteSizeLong();
    queue_.push_back(std::move(message));
  }

  // Starts the next write, or ends the stream, if it is time for either.
  void Pump() {
    bool start = false;
    {
      std::lock_guard lock(mutex_);
      if (finished_ || writing_) return;
      ++inside_;
      if (!queue_.empty()) {
        current_ = std::move(queue_.front());
        queue_.pop_front();
        bytes_ -= current_.ByteSizeLong();
        writing_ = start = true;
      }
    }
    if (start) reactor_->StartWrite(&current_);
    Leave();
  }

  void Leave() {
    {
      std::lock_guard lock(mutex_);
      --inside_;
      if (!closing_ || finished_ || writing_ || inside_ > 0 || !queue_.empty()) return;
      finished_ = true;
    }
    reactor_->Finish(status_);
  }

  Reactor* const reactor_;
  mutable std::mutex mutex_;
  std::deque<Message> queue_;
  size_t bytes_ = 0;
  Message current_;
  grpc::Status status_;
  Nanos closing_since_ = 0;
  int inside_ = 0;
  bool writing_ = false;
  bool closing_ = false;
  bool finished_ = false;
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_STREAM_WRITER_H_

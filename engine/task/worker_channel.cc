#include "engine/task/worker_channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "engine/task/frame.h"

namespace mockarty {
namespace {

constexpr int kProtocolError = 2;  // exit code

}  // namespace

WorkerChannel::WorkerChannel(int fd) : fd_(fd), reader_([this] { Read(); }) {}

WorkerChannel::~WorkerChannel() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  shutdown(fd_, SHUT_RD);
  reader_.join();
  // Not closed: the daemon shall see the end of the stream when the process is over, not before.
}

void WorkerChannel::Read() {
  std::string payload;
  for (;;) {
    const FrameResult result = ReadFrame(fd_, &payload);
    v1::TaskCommand command;
    const bool understood = result == FrameResult::kOk && command.ParseFromString(payload);
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return closing_ || waiting_.size() < kMaxWaiting; });
    if (closing_) {
      return;
    }
    if (!understood) {
      _exit(result == FrameResult::kEnd ? 0 : kProtocolError);
    }
    if (command.has_stop()) {
      stopped_ = true;
      stopped_now_ = stopped_now_ || command.stop().now();
      if (on_stop_) {
        on_stop_(command.stop().now());
      }
    }
    waiting_.push_back(std::move(command));
    changed_.notify_all();
  }
}

v1::TaskCommand WorkerChannel::Next() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_.empty(); });
  v1::TaskCommand command = std::move(waiting_.front());
  waiting_.pop_front();
  changed_.notify_all();
  return command;
}

void WorkerChannel::OnStop(std::function<void(bool now)> handler) {
  std::lock_guard<std::mutex> lock(mutex_);
  on_stop_ = std::move(handler);
  if (on_stop_ && stopped_) {
    on_stop_(stopped_now_);
  }
}

void WorkerChannel::Send(const v1::TaskEvent& event) {
  buffer_.clear();
  if (!event.SerializeToString(&buffer_) || WriteFrame(fd_, buffer_) != FrameResult::kOk) {
    _exit(kProtocolError);
  }
}

}  // namespace mockarty

// What waits to be sent to a coordinator, bounded: windows and console lines are turned down early, so that the rest
// does not queue behind much on a slow link; the rest only when the stream must be stuck. Heartbeats and time replies
// pass by what waits. Threads: none of its own; whoever has the lock.
#ifndef RUNNER_LINK_SEND_QUEUE_H_
#define RUNNER_LINK_SEND_QUEUE_H_

#include <cstddef>
#include <deque>
#include <utility>

#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

class SendQueue {
 public:
  // False: turned down, and the agent is to hear OnWritable() after a Pop(). An empty queue takes anything.
  bool Push(const v1::RunnerMessage& message);
  // The next one; there must be one. *owed: OnWritable() is.
  v1::RunnerMessage Pop(bool* owed);
  bool Empty() const { return messages_.empty(); }
  void Clear();

 private:
  std::deque<v1::RunnerMessage> messages_;
  size_t bytes_ = 0;
  bool turned_down_ = false;
};

}  // namespace mockarty

#endif  // RUNNER_LINK_SEND_QUEUE_H_

// What watchers of one run see: events with rising numbers. The last of those that say something are kept, so that a
// watcher that lost its connection misses no message; figures are always those of now.
//
// Belongs to the core's thread.
#ifndef COORDINATOR_RUN_RUN_EVENTS_H_
#define COORDINATOR_RUN_RUN_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

class RunEvents {
 public:
  using OnEvent = std::function<void(const v1::RunEvent&)>;
  using OnEnd = std::function<void(const absl::Status&)>;

  // Numbers go on from `base`: more than any that an earlier owner of the run gave.
  RunEvents(std::string run_id, uint64_t base) : run_id_(std::move(run_id)), number_(base) {}

  void Publish(v1::RunEvent event) {
    event.set_run_id(run_id_);
    event.set_number(++number_);
    for (const auto& [id, watcher] : watchers_) {
      watcher.on_event(event);
    }
    if (event.has_plan()) {
      opening_ = event;
    }
    if (!event.message().empty() || event.console_size() > 0 || event.final()) {
      kept_.push_back(event);
      kept_bytes_ += event.ByteSizeLong();
      while (kept_.size() > kMaxKept || (kept_bytes_ > kMaxKeptBytes && kept_.size() > 1)) {
        kept_bytes_ -= kept_.front().ByteSizeLong();
        kept_.pop_front();
      }
    }
    last_ = std::move(event);
  }

  // `on_event` gets at once what came after the number, then each event; `on_end` what End() says.
  void Add(uint64_t watch, uint64_t after, OnEvent on_event, OnEnd on_end) {
    if (opening_.has_plan() && opening_.number() > after) {
      on_event(opening_);
    }
    for (const v1::RunEvent& event : kept_) {
      if (event.number() > after && event.number() != opening_.number()) {
        on_event(event);
      }
    }
    if (last_.number() > after && !last_.final() && (kept_.empty() || kept_.back().number() != last_.number())) {
      on_event(last_);
    }
    watchers_[watch] = {std::move(on_event), std::move(on_end)};
  }
  // No event will come any more, and the final one was not there: each watcher hears why, once.
  void End(const absl::Status& why) {
    if (last_.final()) {
      return;
    }
    for (const auto& [id, watcher] : std::exchange(watchers_, {})) {
      watcher.on_end(why);
    }
  }
  bool Remove(uint64_t watch) { return watchers_.erase(watch) > 0; }

 private:
  struct Watcher {
    OnEvent on_event;
    OnEnd on_end;
  };
  static constexpr size_t kMaxKept = 256;
  static constexpr size_t kMaxKeptBytes = size_t{4} << 20;  // scripts may write much

  const std::string run_id_;
  uint64_t number_;
  v1::RunEvent opening_;  // that with the plan
  v1::RunEvent last_;
  std::deque<v1::RunEvent> kept_;
  size_t kept_bytes_ = 0;
  std::map<uint64_t, Watcher> watchers_;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_RUN_EVENTS_H_

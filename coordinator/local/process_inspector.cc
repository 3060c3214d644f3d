#include "coordinator/local/process_inspector.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "coordinator/core_loop.h"
#include "coordinator/local/inspection_cache.h"
#include "engine/task/task_process.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

using Done = std::function<void(v1::TaskInspection)>;

InspectionCache::Answer Failure(v1::TaskInspection::Error error, std::string message) {
  auto answer = std::make_shared<v1::TaskInspection>();
  answer->set_error(error);
  answer->set_message(std::move(message));
  return answer;
}

}  // namespace

class ProcessInspector::Impl {
 public:
  Impl(const ProcessInspectorOptions& options, std::function<void(std::function<void()>)> post)
      : options_(options), post_(std::move(post)) {
    loop_.Start([this] { return Tick(); });
  }
  ~Impl() {
    loop_.Stop();
    jobs_.clear();
  }

  void Inspect(const v1::TaskInspect& request, Done done) {
    auto asked = std::make_shared<Request>();
    *asked->command.mutable_inspect() = request;
    asked->done.push_back(std::move(done));
    loop_.Post([this, asked] { Enqueue(asked); });
  }

 private:
  struct Request {
    std::string key;
    v1::TaskCommand command;
    std::vector<Done> done;  // of all that asked for the same
    size_t bytes = 0;
  };
  struct Job {
    std::unique_ptr<TaskProcess> process;
    std::shared_ptr<Request> request;
    Nanos deadline = 0;
  };

  // All on the loop's thread from here on.
  void Enqueue(const std::shared_ptr<Request>& asked) {
    asked->key = InspectionCache::KeyOf(asked->command.inspect());
    if (const InspectionCache::Answer known = cache_.Find(asked->key, MonotonicNow()); known != nullptr) {
      return Reply(*asked, known);
    }
    if (const auto same = under_way_.find(asked->key); same != under_way_.end()) {
      same->second->done.push_back(std::move(asked->done.front()));
      return;
    }
    asked->bytes = asked->command.ByteSizeLong();
    if (waiting_bytes_ + asked->bytes > options_.max_waiting_bytes) {
      return Reply(*asked, Failure(v1::TaskInspection::ERROR_INTERNAL, "too many scripts wait to be checked"));
    }
    waiting_bytes_ += asked->bytes;
    under_way_[asked->key] = asked;
    waiting_.push_back(asked);
    StartWaiting();
  }

  void StartWaiting() {
    while (!waiting_.empty() && jobs_.size() < options_.max_processes) {
      const std::shared_ptr<Request> next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= next->bytes;
      Launch(next);
    }
  }

  void Launch(const std::shared_ptr<Request>& next) {
    uint64_t id = next_job_++;
    TaskProcess::Callbacks callbacks;
    callbacks.on_event = [this, id](const v1::TaskEvent& event) {
      if (!event.has_inspection()) return;
      auto answer = std::make_shared<v1::TaskInspection>(event.inspection());
      loop_.Post([this, id, answer] { Answer(id, answer); });
    };
    callbacks.on_exit = [this, id](const std::string& how) { loop_.Post([this, id, how] { OnExit(id, how); }); };
    auto process = TaskProcess::Start(options_.executable, std::move(callbacks));
    if (!process.ok()) {
      return Finish(
          *next, Failure(v1::TaskInspection::ERROR_INTERNAL, Concat("cannot start the process that checks the script: ",
                                                                    ToStd(process.status().message()))));
    }
    Job& job = jobs_[id];
    job.process = *std::move(process);
    job.request = next;
    job.deadline = MonotonicNow() + options_.timeout;
    // When it is gone already, on_exit tells.
    job.process->Send(next->command);
  }

  void Answer(uint64_t id, const InspectionCache::Answer& answer) {
    auto job = jobs_.find(id);
    if (job == jobs_.end()) return;
    Finish(*job->second.request, answer);
    jobs_.erase(job);  // all there is to hear was heard
    StartWaiting();
  }

  void Finish(const Request& request, const InspectionCache::Answer& answer) {
    cache_.Put(request.key, answer, MonotonicNow());
    Reply(request, answer);
    under_way_.erase(request.key);
  }

  void OnExit(uint64_t id, const std::string& how) {
    Answer(id,
           Failure(v1::TaskInspection::ERROR_INTERNAL,
                   Concat("the process that checks the script ended without an answer", how.empty() ? "" : ": ", how)));
  }

  Nanos Tick() {
    Nanos next = kNever;
    Nanos now = MonotonicNow();
    std::vector<uint64_t> overdue;
    for (auto& [id, job] : jobs_) {
      if (job.deadline <= now) {
        overdue.push_back(id);
      } else {
        next = std::min(next, job.deadline);
      }
    }
    for (uint64_t id : overdue) {
      Answer(id, Failure(v1::TaskInspection::ERROR_BAD_INPUT,
                         Concat("the script was not checked within ", FormatDuration(options_.timeout),
                                ": its top level takes too long")));
    }
    return overdue.empty() ? next : now;
  }

  void Reply(const Request& request, const InspectionCache::Answer& answer) {
    for (const Done& done : request.done) {
      post_([done, answer] { done(*answer); });
    }
  }

  const ProcessInspectorOptions options_;
  const std::function<void(std::function<void()>)> post_;
  InspectionCache cache_{options_.cache_for, options_.max_cached_bytes};
  std::map<std::string, std::shared_ptr<Request>> under_way_;  // by key: waiting, or being looked at
  std::deque<std::shared_ptr<Request>> waiting_;
  size_t waiting_bytes_ = 0;
  std::map<uint64_t, Job> jobs_;
  uint64_t next_job_ = 1;
  CoreLoop loop_;
};

ProcessInspector::ProcessInspector(const ProcessInspectorOptions& options,
                                   std::function<void(std::function<void()>)> post)
    : impl_(std::make_unique<Impl>(options, std::move(post))) {}
ProcessInspector::~ProcessInspector() = default;

void ProcessInspector::Inspect(const v1::TaskInspect& request, std::function<void(v1::TaskInspection)> done) {
  impl_->Inspect(request, std::move(done));
}

}  // namespace mockarty

#include "coordinator/local/process_inspector.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "coordinator/core_loop.h"
#include "engine/task/task_process.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

using Done = std::function<void(v1::TaskInspection)>;

v1::TaskInspection Failure(v1::TaskInspection::Error error, std::string message) {
  v1::TaskInspection answer;
  answer.set_error(error);
  answer.set_message(std::move(message));
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
    auto command = std::make_shared<v1::TaskCommand>();
    *command->mutable_inspect() = request;
    loop_.Post([this, command, done = std::move(done)]() mutable { Enqueue(*command, std::move(done)); });
  }

 private:
  struct Waiting {
    v1::TaskCommand command;
    Done done;
    size_t bytes = 0;
  };
  struct Job {
    std::unique_ptr<TaskProcess> process;
    Done done;  // empty once answered
    Nanos deadline = 0;
  };

  // All on the loop's thread from here on.
  void Enqueue(v1::TaskCommand& command, Done done) {
    size_t bytes = command.ByteSizeLong();
    if (waiting_bytes_ + bytes > options_.max_waiting_bytes) {
      return Reply(done, Failure(v1::TaskInspection::ERROR_INTERNAL, "too many scripts wait to be checked"));
    }
    waiting_bytes_ += bytes;
    waiting_.push_back({std::move(command), std::move(done), bytes});
    StartWaiting();
  }

  void StartWaiting() {
    while (!waiting_.empty() && jobs_.size() < options_.max_processes) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= next.bytes;
      Launch(std::move(next));
    }
  }

  void Launch(Waiting next) {
    uint64_t id = next_job_++;
    TaskProcess::Callbacks callbacks;
    callbacks.on_event = [this, id](const v1::TaskEvent& event) {
      if (!event.has_inspection()) return;
      loop_.Post([this, id, answer = event.inspection()] { Answer(id, answer); });
    };
    callbacks.on_exit = [this, id](const std::string& how) { loop_.Post([this, id, how] { OnExit(id, how); }); };
    auto process = TaskProcess::Start(options_.executable, std::move(callbacks));
    if (!process.ok()) {
      return Reply(next.done, Failure(v1::TaskInspection::ERROR_INTERNAL,
                                      Concat("cannot start the process that checks the script: ",
                                             ToStd(process.status().message()))));
    }
    Job& job = jobs_[id];
    job.process = *std::move(process);
    job.done = std::move(next.done);
    job.deadline = MonotonicNow() + options_.timeout;
    // When it is gone already, on_exit tells.
    job.process->Send(next.command);
  }

  void Answer(uint64_t id, const v1::TaskInspection& answer) {
    auto job = jobs_.find(id);
    if (job == jobs_.end()) return;
    if (job->second.done) Reply(std::exchange(job->second.done, nullptr), answer);
    jobs_.erase(job);  // all there is to hear was heard
    StartWaiting();
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

  void Reply(const Done& done, const v1::TaskInspection& answer) {
    post_([done, answer] { done(answer); });
  }

  const ProcessInspectorOptions options_;
  const std::function<void(std::function<void()>)> post_;
  std::deque<Waiting> waiting_;
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

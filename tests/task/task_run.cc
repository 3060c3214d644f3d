#include "tests/task/task_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace mockarty::testing {

TaskRun::TaskRun() {
  TaskProcess::Callbacks callbacks;
  callbacks.on_event = [this](const v1::TaskEvent& event) {
    std::lock_guard<std::mutex> lock(mutex_);
    EXPECT_FALSE(how_.has_value()) << "an event after the exit";
    events_.push_back(event);
    changed_.notify_all();
  };
  callbacks.on_exit = [this](const std::string& how) {
    std::lock_guard<std::mutex> lock(mutex_);
    how_ = how;
    changed_.notify_all();
  };
  auto started = TaskProcess::Start("", std::move(callbacks));
  EXPECT_TRUE(started.ok()) << started.status();
  process_ = *std::move(started);
}

TaskRun::~TaskRun() = default;

void TaskRun::Send(const v1::TaskCommand& command) { process_->Send(command); }

void TaskRun::Setup(const std::string& archive, const v1::TestPlan& plan, uint32_t assignment) {
  v1::TaskCommand command;
  command.mutable_setup()->set_assignment(assignment);
  command.mutable_setup()->set_archive(archive);
  *command.mutable_setup()->mutable_plan() = plan;
  command.mutable_setup()->set_iterations(plan.shared_iterations().iterations());
  command.mutable_setup()->set_workers(2);
  Send(command);
}

void TaskRun::Start(int64_t start_at_ns) {
  v1::TaskCommand command;
  command.mutable_start()->set_start_at_ns(start_at_ns);
  Send(command);
}

void TaskRun::Stop(bool now) {
  v1::TaskCommand command;
  command.mutable_stop()->set_now(now);
  Send(command);
}

bool TaskRun::WaitFor(const std::function<bool()>& happened) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, std::chrono::seconds(30), [&] { return happened() || how_.has_value(); });
  return happened();
}

std::vector<v1::TaskWindow> TaskRun::WindowsOf(const std::vector<v1::TaskEvent>& events) {
  std::vector<v1::TaskWindow> windows;
  for (const v1::TaskEvent& event : events) {
    if (event.has_window()) windows.push_back(event.window());
  }
  return windows;
}

bool TaskRun::Has(v1::TaskEvent::KindCase kind, size_t count) const {
  return static_cast<size_t>(std::count_if(events_.begin(), events_.end(), [&](const v1::TaskEvent& event) {
           return event.kind_case() == kind;
         })) >= count;
}

bool TaskRun::WaitReady() {
  return WaitFor([&] { return Has(v1::TaskEvent::kReady); });
}
bool TaskRun::WaitWindows(size_t count) {
  return WaitFor([&] { return Has(v1::TaskEvent::kWindow, count); });
}
bool TaskRun::WaitCount(const std::string& metric, const std::string& tag) {
  return WaitFor([&] { return CountOf(WindowsOf(events_), metric, tag) > 0; });
}
bool TaskRun::WaitFinished() {
  return WaitFor([&] { return Has(v1::TaskEvent::kFinished); });
}
bool TaskRun::WaitExit() {
  return WaitFor([&] { return how_.has_value(); });
}

std::vector<v1::TaskEvent> TaskRun::Events() {
  std::lock_guard<std::mutex> lock(mutex_);
  return events_;
}

std::optional<v1::TaskReady> TaskRun::Ready() {
  for (const v1::TaskEvent& event : Events()) {
    if (event.has_ready()) return event.ready();
  }
  return std::nullopt;
}

std::optional<v1::TaskStarted> TaskRun::Started() {
  for (const v1::TaskEvent& event : Events()) {
    if (event.has_started()) return event.started();
  }
  return std::nullopt;
}

std::vector<v1::TaskWindow> TaskRun::Windows() { return WindowsOf(Events()); }

std::string TaskRun::Console() {
  std::string text;
  for (const v1::TaskEvent& event : Events()) {
    for (const v1::ConsoleLines::Line& line : event.console().lines()) text += line.text() + "\n";
  }
  return text;
}

v1::TaskInspection TaskRun::Inspect(const v1::TaskInspect& request, std::string* console) {
  TaskRun run;
  v1::TaskCommand command;
  *command.mutable_inspect() = request;
  run.Send(command);
  EXPECT_TRUE(run.WaitExit());
  EXPECT_EQ(run.how(), "");
  if (console != nullptr) *console = run.Console();
  const std::vector<v1::TaskEvent> events = run.Events();
  if (events.empty() || !events.back().has_inspection()) {
    ADD_FAILURE() << "no inspection";
    return {};
  }
  return events.back().inspection();
}

v1::TaskInspection TaskRun::Inspect(const std::string& script) {
  v1::TaskInspect request;
  request.set_script_name("test.js");
  request.set_script(script);
  v1::TaskInspection inspection = Inspect(request);
  EXPECT_EQ(inspection.message(), "");
  return inspection;
}

uint64_t CountOf(const std::vector<v1::TaskWindow>& windows, const std::string& metric, const std::string& tag) {
  uint64_t count = 0;
  for (const v1::TaskWindow& window : windows) {
    for (const v1::SeriesDelta& series : window.window().series()) {
      const auto& tags = series.tags();
      const bool tagged = tag.empty() || std::find(tags.begin(), tags.end(), tag) != tags.end();
      if (series.metric() == metric && tagged) count += series.count();
    }
  }
  return count;
}

}  // namespace mockarty::testing

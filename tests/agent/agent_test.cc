// The agent on one link: offers, archives, preparation, windows, ends.
#include "agent/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/agent_fakes.h"

namespace mockarty {
namespace {

using Message = v1::RunnerMessage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST_F(AgentTest, SaysHelloFirst) {
  Make();
  agent_->OnLinkUp(kLink, &link_);
  ASSERT_THAT(link_.sent, SizeIs(1));
  EXPECT_EQ(link_.sent[0].hello().name(), "eu-1");
  EXPECT_EQ(link_.sent[0].hello().slots(), 2u);
  EXPECT_EQ(link_.sent[0].hello().protocol().major(), kProtocolMajor);
  EXPECT_FALSE(link_.sent[0].hello().draining());
}

TEST_F(AgentTest, RefusesACoordinatorOfAnotherMajorVersion) {
  Make();
  agent_->OnLinkUp(kLink, &link_);
  Welcome(kLink, kProtocolMajor + 1);
  EXPECT_EQ(link_.closed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(link_.closed.message()), HasSubstr("protocol 2.0, this runner 1.0"));
  link_.sent.clear();
  Say(Offer("r1"));
  EXPECT_THAT(link_.sent, IsEmpty());
  EXPECT_EQ(agent_->GetStats().connected_links, 0u);
}

TEST_F(AgentTest, ClosesALinkWithoutWelcome) {
  Make();
  agent_->OnLinkUp(kLink, &link_);
  clock_.Advance(16 * kNanosPerSecond);
  agent_->Tick();
  EXPECT_EQ(link_.closed.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(AgentTest, SendsHeartbeatsInTheInterval) {
  Connect();
  agent_->Tick();
  EXPECT_THAT(link_.Take(Message::kHeartbeat), SizeIs(1));
  clock_.Advance(kNanosPerSecond / 2);
  agent_->Tick();
  EXPECT_THAT(link_.Take(Message::kHeartbeat), IsEmpty());
  clock_.Advance(kNanosPerSecond / 2);
  EXPECT_EQ(agent_->Tick(), clock_.Now() + kNanosPerSecond);
  auto beats = link_.Take(Message::kHeartbeat);
  ASSERT_THAT(beats, SizeIs(1));
  EXPECT_GT(beats[0].heartbeat().resident_bytes(), 0u);
  EXPECT_EQ(beats[0].heartbeat().active_tasks(), 0u);
}

TEST_F(AgentTest, AnswersTimeProbesByItsOwnClock) {
  Connect();
  v1::CoordinatorMessage probe;
  probe.mutable_time_probe()->set_number(7);
  probe.mutable_time_probe()->set_sent_ns(5);
  Say(probe);
  auto replies = link_.Take(Message::kTimeReply);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0].time_reply().number(), 7u);
  EXPECT_EQ(replies[0].time_reply().probe_sent_ns(), 5);
  EXPECT_EQ(replies[0].time_reply().received_ns(), clock_.Now());
  EXPECT_EQ(replies[0].time_reply().sent_ns(), clock_.Now());
}

// What each refused offer is answered with.
std::string Refusal(FakeLink& link) {
  auto answers = link.Take(Message::kOfferAnswer);
  if (answers.size() != 1) return "no answer";
  return answers[0].offer_answer().accepted() ? "accepted" : answers[0].offer_answer().reason();
}

TEST_F(AgentTest, RefusesWhenSwitchedOff) {
  options_.hello.set_perf_enabled(false);
  Connect();
  Say(Offer("r1"));
  EXPECT_THAT(Refusal(link_), HasSubstr("PERF_ENABLED"));
  EXPECT_EQ(agent_->GetStats().refused, 1u);
  EXPECT_TRUE(agent_->Idle());
}

TEST_F(AgentTest, RefusesWithoutTheCapability) {
  options_.hello.clear_capabilities();
  Connect();
  Say(Offer("r1"));
  EXPECT_THAT(Refusal(link_), HasSubstr("\"performance\""));
}

TEST_F(AgentTest, RefusesAnotherNamespace) {
  options_.hello.set_shared(false);
  options_.hello.set_namespace_("team-a");
  Connect();
  Say(Offer("r1"));
  EXPECT_THAT(Refusal(link_), HasSubstr("\"team-a\" only, the task is of \"default\""));
}

TEST_F(AgentTest, RefusesWhenDraining) {
  Connect();
  agent_->Drain();
  Say(Offer("r1"));
  EXPECT_THAT(Refusal(link_), HasSubstr("draining"));
}

TEST_F(AgentTest, RefusesWithoutAFreeSlot) {
  Connect();
  Say(Offer("r1"));
  EXPECT_EQ(Refusal(link_), "accepted");
  Say(Offer("r2"));
  EXPECT_EQ(Refusal(link_), "accepted");
  Say(Offer("r3"));
  EXPECT_THAT(Refusal(link_), HasSubstr("2 of 2 in use"));
}

TEST_F(AgentTest, RefusesOffersThatAreNone) {
  Connect();
  v1::CoordinatorMessage offer = Offer("r1");
  offer.mutable_offer()->set_archive_hash("../../etc/passwd");
  Say(offer);
  EXPECT_THAT(Refusal(link_), HasSubstr("offer.archive_hash"));
  offer = Offer("r1");
  offer.mutable_offer()->set_archive_bytes(uint64_t{1} << 40);
  Say(offer);
  EXPECT_THAT(Refusal(link_), HasSubstr("offer.archive_bytes"));
  offer = Offer("");
  Say(offer);
  EXPECT_THAT(Refusal(link_), HasSubstr("offer.id"));
}

TEST_F(AgentTest, AnOfferThatComesTwiceTakesOneSlot) {
  Connect();
  Say(Offer("r1"));
  Say(Offer("r1"));
  EXPECT_THAT(link_.Take(Message::kOfferAnswer), SizeIs(2));
  EXPECT_EQ(agent_->GetStats().active_tasks, 1u);
}

TEST_F(AgentTest, AReservationRunsOut) {
  Connect();
  Say(Offer("r1"));
  clock_.Advance(16 * kNanosPerSecond);
  agent_->Tick();
  EXPECT_TRUE(agent_->Idle());
  link_.sent.clear();
  Say(Lease("r1"));
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_THAT(ready[0].ready().failure(), HasSubstr("reservation"));
}

TEST_F(AgentTest, FetchesTheArchiveAndPrepares) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  auto requests = link_.Take(Message::kArchiveRequest);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].archive_request().hash(), hash_);
  Say(Chunk(0, 10));
  Say(Chunk(0, 10));  // once more
  Say(Chunk(10, 5));
  EXPECT_THAT(*tasks_, IsEmpty());
  Say(Chunk(15, 100));
  ASSERT_THAT(*tasks_, SizeIs(1));
  ASSERT_THAT((*tasks_)[0]->commands, SizeIs(1));
  const v1::TaskSetup& setup = (*tasks_)[0]->commands[0].setup();
  EXPECT_EQ(setup.archive(), archive_);
  EXPECT_EQ(setup.run_id(), "r1");
  EXPECT_EQ(setup.assignment(), 1u);
  EXPECT_EQ(setup.iterations(), 42u);
  EXPECT_EQ(setup.plan().constant_vus().vus(), 5u);
  TaskIsReady(*(*tasks_)[0]);
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].ready().vus(), 5u);
  EXPECT_EQ(ready[0].ready().failure(), "");
}

TEST_F(AgentTest, OneArchiveTravelsOnceForTwoTasks) {
  Connect();
  Say(Offer("r1"));
  Say(Offer("r2"));
  Say(Lease("r1"));
  Say(Lease("r2"));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), SizeIs(1));
  Say(Chunk(0, archive_.size()));
  EXPECT_THAT(*tasks_, SizeIs(2));
  Say(Stop("r1", true));
  Say(Release("r1"));
  Say(Offer("r3"));
  Say(Lease("r3"));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), IsEmpty());  // it is in the cache
  EXPECT_THAT(*tasks_, SizeIs(3));
}

// The coordinator passes over a request in the name of a run that is over.
TEST_F(AgentTest, AnArchiveIsAskedForAgainWhenItsAskerIsReleased) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), SizeIs(1));
  Say(Release("r1"));
  Say(Offer("r2"));
  Say(Lease("r2"));
  auto requests = link_.Take(Message::kArchiveRequest);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].archive_request().id().run_id(), "r2");
  Say(Chunk(0, archive_.size()));
  EXPECT_THAT(*tasks_, SizeIs(1));
}

TEST_F(AgentTest, WhoWaitsForAnothersArchiveAsksWhenThatOneStops) {
  Connect();
  Say(Offer("r1"));
  Say(Offer("r2"));
  Say(Lease("r1"));
  Say(Lease("r2"));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), SizeIs(1));
  Say(Chunk(0, 10));
  Say(Stop("r1", true));
  auto requests = link_.Take(Message::kArchiveRequest);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].archive_request().id().run_id(), "r2");
  Say(Chunk(10, 10));  // of the first request, still on its way
  Say(Chunk(0, 20));
  Say(Chunk(20, archive_.size()));
  ASSERT_THAT(*tasks_, SizeIs(1));
  EXPECT_EQ((*tasks_)[0]->commands[0].setup().run_id(), "r2");
  Say(Release("r1"));
  Say(Release("r2"));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), IsEmpty());
}

TEST_F(AgentTest, AnArchiveWithAnotherHashIsNotRun) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  v1::CoordinatorMessage chunk = Chunk(0, archive_.size());
  (*chunk.mutable_archive_chunk()->mutable_data())[3] ^= 1;
  Say(chunk);
  EXPECT_THAT(*tasks_, IsEmpty());
  std::vector<Message> sent = link_.sent;
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_THAT(ready[0].ready().failure(), HasSubstr(hash_));
  EXPECT_THAT(ready[0].ready().failure(), HasSubstr("has the SHA-256"));
  EXPECT_EQ(sent.back().finished().outcome(), v1::Finished::OUTCOME_FAILED);
}

TEST_F(AgentTest, AScriptThatThrowsIsNotReady) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  v1::TaskEvent event;
  event.mutable_ready()->set_failure("ReferenceError: x");
  event.mutable_ready()->set_failed_in_script(true);
  (*tasks_)[0]->callbacks.on_event(event);
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].ready().failure(), "ReferenceError: x");
  EXPECT_TRUE(ready[0].ready().failed_in_script());
  EXPECT_EQ(agent_->GetStats().failed, 1u);
  EXPECT_EQ(agent_->GetStats().active_tasks, 0u);
}

TEST_F(AgentTest, APreparationThatHangsEndsInTime) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  clock_.Advance(61 * kNanosPerSecond);
  agent_->Tick();
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].ready().failure(), "not ready within 60000 ms");
  EXPECT_TRUE((*tasks_)[0]->killed);
}

TEST_F(AgentTest, StartsAtTheInstantSaid) {
  Connect();
  FakeTaskState& task = Run("r1");
  ASSERT_THAT(task.commands, SizeIs(2));
  EXPECT_EQ(task.commands[1].start().start_at_ns(), 1001 * kNanosPerSecond);
  Say(Start("r1"));
  EXPECT_THAT(task.commands, SizeIs(2));  // once
  v1::TaskEvent event;
  event.mutable_started()->set_planned_ns(10);
  event.mutable_started()->set_actual_ns(12);
  task.callbacks.on_event(event);
  auto started = link_.Take(Message::kStarted);
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_EQ(started[0].started().actual_ns(), 12);
}

TEST_F(AgentTest, KeepsWindowsUntilTheyAreStored) {
  Connect();
  FakeTaskState& task = Run("r1");
  TaskMeasures(task, 1);
  TaskMeasures(task, 2);
  EXPECT_THAT(Windows(link_), ElementsAre(Pair(1, 1), Pair(2, 2)));
  EXPECT_EQ(agent_->GetStats().windows_unacknowledged, 2u);
  Say(Ack("r1", {1, 1}));
  EXPECT_EQ(agent_->GetStats().windows_unacknowledged, 1u);
  Say(Ack("r1", {1, 1}));  // again
  Say(Ack("r1", {1, 2}));
  EXPECT_EQ(agent_->GetStats().windows_unacknowledged, 0u);
}

TEST_F(AgentTest, FinishedComesAfterTheLastWindow) {
  options_.max_windows_in_flight = 2;
  Connect();
  FakeTaskState& task = Run("r1");
  for (uint64_t seq = 1; seq <= 4; ++seq) TaskMeasures(task, seq);
  TaskFinishes(task);
  EXPECT_THAT(Windows(link_), ElementsAre(Pair(1, 1), Pair(2, 2)));
  Say(Ack("r1", {1, 2}));
  std::vector<Message> sent = link_.sent;
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back().kind_case(), Message::kFinished);
  EXPECT_EQ(sent.back().finished().outcome(), v1::Finished::OUTCOME_COMPLETED);
  EXPECT_EQ(sent.back().finished().last_seq(), 4u);
  EXPECT_FALSE(agent_->Idle());
  Say(Ack("r1", {1, 4}));
  Say(Release("r1"));
  agent_->Tick();
  EXPECT_TRUE(agent_->Idle());
  EXPECT_TRUE(task.destroyed);
  EXPECT_EQ(agent_->GetStats().completed, 1u);
}

TEST_F(AgentTest, ACrashKeepsTheLastWindows) {
  Connect();
  FakeTaskState& task = Run("r1");
  link_.full = true;
  TaskMeasures(task, 1);
  task.callbacks.on_exit("killed by signal 9");
  link_.full = false;
  agent_->OnWritable(kLink);
  ASSERT_THAT(link_.sent, SizeIs(2));
  EXPECT_EQ(link_.sent[0].window().window().last_seq(), 1u);
  EXPECT_EQ(link_.sent[1].finished().outcome(), v1::Finished::OUTCOME_CRASHED);
  EXPECT_THAT(link_.sent[1].finished().failure(), HasSubstr("killed by signal 9"));
  EXPECT_EQ(link_.sent[1].finished().last_seq(), 1u);
}

TEST_F(AgentTest, ACrashInPreparationIsToldAsNotReady) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  (*tasks_)[0]->callbacks.on_exit("killed by signal 11");
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_THAT(ready[0].ready().failure(), HasSubstr("killed by signal 11"));
}

TEST_F(AgentTest, StopWhilePreparingEndsTheTask) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  Say(Stop("r1", false));
  EXPECT_TRUE((*tasks_)[0]->killed);
  auto finished = link_.Take(Message::kFinished);
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].finished().outcome(), v1::Finished::OUTCOME_COMPLETED);
  EXPECT_EQ(agent_->GetStats().active_tasks, 0u);
}

TEST_F(AgentTest, StopReachesARunningTaskAndKillsOneThatDoesNotHeed) {
  Connect();
  FakeTaskState& task = Run("r1");
  Say(Stop("r1", false));
  Say(Stop("r1", false));
  ASSERT_THAT(task.commands, SizeIs(3));
  EXPECT_FALSE(task.commands[2].stop().now());
  Say(Stop("r1", true));
  ASSERT_THAT(task.commands, SizeIs(4));
  EXPECT_TRUE(task.commands[3].stop().now());
  EXPECT_FALSE(task.killed);
  clock_.Advance(16 * kNanosPerSecond);
  agent_->Tick();
  EXPECT_TRUE(task.killed);
}

TEST_F(AgentTest, ConsoleLinesAreBoundedAndCounted) {
  Connect();
  FakeTaskState& task = Run("r1");
  link_.full = true;
  for (int i = 0; i < 500; ++i) {
    v1::TaskEvent event;
    event.mutable_console()->add_lines()->set_text("x");
    task.callbacks.on_event(event);
  }
  link_.full = false;
  agent_->OnWritable(kLink);
  auto console = link_.Take(Message::kConsole);
  ASSERT_THAT(console, SizeIs(1));
  EXPECT_EQ(console[0].console().id().run_id(), "r1");
  EXPECT_EQ(console[0].console().lines_size(), 200);
  EXPECT_EQ(console[0].console().dropped(), 300u);
}

TEST_F(AgentTest, DrainLetsRunningTasksFinish) {
  Connect();
  FakeTaskState& task = Run("r1");
  agent_->Tick();
  link_.sent.clear();
  agent_->Drain();
  agent_->Tick();
  auto beats = link_.Take(Message::kHeartbeat);
  ASSERT_THAT(beats, SizeIs(1));  // at once
  EXPECT_TRUE(beats[0].heartbeat().draining());
  EXPECT_EQ(beats[0].heartbeat().active_tasks(), 1u);
  EXPECT_FALSE(agent_->Idle());
  TaskFinishes(task);
  Say(Release("r1"));
  agent_->Tick();
  EXPECT_TRUE(agent_->Idle());
}

TEST_F(AgentTest, DrainSettlesAnOfferUnderWay) {
  Connect();
  Say(Offer("r1"));
  agent_->Drain();
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  TaskIsReady(*(*tasks_)[0]);
  EXPECT_THAT(link_.Take(Message::kReady), SizeIs(1));
}

TEST_F(AgentTest, StopAllStopsWhatRunsAndGivesUpWhatWaits) {
  Connect();
  FakeTaskState& task = Run("r1");
  Say(Offer("r2"));
  agent_->StopAll(true);
  EXPECT_EQ(agent_->GetStats().active_tasks, 1u);
  EXPECT_TRUE(task.commands.back().stop().now());
}

TEST_F(AgentTest, TaskThatItsRunnerCutShortIsNotComplete) {
  Connect();
  FakeTaskState& task = Run("r1");
  agent_->StopAll(true);
  TaskFinishes(task);
  auto finished = link_.Take(Message::kFinished);
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].finished().outcome(), v1::Finished::OUTCOME_FAILED);
  EXPECT_EQ(finished[0].finished().failure(), "its runner was stopped");
}

TEST_F(AgentTest, TaskThatWasToStopAnywayIsCompleteWhenItsRunnerStopsToo) {
  Connect();
  FakeTaskState& task = Run("r1");
  Say(Stop("r1", false));
  agent_->StopAll(true);
  TaskFinishes(task);
  auto finished = link_.Take(Message::kFinished);
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].finished().outcome(), v1::Finished::OUTCOME_COMPLETED);
}

TEST_F(AgentTest, WhatIsNotHereIsSaidSo) {
  Connect();
  Say(Start("r9"));
  auto finished = link_.Take(Message::kFinished);
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].finished().outcome(), v1::Finished::OUTCOME_CRASHED);
  EXPECT_THAT(finished[0].finished().failure(), HasSubstr("does not have this task"));
}

}  // namespace
}  // namespace mockarty

// Numbers, repeats, limits and deadlines of a long-polling session, on instants that the test makes up.
#include "coordinator/poll/poll_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mockarty {
namespace {

using ::testing::HasSubstr;

v1::RunnerMessage Hello() {
  v1::RunnerMessage message;
  message.mutable_hello()->set_instance_id("i");
  return message;
}

v1::RunnerMessage Reply(uint64_t number) {
  v1::RunnerMessage message;
  message.mutable_time_reply()->set_number(number);
  return message;
}

v1::CoordinatorMessage Probe(uint64_t number) {
  v1::CoordinatorMessage message;
  message.mutable_time_probe()->set_number(number);
  return message;
}

v1::PollSend Batch(uint64_t first, std::vector<v1::RunnerMessage> messages) {
  v1::PollSend batch;
  batch.set_first(first);
  for (auto& message : messages) *batch.add_messages() = std::move(message);
  return batch;
}

std::vector<uint64_t> Numbers(const std::vector<v1::RunnerMessage>& messages) {
  std::vector<uint64_t> numbers;
  for (const auto& message : messages) numbers.push_back(message.time_reply().number());  // Hello: 0
  return numbers;
}

std::vector<uint64_t> Numbers(const v1::PollReceived& answer) {
  std::vector<uint64_t> numbers;
  for (const auto& message : answer.messages()) numbers.push_back(message.time_probe().number());
  return numbers;
}

class PollSessionTest : public ::testing::Test {
 protected:
  void Make() { session_.emplace(limits_, now_); }
  void MakeGreeted() {
    Make();
    auto accepted = session_->Accept(Batch(1, {Hello()}), now_);
    ASSERT_TRUE(accepted.ok() && accepted->hello);
    session_->Handled(1, accepted->bytes);
  }
  absl::StatusOr<std::vector<uint64_t>> Accept(const v1::PollSend& batch) {
    auto accepted = session_->Accept(batch, now_);
    if (!accepted.ok()) return accepted.status();
    session_->Handled(accepted->fresh.size(), accepted->bytes);
    return Numbers(accepted->fresh);
  }
  // A wait; `*ready` counts how often it was made ready.
  absl::Status Receive(uint64_t received, int* ready) {
    return session_->Receive(
        received, [ready] { ++*ready; }, now_, &hold_);
  }

  PollLimits limits_;
  Nanos now_ = 1000 * kNanosPerSecond;
  std::optional<PollSession> session_;
  uint64_t hold_ = 0;
};

using Values = std::vector<uint64_t>;

TEST_F(PollSessionTest, ARepeatedBatchIsTakenOnce) {
  MakeGreeted();
  EXPECT_EQ(*Accept(Batch(2, {Reply(2), Reply(3)})), (Values{2, 3}));
  EXPECT_EQ(*Accept(Batch(2, {Reply(2), Reply(3)})), Values{});  // the answer was lost
  EXPECT_EQ(session_->SentAnswer().received(), 3u);
  EXPECT_EQ(*Accept(Batch(2, {Reply(2), Reply(3), Reply(4)})), Values{4});  // and more had come meanwhile
  EXPECT_EQ(*Accept(Batch(1, {Hello()})), Values{});                        // a proxy's old copy
  EXPECT_EQ(*Accept(Batch(5, {})), Values{});
  EXPECT_EQ(session_->SentAnswer().received(), 4u);
}

TEST_F(PollSessionTest, TheHelloIsSaidOnce) {
  Make();
  auto first = session_->Accept(Batch(1, {Hello(), Reply(2)}), now_);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->hello);
  auto again = session_->Accept(Batch(1, {Hello(), Reply(2), Reply(3)}), now_);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->hello);
  EXPECT_EQ(Numbers(again->fresh), Values{3});
}

TEST_F(PollSessionTest, AGapIsRefusedAndNothingTaken) {
  MakeGreeted();
  auto gap = Accept(Batch(3, {Reply(3)}));
  EXPECT_EQ(gap.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(gap.status().message()), HasSubstr("first: 3: expected at most 2"));
  EXPECT_EQ(Accept(Batch(UINT64_MAX, {Reply(3), Reply(4)})).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*Accept(Batch(2, {Reply(2), Reply(3)})), (Values{2, 3}));
}

TEST_F(PollSessionTest, WhatIsNoBatchIsRefused) {
  limits_.max_batch_messages = 3;
  limits_.max_message_bytes = 100;
  Make();
  auto problem = [this](const v1::PollSend& batch) { return std::string(Accept(batch).status().message()); };
  EXPECT_THAT(problem(Batch(0, {Hello()})), HasSubstr("first: 0"));
  EXPECT_THAT(problem(Batch(1, {Reply(1)})), HasSubstr("expected Hello as the first message"));
  EXPECT_THAT(problem(Batch(1, {v1::RunnerMessage()})), HasSubstr("expected Hello"));
  EXPECT_THAT(problem(Batch(1, {Hello(), Reply(1), Reply(2), Reply(3)})), HasSubstr("4 of them: expected at most 3"));
  v1::RunnerMessage large = Hello();
  large.mutable_hello()->set_name(std::string(200, 'x'));
  EXPECT_THAT(problem(Batch(1, {large})), HasSubstr("expected at most 100"));
  EXPECT_FALSE(session_->greeted());
  EXPECT_EQ(session_->SentAnswer().received(), 0u);
}

TEST_F(PollSessionTest, TheCoreIsNotGivenMoreThanItTakes) {
  limits_.max_unhandled_messages = 3;
  Make();
  auto accepted = session_->Accept(Batch(1, {Hello(), Reply(2)}), now_);
  ASSERT_TRUE(accepted.ok());
  auto more = session_->Accept(Batch(3, {Reply(3), Reply(4)}), now_);
  EXPECT_EQ(more.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(session_->SentAnswer().received(), 2u);
  session_->Handled(2, accepted->bytes);
  EXPECT_EQ(*Accept(Batch(3, {Reply(3), Reply(4)})), (Values{3, 4}));
}

TEST_F(PollSessionTest, TheCoreIsNotGivenMoreBytesThanItTakes) {
  limits_.max_unhandled_bytes = 100;
  MakeGreeted();
  v1::RunnerMessage large = Hello();
  large.mutable_hello()->set_name(std::string(90, 'x'));
  auto accepted = session_->Accept(Batch(2, {large}), now_);
  ASSERT_TRUE(accepted.ok());
  EXPECT_GT(accepted->bytes, 90u);
  auto more = session_->Accept(Batch(3, {large}), now_);
  EXPECT_EQ(more.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(more.status().message()), HasSubstr("bytes of messages at once: expected at most 100"));
  session_->Handled(1, accepted->bytes);
  large.mutable_hello()->set_name(std::string(200, 'x'));
  EXPECT_TRUE(session_->Accept(Batch(3, {large}), now_).ok()) << "one larger than that goes alone";
}

TEST_F(PollSessionTest, ALostAnswerIsGivenAgain) {
  MakeGreeted();
  session_->Queue(Probe(1), now_);
  session_->Queue(Probe(2), now_);
  int ready = 0;
  ASSERT_TRUE(Receive(0, &ready).ok());
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(Numbers(session_->Batch(0)), (Values{1, 2}));
  session_->Queue(Probe(3), now_);
  ASSERT_TRUE(Receive(0, &ready).ok());  // the answer never came
  v1::PollReceived again = session_->Batch(0);
  EXPECT_EQ(again.first(), 1u);
  EXPECT_EQ(Numbers(again), (Values{1, 2, 3}));
  ASSERT_TRUE(Receive(2, &ready).ok());
  v1::PollReceived rest = session_->Batch(2);
  EXPECT_EQ(rest.first(), 3u);
  EXPECT_EQ(Numbers(rest), Values{3});
  EXPECT_EQ(session_->SentAnswer().queued(), 3u);
}

TEST_F(PollSessionTest, AWaitIsMadeReadyByAMessageOrByTime) {
  MakeGreeted();
  int ready = 0;
  ASSERT_TRUE(Receive(0, &ready).ok());
  EXPECT_EQ(ready, 0);
  session_->Queue(Probe(1), now_);
  EXPECT_EQ(ready, 1);
  session_->Queue(Probe(2), now_);
  EXPECT_EQ(ready, 1) << "one request has one answer";
  EXPECT_EQ(Numbers(session_->Batch(0)), (Values{1, 2}));

  int waits = 0;
  ASSERT_TRUE(Receive(2, &waits).ok());
  now_ += limits_.hold - 1;
  session_->CheckDeadlines(now_);
  EXPECT_EQ(waits, 0);
  session_->CheckDeadlines(++now_);
  EXPECT_EQ(waits, 1);
  EXPECT_EQ(Numbers(session_->Batch(2)), Values{});
  EXPECT_FALSE(session_->Batch(2).has_end());
}

TEST_F(PollSessionTest, TheLaterOfTwoWaitsCounts) {
  MakeGreeted();
  int first = 0;
  int second = 0;
  ASSERT_TRUE(Receive(0, &first).ok());
  uint64_t first_hold = hold_;
  ASSERT_TRUE(Receive(0, &second).ok());
  EXPECT_EQ(first, 1);
  session_->Forget(first_hold);  // its connection went: of no meaning for the second
  session_->Queue(Probe(1), now_);
  EXPECT_EQ(second, 1);
  int third = 0;
  ASSERT_TRUE(Receive(1, &third).ok());
  session_->Forget(hold_);
  session_->Queue(Probe(2), now_);
  EXPECT_EQ(third, 0) << "nobody is there to be answered";
  EXPECT_EQ(Numbers(session_->Batch(1)), Values{2});
}

TEST_F(PollSessionTest, NumbersThatCannotBeAreRefused) {
  MakeGreeted();
  session_->Queue(Probe(1), now_);
  session_->Queue(Probe(2), now_);
  int ready = 0;
  EXPECT_EQ(Receive(3, &ready).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Receive(2, &ready).ok());
  // An old request that a proxy held back: it does not take the place of the one that waits.
  int old = 0;
  EXPECT_EQ(Receive(1, &old).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Numbers(session_->Batch(1)), Values{});
  session_->Queue(Probe(3), now_);
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(old, 0);
}

TEST_F(PollSessionTest, AnswersAreCutIntoBatches) {
  limits_.max_batch_bytes = 300;
  limits_.max_batch_messages = 5;
  MakeGreeted();
  auto chunk = [](uint64_t offset, size_t bytes) {
    v1::CoordinatorMessage message;
    message.mutable_archive_chunk()->set_offset(offset);
    message.mutable_archive_chunk()->set_data(std::string(bytes, 'x'));
    return message;
  };
  session_->Queue(chunk(1, 1000), now_);  // larger than a batch: alone
  session_->Queue(chunk(2, 140), now_);
  session_->Queue(chunk(3, 140), now_);
  session_->Queue(chunk(4, 140), now_);
  for (int i = 0; i < 7; ++i) session_->Queue(Probe(i), now_);
  EXPECT_EQ(session_->Batch(0).messages_size(), 1);
  EXPECT_EQ(session_->Batch(1).messages_size(), 2);
  EXPECT_EQ(session_->Batch(3).messages_size(), 5);
  EXPECT_EQ(session_->Batch(8).messages_size(), 3);
  EXPECT_EQ(session_->Batch(11).messages_size(), 0);
}

TEST_F(PollSessionTest, AFullQueueEndsTheSession) {
  limits_.max_queue_messages = 2;
  MakeGreeted();
  EXPECT_TRUE(session_->Queue(Probe(1), now_));
  EXPECT_TRUE(session_->Queue(Probe(2), now_));
  EXPECT_FALSE(session_->Queue(Probe(3), now_));
  EXPECT_TRUE(session_->Queue(Probe(4), now_));  // dropped: it is ending
  int ready = 0;
  ASSERT_TRUE(Receive(0, &ready).ok());
  EXPECT_EQ(ready, 1);
  v1::PollReceived answer = session_->Batch(0);
  EXPECT_EQ(answer.messages_size(), 0);
  EXPECT_EQ(answer.end().code(), static_cast<uint32_t>(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(session_->SentAnswer().ending());

  limits_.max_queue_messages = 100;
  limits_.max_queue_bytes = Probe(1).ByteSizeLong() * 2;
  MakeGreeted();
  EXPECT_TRUE(session_->Queue(Probe(1), now_));
  EXPECT_TRUE(session_->Queue(Probe(2), now_));
  EXPECT_FALSE(session_->Queue(Probe(3), now_));
}

TEST_F(PollSessionTest, FetchedMessagesMakeRoom) {
  limits_.max_queue_messages = 2;
  MakeGreeted();
  int ready = 0;
  for (uint64_t number = 1; number <= 100; ++number) {
    ASSERT_TRUE(session_->Queue(Probe(number), now_));
    ASSERT_TRUE(Receive(number - 1, &ready).ok());
    EXPECT_EQ(Numbers(session_->Batch(number - 1)), Values{number});
  }
  EXPECT_EQ(ready, 100);
}

TEST_F(PollSessionTest, AnEndComesAfterWhatWasQueued) {
  limits_.max_batch_messages = 1;
  MakeGreeted();
  session_->Queue(Probe(1), now_);
  session_->Queue(Probe(2), now_);
  session_->End(absl::UnauthenticatedError("the token was revoked"), now_);
  session_->End(absl::UnavailableError("later"), now_);
  EXPECT_EQ(*Accept(Batch(2, {Reply(2)})), Values{}) << "nothing more is taken";
  EXPECT_EQ(session_->SentAnswer().received(), 1u);
  EXPECT_FALSE(session_->Batch(0).has_end());
  EXPECT_TRUE(session_->Batch(1).has_end());
  int ready = 0;
  ASSERT_TRUE(Receive(2, &ready).ok());
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(session_->Batch(2).end().reason(), "the token was revoked");
  now_ += limits_.close_timeout;
  EXPECT_EQ(session_->CheckDeadlines(now_), PollSession::State::kOpen) << "an answer may be lost";
  EXPECT_EQ(session_->CheckDeadlines(now_ + 1), PollSession::State::kEnded);
}

TEST_F(PollSessionTest, AnEndWakesWhoWaits) {
  MakeGreeted();
  int ready = 0;
  ASSERT_TRUE(Receive(0, &ready).ok());
  session_->End(absl::UnavailableError("good-bye\nall"), now_);
  EXPECT_EQ(ready, 1);
  EXPECT_THAT(session_->Batch(0).end().reason(), testing::Not(HasSubstr("\n")));
}

TEST_F(PollSessionTest, SilenceEndsTheSession) {
  MakeGreeted();
  now_ += limits_.silence_timeout;
  EXPECT_EQ(session_->CheckDeadlines(now_), PollSession::State::kOpen);
  int ready = 0;
  ASSERT_TRUE(Receive(0, &ready).ok());  // is a sign of life, as each request
  now_ += limits_.silence_timeout;
  EXPECT_EQ(session_->CheckDeadlines(now_), PollSession::State::kOpen);
  ASSERT_TRUE(Accept(Batch(2, {})).ok());
  now_ += limits_.silence_timeout;
  EXPECT_EQ(session_->CheckDeadlines(now_), PollSession::State::kOpen);
  EXPECT_EQ(session_->CheckDeadlines(++now_), PollSession::State::kSilent);
}

TEST_F(PollSessionTest, WithoutAHelloItIsSoonOver) {
  Make();
  int ready = 0;
  now_ += limits_.hello_timeout;
  ASSERT_TRUE(Receive(0, &ready).ok());
  EXPECT_EQ(session_->CheckDeadlines(now_), PollSession::State::kOpen);
  EXPECT_EQ(session_->CheckDeadlines(++now_), PollSession::State::kNoHello);
  session_->Finish(now_);
  EXPECT_EQ(ready, 1);
  EXPECT_TRUE(session_->Batch(0).has_end());
}

}  // namespace
}  // namespace mockarty

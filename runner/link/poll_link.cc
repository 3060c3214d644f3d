#include "runner/link/poll_link.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/log/log.h"
#include "common/time/backoff.h"
#include "mockarty/v1/poll.pb.h"
#include "runner/link/link_end.h"
#include "runner/link/pem_file.h"
#include "runner/link/poll_calls.h"
#include "runner/link/send_queue.h"

namespace mockarty {
namespace {

// Of one `send`. A batch takes a round trip, and on a slow link those behind it wait for it.
constexpr size_t kMaxBatchBytes = 32u << 10;
constexpr int kMaxBatchMessages = 512;
constexpr Nanos kNanosPerByte = kNanosPerSecond / 4096;  // more time for large bodies on slow links
constexpr Nanos kHoldReserve = 10 * kNanosPerSecond;     // past the time that the coordinator may hold
constexpr Nanos kMaxHold = 120 * kNanosPerSecond;
constexpr Nanos kMinPatience = 2 * kNanosPerSecond;
constexpr Nanos kRetryLeast = 100 * kNanosPerMilli;
constexpr Nanos kRetryMost = 2 * kNanosPerSecond;
constexpr Nanos kInterruptInterval = 20 * kNanosPerMilli;
constexpr Nanos kStuckAfter = 3 * kNanosPerSecond;   // messages wait at the coordinator, and none comes
constexpr Nanos kEndGrace = kNanosPerSecond;         // for the coordinator to take the end of the session
constexpr Nanos kReasonGrace = 2 * kNanosPerSecond;  // for `receive` to bring why a session ends

std::chrono::nanoseconds Chrono(Nanos nanos) { return std::chrono::nanoseconds(nanos); }

}  // namespace

absl::StatusOr<PollLinkOptions> MakePollLinkOptions(const RunnerSettings& settings, const HostPort& coordinator) {
  PollLinkOptions options;
  options.token = settings.token;
  options.channel.server = coordinator;
  options.channel.headers.emplace_back("Authorization", Concat("Bearer ", settings.token));
  if (settings.tls.enabled) {
    HttpTlsOptions tls;
    tls.skip_verify = settings.tls.skip_verify;
    ASSIGN_OR_RETURN(tls.ca_pem, ReadPemFile("TLS_CA_CERT", settings.tls.ca_file));
    ASSIGN_OR_RETURN(tls.cert_pem, ReadPemFile("TLS_CERT_FILE", settings.tls.cert_file));
    ASSIGN_OR_RETURN(tls.key_pem, ReadPemFile("TLS_KEY_FILE", settings.tls.key_file));
    ASSIGN_OR_RETURN(options.channel.tls, MakeHttpTlsContext(tls));
  }
  const std::string& proxy = settings.tls.enabled ? settings.proxy.https : settings.proxy.http;
  if (!proxy.empty() && !BypassesProxy(settings.proxy.none_for, coordinator)) {
    ASSIGN_OR_RETURN(options.channel.proxy, ParseHttpProxy(settings.tls.enabled ? "HTTPS_PROXY" : "HTTP_PROXY", proxy));
  }
  return options;
}

class PollLink::Impl {
 public:
  Impl(PollLink& link, LinkId id, PollLinkOptions options, Agent& agent, std::function<void()> on_token_refused)
      : link_(link),
        id_(id),
        options_(std::move(options)),
        agent_(agent),
        on_token_refused_(std::move(on_token_refused)),
        backoff_(options_.min_backoff, options_.max_backoff, std::random_device{}()),
        sends_(options_.channel),
        receives_(options_.channel) {}

  // Once the link can be called: the thread makes the agent call it.
  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() {
    {
      std::unique_lock lock(mutex_);
      ending_ = true;
      changed_.notify_all();
      changed_.wait_for(lock, Chrono(kEndGrace), [this] { return finished_; });
    }
    sends_.Cancel();
    receives_.Cancel();
    thread_.join();
  }

  bool Send(const v1::RunnerMessage& message) {
    std::lock_guard lock(mutex_);
    if (!open_ || !queue_.Push(message)) return false;
    changed_.notify_all();
    return true;
  }

  void Close(const absl::Status& why) {
    std::lock_guard lock(mutex_);
    End(why);
  }

 private:
  // Of one session; the link's thread makes it, the receiving one reads it.
  struct Session {
    std::string name;
    Nanos hold = 0;
    Nanos patience = 0;
    size_t max_batch_bytes = 0;
    int max_batch_messages = 0;
  };

  // How requests of one direction fare.
  struct Attempts {
    Backoff backoff{kRetryLeast, kRetryMost, std::random_device{}()};
    Nanos failing_since = 0;  // 0: the last one succeeded

    void Succeeded() {
      backoff.Reset();
      failing_since = 0;
    }
  };

  void Run();
  absl::Status RunSession();
  absl::Status Open(Session* session);
  void SendLoop(const Session& session);
  bool TakeBatch(const Session& session, v1::PollSend* batch, bool* owed);
  // What came of a `send`: false when the session is over.
  bool OnSent(const absl::Status& status, const v1::PollSent& sent, Nanos started, const Session& session,
              Attempts& attempts, v1::PollSend* batch);
  void CheckStuck(uint64_t queued);
  void AwaitReason();
  void ReceiveLoop(const Session& session);
  // False: the session is over.
  bool OnReceived(const v1::PollReceived& answer);
  // A coordinator that answers at once and says nothing is not asked again at once.
  void Pause(Nanos started);
  // After a failure: waits, or ends the session. False: it is over.
  bool Retry(const absl::Status& status, Nanos started, const Session& session, Attempts& attempts);
  void CloseSession(const Session& session);
  // False: the link tries no more.
  bool AfterSession(const absl::Status& status, Nanos* wait);

  // With the lock. The first reason counts.
  void End(const absl::Status& why) {
    if (!over_.has_value()) over_ = why;
    changed_.notify_all();
  }
  bool Over() {
    std::lock_guard lock(mutex_);
    return over_.has_value();
  }

  PollLink& link_;
  const LinkId id_;
  const PollLinkOptions options_;
  Agent& agent_;
  const std::function<void()> on_token_refused_;
  Backoff backoff_;
  HttpChannel sends_;     // the link's thread
  HttpChannel receives_;  // the receiving thread

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  bool finished_ = false;             // the link's thread is about to end
  bool open_ = false;                 // messages are taken
  bool heard_ = false;                // the peer said something: it is a coordinator
  bool receiving_ = false;            // the receiving thread is not at its end
  std::optional<absl::Status> over_;  // why the session is to end, or has ended; OK: in order
  uint64_t received_ = 0;             // of the coordinator's messages
  Nanos waiting_since_ = 0;           // it has had more since then; 0: it has not
  SendQueue queue_;
  std::thread thread_;  // last: it uses all of the above
};

void PollLink::Impl::Run() {
  for (;;) {
    absl::Status status = RunSession();
    Nanos wait = 0;
    bool more = AfterSession(status, &wait);
    std::unique_lock lock(mutex_);
    if (!more || changed_.wait_for(lock, Chrono(wait), [this] { return ending_; })) {
      finished_ = true;
      changed_.notify_all();
      return;
    }
  }
}

absl::Status PollLink::Impl::RunSession() {
  {
    std::lock_guard lock(mutex_);
    heard_ = false;
    over_.reset();
  }
  sends_.Drop();  // another coordinator may be behind the address by now
  Session session;
  RETURN_IF_ERROR(Open(&session));
  {
    std::lock_guard lock(mutex_);
    queue_.Clear();
    open_ = receiving_ = true;
    received_ = 0;
    waiting_since_ = 0;
  }
  receives_.Drop();
  agent_.OnLinkUp(id_, &link_);  // says Hello before anything is received
  std::thread receiver([this, &session] {
    ReceiveLoop(session);
    std::lock_guard lock(mutex_);
    receiving_ = false;
    changed_.notify_all();
  });
  SendLoop(session);
  absl::Status status;
  {
    std::unique_lock lock(mutex_);
    open_ = false;
    End(absl::OkStatus());
    status = *over_;
    do {  // more than once: it may be about to begin a request
      receives_.Interrupt();
    } while (!changed_.wait_for(lock, Chrono(kInterruptInterval), [this] { return !receiving_; }));
  }
  receiver.join();
  if (!absl::IsNotFound(status) && !absl::IsUnauthenticated(status) && !MayRepeat(status)) CloseSession(session);
  agent_.OnLinkDown(id_);
  return status;
}

absl::Status PollLink::Impl::Open(Session* session) {
  v1::PollOpen open;
  open.mutable_protocol()->set_major(kProtocolMajor);
  open.mutable_protocol()->set_minor(kProtocolMinor);
  v1::PollOpened opened;
  RETURN_IF_ERROR(CallPoll(sends_, "open", open, options_.request_timeout, &opened));
  session->name = opened.session();
  session->hold = std::min(int64_t{opened.hold_ms()} * kNanosPerMilli, kMaxHold);
  session->patience = std::clamp(int64_t{opened.silence_ms()} * kNanosPerMilli, kMinPatience, options_.max_patience);
  session->max_batch_bytes = std::clamp<size_t>(opened.max_batch_bytes(), 1, kMaxBatchBytes);
  session->max_batch_messages =
      static_cast<int>(std::clamp<uint32_t>(opened.max_batch_messages(), 1, kMaxBatchMessages));
  return absl::OkStatus();
}

void PollLink::Impl::SendLoop(const Session& session) {
  v1::PollSend batch;
  batch.set_session(session.name);
  batch.set_first(1);
  Attempts attempts;
  for (;;) {
    if (batch.messages_size() == 0) {
      bool owed = false;
      if (!TakeBatch(session, &batch, &owed)) return;
      if (owed) agent_.OnWritable(id_);
    }
    Nanos started = MonotonicNow();
    Nanos timeout = options_.request_timeout + static_cast<Nanos>(batch.ByteSizeLong()) * kNanosPerByte;
    v1::PollSent sent;
    absl::Status status = CallPoll(sends_, "send", batch, timeout, &sent);
    if (!OnSent(status, sent, started, session, attempts, &batch)) return;
  }
}

// Waits for messages. False: the session is over, or the link ends and everything was sent.
bool PollLink::Impl::TakeBatch(const Session& session, v1::PollSend* batch, bool* owed) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return over_.has_value() || ending_ || !queue_.Empty(); });
  if (over_.has_value() || queue_.Empty()) return false;
  size_t bytes = 0;
  while (!queue_.Empty() && bytes < session.max_batch_bytes && batch->messages_size() < session.max_batch_messages) {
    bool owed_by_this = false;
    v1::RunnerMessage message = queue_.Pop(&owed_by_this);
    *owed |= owed_by_this;
    bytes += message.ByteSizeLong();
    *batch->add_messages() = std::move(message);
  }
  return true;
}

bool PollLink::Impl::OnSent(const absl::Status& status, const v1::PollSent& sent, Nanos started, const Session& session,
                            Attempts& attempts, v1::PollSend* batch) {
  if (!status.ok()) return Retry(status, started, session, attempts);
  if (sent.ending()) {
    AwaitReason();
    return false;
  }
  uint64_t count = static_cast<uint64_t>(batch->messages_size());
  if (sent.received() + 1 < batch->first() || sent.received() + 1 - batch->first() > count) {
    std::lock_guard lock(mutex_);
    End(absl::AbortedError(Concat("the coordinator has messages up to ", sent.received(), ": expected from ",
                                  batch->first() - 1, " to ", batch->first() + count - 1)));
    return false;
  }
  attempts.Succeeded();
  int taken = static_cast<int>(sent.received() + 1 - batch->first());
  batch->mutable_messages()->DeleteSubrange(0, taken);
  batch->set_first(sent.received() + 1);
  CheckStuck(sent.queued());
  if (taken == 0 && count > 0) Pause(started);
  return !Over();
}

void PollLink::Impl::Pause(Nanos started) {
  std::unique_lock lock(mutex_);
  const Nanos wait = started + kRetryLeast - MonotonicNow();
  if (wait > 0) changed_.wait_for(lock, Chrono(wait), [this] { return over_.has_value(); });
}

// The connection that waits may be dead without a sign: a middlebox forgot it.
void PollLink::Impl::CheckStuck(uint64_t queued) {
  bool stuck = false;
  {
    std::lock_guard lock(mutex_);
    if (queued <= received_) {
      waiting_since_ = 0;
    } else if (waiting_since_ == 0) {
      waiting_since_ = MonotonicNow();
    } else if (MonotonicNow() - waiting_since_ > kStuckAfter) {
      stuck = true;
      waiting_since_ = 0;
    }
  }
  if (stuck) receives_.Interrupt();
}

void PollLink::Impl::AwaitReason() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, Chrono(kReasonGrace), [this] { return over_.has_value() || ending_; });
  End(absl::UnavailableError("the coordinator ended the session"));
}

void PollLink::Impl::ReceiveLoop(const Session& session) {
  Attempts attempts;
  while (!Over()) {
    v1::PollReceive receive;
    receive.set_session(session.name);
    {
      std::lock_guard lock(mutex_);
      receive.set_received(received_);
    }
    Nanos started = MonotonicNow();
    v1::PollReceived answer;
    absl::Status status = CallPoll(receives_, "receive", receive, session.hold + kHoldReserve, &answer);
    if (!status.ok()) {
      if (!Retry(status, started, session, attempts)) return;
      continue;
    }
    attempts.Succeeded();
    if (!OnReceived(answer)) return;
    if (answer.messages_size() == 0) Pause(started);
  }
}

bool PollLink::Impl::OnReceived(const v1::PollReceived& answer) {
  uint64_t number = answer.first();
  for (const v1::CoordinatorMessage& message : answer.messages()) {
    {
      std::lock_guard lock(mutex_);
      if (over_.has_value()) return false;
      if (number > received_ + 1) {
        End(absl::AbortedError(Concat("message ", number, " of the coordinator: expected ", received_ + 1)));
        return false;
      }
      if (number++ <= received_) continue;  // known
      ++received_;
      waiting_since_ = 0;
      heard_ = true;
    }
    agent_.OnMessage(id_, message);
  }
  if (!answer.has_end()) return true;
  std::lock_guard lock(mutex_);
  std::string reason = Printable(answer.end().reason(), 512);
  switch (static_cast<absl::StatusCode>(answer.end().code())) {
    case absl::StatusCode::kUnauthenticated:
      End(absl::UnauthenticatedError(reason));
      break;
    case absl::StatusCode::kFailedPrecondition:
      End(absl::FailedPreconditionError(reason));
      break;
    default:
      End(absl::AbortedError(reason));
  }
  return false;
}

bool PollLink::Impl::Retry(const absl::Status& status, Nanos started, const Session& session, Attempts& attempts) {
  bool first = attempts.failing_since == 0;
  if (first) attempts.failing_since = started;
  std::unique_lock lock(mutex_);
  if (over_.has_value()) return false;
  if (!MayRepeat(status) || MonotonicNow() - attempts.failing_since > session.patience) {
    End(status);
    return false;
  }
  if (first) {
    Log(LogLevel::kDebug, Concat("request to coordinator at ", options_.channel.server.ToString(), " failed; again"),
        {{"error", status}});
  }
  changed_.wait_for(lock, Chrono(attempts.backoff.Next()), [this] { return over_.has_value() || ending_; });
  if (ending_ && !over_.has_value()) End(status);  // what cannot be sent now is not waited for
  return !over_.has_value();
}

void PollLink::Impl::CloseSession(const Session& session) {
  v1::PollClose close;
  close.set_session(session.name);
  v1::PollClosed closed;
  CallPoll(sends_, "close", close, kEndGrace, &closed).IgnoreError();
}

bool PollLink::Impl::AfterSession(const absl::Status& status, Nanos* wait) {
  std::unique_lock lock(mutex_);
  if (ending_) return false;
  const std::optional<Nanos> pause = OnLinkEnd({.coordinator = options_.channel.server.ToString(),
                                                .why = status,
                                                .heard = heard_,
                                                .refused_backoff = options_.refused_backoff},
                                               backoff_);
  lock.unlock();
  if (!pause.has_value()) on_token_refused_();
  *wait = pause.value_or(0);
  return pause.has_value();
}

PollLink::PollLink(LinkId id, PollLinkOptions options, Agent& agent, std::function<void()> on_token_refused)
    : impl_(std::make_unique<Impl>(*this, id, std::move(options), agent, std::move(on_token_refused))) {
  impl_->Start();
}
PollLink::~PollLink() = default;

bool PollLink::Send(const v1::RunnerMessage& message) { return impl_->Send(message); }
void PollLink::Close(const absl::Status& why) { impl_->Close(why); }

}  // namespace mockarty

#include "runner/link/grpc_link.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/time/backoff.h"
#include "mockarty/v1/runner_link.grpc.pb.h"
#include "runner/link/channel.h"
#include "runner/link/link_end.h"
#include "runner/link/pem_file.h"
#include "runner/link/send_queue.h"

namespace mockarty {
namespace {

constexpr Nanos kEndGrace = kNanosPerSecond;  // for the peer to take the end of the stream

}  // namespace

absl::StatusOr<GrpcLinkOptions> MakeGrpcLinkOptions(const RunnerSettings& settings, const HostPort& coordinator) {
  GrpcLinkOptions options;
  options.address = coordinator.ToString();
  options.token = settings.token;
  options.tls = settings.tls.enabled;
  options.skip_verify = settings.tls.skip_verify;
  ASSIGN_OR_RETURN(options.ca_pem, ReadPemFile("TLS_CA_CERT", settings.tls.ca_file));
  ASSIGN_OR_RETURN(options.cert_pem, ReadPemFile("TLS_CERT_FILE", settings.tls.cert_file));
  ASSIGN_OR_RETURN(options.key_pem, ReadPemFile("TLS_KEY_FILE", settings.tls.key_file));
  return options;
}

class GrpcLink::Impl {
 public:
  Impl(GrpcLink& link, LinkId id, GrpcLinkOptions options, Agent& agent, std::function<void()> on_token_refused)
      : link_(link),
        id_(id),
        options_(std::move(options)),
        agent_(agent),
        on_token_refused_(std::move(on_token_refused)),
        backoff_(options_.min_backoff, options_.max_backoff, std::random_device{}()) {}

  // Once the link can be called: the thread makes the agent call it.
  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      changed_.notify_all();
    }
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
    close_why_ = why;
    changed_.notify_all();
  }

 private:
  // One stream. All its callbacks come before OnDone().
  class Stream final : public grpc::ClientBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
   public:
    explicit Stream(Impl& owner)
        : owner_(owner), channel_(MakeChannel(owner.options_)), stub_(v1::RunnerLink::NewStub(channel_)) {
      context_.AddMetadata("authorization", Concat("Bearer ", owner.options_.token));
      stub_->async()->Connect(&context_, this);
      AddHold();  // writes start outside of callbacks
      StartRead(&incoming_);
    }
    void Begin() { StartCall(); }
    void Write(v1::RunnerMessage message) {
      outgoing_ = std::move(message);
      StartWrite(&outgoing_);
    }
    void EndWrites() { StartWritesDone(); }
    void Release() { RemoveHold(); }
    void Cancel() { context_.TryCancel(); }

    void OnReadDone(bool ok) override {
      if (!ok) {
        owner_.OnReadsEnded();
        return;
      }
      owner_.OnRead(incoming_);
      StartRead(&incoming_);
    }
    void OnWriteDone(bool ok) override { owner_.OnWritten(ok); }
    void OnDone(const grpc::Status& status) override { owner_.OnDone(status); }

   private:
    Impl& owner_;
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<v1::RunnerLink::Stub> stub_;
    grpc::ClientContext context_;
    v1::CoordinatorMessage incoming_;
    v1::RunnerMessage outgoing_;
  };

  // gRPC's threads.
  void OnRead(const v1::CoordinatorMessage& message) {
    {
      std::lock_guard lock(mutex_);
      heard_ = true;
    }
    agent_.OnMessage(id_, message);
  }
  void OnReadsEnded() {
    std::lock_guard lock(mutex_);
    reads_ended_ = true;
    changed_.notify_all();
  }
  void OnWritten(bool ok) {
    std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) reads_ended_ = true;
    changed_.notify_all();
  }
  void OnDone(const grpc::Status& status) {
    std::lock_guard lock(mutex_);
    done_ = status;
    changed_.notify_all();
  }

  // The link's thread.
  void Run();
  grpc::Status RunStream();
  void WriteLoop(Stream& stream);
  void EndStream(Stream& stream, bool in_order);
  // False: the link tries no more.
  bool AfterStream(const grpc::Status& status, Nanos* wait);

  GrpcLink& link_;
  const LinkId id_;
  const GrpcLinkOptions options_;
  Agent& agent_;
  const std::function<void()> on_token_refused_;
  Backoff backoff_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  bool open_ = false;         // a stream takes messages
  bool writing_ = false;      // one is with gRPC
  bool reads_ended_ = false;  // the stream will end: nothing more is to be written
  bool heard_ = false;        // the peer said something: it is a coordinator
  std::optional<absl::Status> close_why_;
  std::optional<grpc::Status> done_;
  SendQueue queue_;
  std::thread thread_;  // last: it uses all of the above
};

void GrpcLink::Impl::Run() {
  for (;;) {
    grpc::Status status = RunStream();
    Nanos wait = 0;
    if (!AfterStream(status, &wait)) return;
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::nanoseconds(wait), [this] { return ending_; })) return;
  }
}

grpc::Status GrpcLink::Impl::RunStream() {
  {
    std::lock_guard lock(mutex_);
    queue_.Clear();
    open_ = true;
    writing_ = reads_ended_ = heard_ = false;
    close_why_.reset();
    done_.reset();
  }
  Stream stream(*this);
  agent_.OnLinkUp(id_, &link_);  // says Hello before anything is read
  stream.Begin();
  WriteLoop(stream);
  bool in_order = false;
  {
    std::lock_guard lock(mutex_);
    open_ = false;
    in_order = ending_ && !close_why_.has_value() && !reads_ended_;
  }
  EndStream(stream, in_order);
  agent_.OnLinkDown(id_);
  return *done_;
}

void GrpcLink::Impl::WriteLoop(Stream& stream) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(
        lock, [this] { return reads_ended_ || close_why_.has_value() || (!writing_ && (ending_ || !queue_.Empty())); });
    if (reads_ended_ || close_why_.has_value()) return;
    if (queue_.Empty()) return;  // ending, and all was written
    bool owed = false;
    v1::RunnerMessage message = queue_.Pop(&owed);
    writing_ = true;
    lock.unlock();
    stream.Write(std::move(message));
    if (owed) agent_.OnWritable(id_);
    lock.lock();
  }
}

void GrpcLink::Impl::EndStream(Stream& stream, bool in_order) {
  std::unique_lock lock(mutex_);
  if (in_order) {
    lock.unlock();
    stream.EndWrites();
    stream.Release();
    lock.lock();
    changed_.wait_for(lock, std::chrono::nanoseconds(kEndGrace), [this] { return done_.has_value(); });
  }
  // Without an order the stream is over already, or is to be.
  bool cancel = !done_.has_value() && (in_order || close_why_.has_value() || !reads_ended_);
  lock.unlock();
  if (cancel) stream.Cancel();
  if (!in_order) stream.Release();
  lock.lock();
  // A peer that has ended its side and does not give a status is cut off.
  if (!changed_.wait_for(lock, std::chrono::nanoseconds(kEndGrace), [this] { return done_.has_value(); })) {
    lock.unlock();
    stream.Cancel();
    lock.lock();
    changed_.wait(lock, [this] { return done_.has_value(); });
  }
}

bool GrpcLink::Impl::AfterStream(const grpc::Status& status, Nanos* wait) {
  std::unique_lock lock(mutex_);
  if (ending_) return false;
  const absl::Status answer(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  const std::optional<Nanos> pause =
      OnLinkEnd({.coordinator = options_.address,
                 .why = close_why_.has_value() && !absl::IsUnauthenticated(answer) ? *close_why_ : answer,
                 .heard = heard_,
                 .refused_backoff = options_.refused_backoff},
                backoff_);
  lock.unlock();
  if (!pause.has_value()) on_token_refused_();
  *wait = pause.value_or(0);
  return pause.has_value();
}

GrpcLink::GrpcLink(LinkId id, GrpcLinkOptions options, Agent& agent, std::function<void()> on_token_refused)
    : impl_(std::make_unique<Impl>(*this, id, std::move(options), agent, std::move(on_token_refused))) {
  impl_->Start();
}
GrpcLink::~GrpcLink() = default;

bool GrpcLink::Send(const v1::RunnerMessage& message) { return impl_->Send(message); }
void GrpcLink::Close(const absl::Status& why) { impl_->Close(why); }

}  // namespace mockarty

#include "coordinator/coordinator_main.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <utility>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "coordinator/daemon.h"
#include "coordinator/store/store_thread.h"

namespace mockarty {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr size_t kMaxNodeIdBytes = 128;
constexpr std::string_view kUsage =
    "mockarty-coordinator: splits load tests over runners and judges them as one.\n"
    "\n"
    "Usage:\n"
    "  mockarty-coordinator [FLAGS]                  serve until SIGTERM\n"
    "  mockarty-coordinator [FLAGS] token create --type test_runner|user --name NAME [--namespace NS] [--expires 90d]\n"
    "  mockarty-coordinator [FLAGS] token list | token revoke ID\n"
    "  mockarty-coordinator [FLAGS] migrate          bring the store's tables up to date\n";

int Fail(const absl::Status& status, int exit_code) {
  fprintf(stderr, "mockarty-coordinator: %s\n", std::string(status.message()).c_str());
  return exit_code;
}

// The daemon comes after the tokens that it uses, and hears from them.
class Revocations {
 public:
  void Tell(const std::string& token_id) {
    std::lock_guard lock(mutex_);
    if (daemon_ != nullptr) daemon_->DropToken(token_id);
  }
  void SetDaemon(CoordinatorDaemon* daemon) {
    std::lock_guard lock(mutex_);
    daemon_ = daemon;
  }

 private:
  std::mutex mutex_;
  CoordinatorDaemon* daemon_ = nullptr;
};

// Each runner is a connection, one that polls two; the usual soft limit of 1,024 is for programs that use select().
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

absl::Status SystemError(std::string_view what, const std::string& path) {
  return absl::UnavailableError(Concat(what, " ", Quoted(path, 512), ": ", strerror(errno)));
}

absl::Status MakeDataDir(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (mkdir(path.substr(0, slash).c_str(), 0755) != 0 && errno != EEXIST) {
      return SystemError("DATA_DIR: cannot make", path.substr(0, slash));
    }
  }
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return SystemError("DATA_DIR: cannot make", path);
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return absl::InvalidArgumentError(Concat("DATA_DIR: ", Quoted(path, 512), ": expected a folder"));
  }
  return absl::OkStatus();
}

// One coordinator a data folder: two with the same id would take the runs from each other. Held until the process ends.
absl::Status LockDataDir(const std::string& path) {
  std::string lock = path + "/lock";
  int fd = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("DATA_DIR: cannot write", lock);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  close(fd);
  return absl::FailedPreconditionError(Concat("DATA_DIR: another coordinator uses ", Quoted(path, 512)));
}

std::string ReadNodeId(const std::string& path) {
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return "";
  char text[kMaxNodeIdBytes + 1] = {};
  size_t length = fread(text, 1, kMaxNodeIdBytes, file);
  fclose(file);
  std::string id(text, length);
  auto unfit = [](char c) { return c <= ' ' || c == 0x7F; };
  id.erase(std::find_if(id.begin(), id.end(), unfit), id.end());
  return id;
}

// The same after a restart, so that a coordinator takes its own runs up at once.
absl::StatusOr<std::string> NodeId(const CoordinatorSettings& settings) {
  if (!settings.node_id.empty()) return settings.node_id;
  std::string path = settings.data_dir + "/node-id";
  if (std::string id = ReadNodeId(path); !id.empty()) return id;
  std::random_device random;
  std::string id = absl::StrFormat("%08x%08x", random(), random());
  std::string next = path + ".new";
  FILE* file = fopen(next.c_str(), "we");
  if (file == nullptr) return SystemError("cannot write", next);
  bool written = fprintf(file, "%s\n", id.c_str()) > 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
  written = fclose(file) == 0 && written;
  if (!written || rename(next.c_str(), path.c_str()) != 0) return SystemError("cannot write", path);
  return id;
}

absl::Status Serve(const CoordinatorSettings& settings, CoordinatorBackend& backend, const sigset_t& signals) {
  RETURN_IF_ERROR(MakeDataDir(settings.data_dir));
  RETURN_IF_ERROR(LockDataDir(settings.data_dir));
  ASSIGN_OR_RETURN(std::string node_id, NodeId(settings));
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, backend.OpenStore(settings));
  RETURN_IF_ERROR(backend.EnsureAdminToken(*store, settings));
  StoreThread store_thread(std::move(store));
  Revocations revocations;
  ASSIGN_OR_RETURN(std::unique_ptr<TokenVerifier> tokens,
                   backend.MakeVerifier(store_thread, [&](const std::string& id) { revocations.Tell(id); }));
  DaemonOptions options{.settings = settings, .node_id = node_id, .version = MOCKARTY_VERSION};
  ASSIGN_OR_RETURN(std::unique_ptr<CoordinatorDaemon> daemon, CoordinatorDaemon::Start(options, store_thread, *tokens));
  revocations.SetDaemon(daemon.get());
  Log(LogLevel::kInfo, "coordinator serves",
      {{"version", MOCKARTY_VERSION},
       {"node", node_id},
       {"grpc", daemon->GrpcAddress()},
       {"http", daemon->HttpAddress()}});
  printf("listening grpc=%s http=%s\n", daemon->GrpcAddress().c_str(), daemon->HttpAddress().c_str());
  fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  Log(LogLevel::kInfo, "coordinator ends", {{"signal", signal}});
  revocations.SetDaemon(nullptr);
  daemon->Stop();
  return absl::OkStatus();
}

}  // namespace

int CoordinatorMain(int argc, const char* const* argv, CoordinatorBackend& backend) {
  absl::StatusOr<DaemonFlags> flags = ParseDaemonFlags(argc, argv);
  if (!flags.ok()) return Fail(flags.status(), kExitUsage);
  if (flags->help) {
    fputs(DaemonHelp(kUsage, CoordinatorSettingDefs()).c_str(), stdout);
    return kExitOk;
  }
  if (flags->version) {
    puts("mockarty-coordinator " MOCKARTY_VERSION);
    return kExitOk;
  }
  absl::StatusOr<Settings> loaded = Settings::Load(CoordinatorSettingDefs(), flags->config_file, ProcessEnvironment());
  if (!loaded.ok()) return Fail(loaded.status(), kExitUsage);
  absl::StatusOr<CoordinatorSettings> settings = ReadCoordinatorSettings(*loaded);
  if (!settings.ok()) return Fail(settings.status(), kExitUsage);
  if (flags->print_config) {
    fputs(loaded->Print().c_str(), stdout);
    return kExitOk;
  }
  SetUpLog(settings->log_level, settings->log_format);
  if (!flags->command.empty()) {
    absl::Status made = MakeDataDir(settings->data_dir);
    return made.ok() ? backend.RunCommand(flags->command, *settings) : Fail(made, kExitFailed);
  }
  // Before any thread starts, so that only the wait in Serve() takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  RaiseFileLimit();
  absl::Status status = Serve(*settings, backend, signals);
  return status.ok() ? kExitOk : Fail(status, kExitFailed);
}

}  // namespace mockarty

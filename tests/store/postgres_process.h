// A PostgreSQL server of the test's own: in a temporary folder, on a socket in it, gone with the test process.
//
// The server refuses to run as root: then it runs as the user "postgres".
#ifndef TESTS_STORE_POSTGRES_PROCESS_H_
#define TESTS_STORE_POSTGRES_PROCESS_H_

#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/temp_folder.h"

namespace mockarty::testing {

class PostgresProcess {
 public:
  PostgresProcess() {
    if (geteuid() == 0) user_ = getpwnam("postgres");
    if (folder_.path().empty() ||
        (user_ != nullptr && chown(folder_.path().c_str(), user_->pw_uid, user_->pw_gid) != 0)) {
      return;
    }
    const pid_t made = Spawn({Binary("initdb"), "-D", Data(), "-U", "postgres", "-A", "trust", "-E", "UTF8",
                              "--locale=C", "--no-sync", "--no-instructions"});
    int status = -1;
    if (made > 0 && waitpid(made, &status, 0) == made && status == 0) Start();
  }
  ~PostgresProcess() { Stop(); }

  // False when it did not come up; Log() says why.
  bool running() const { return pid_ > 0; }
  std::string Log() const { return folder_.path() + "/log"; }
  std::string Folder() const { return folder_.path(); }  // of its socket
  std::string Dsn(const std::string& database) const {
    return "host=" + folder_.path() + " user=postgres password=not-to-be-shown dbname=" + database;
  }

  void Start() {
    pid_ = Spawn({Binary("postgres"), "-D", Data(), "-k", folder_.path(), "-c", "listen_addresses=", "-F", "-c",
                  "max_connections=40", "-c", "shared_buffers=16MB"});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (pid_ > 0 && PQping(Dsn("postgres").c_str()) != PQPING_OK) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
      } else if (std::chrono::steady_clock::now() > deadline) {
        Stop();
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }
  void Stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGINT);  // "fast": connections are cut
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  // One statement as the administrator; false when it failed.
  bool Execute(const std::string& database, const std::string& sql) const {
    PGconn* connection = PQconnectdb(Dsn(database).c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const ExecStatusType outcome = PQresultStatus(result);
    PQclear(result);
    PQfinish(connection);
    return outcome == PGRES_COMMAND_OK || outcome == PGRES_TUPLES_OK;
  }

 private:
  std::string Data() const { return folder_.path() + "/data"; }

  // Debian keeps them out of PATH, in a folder a version.
  static std::string Binary(const std::string& name) {
    glob_t found{};
    std::string path = name;
    if (glob(("/usr/lib/postgresql/*/bin/" + name).c_str(), 0, nullptr, &found) == 0 && found.gl_pathc > 0) {
      path = found.gl_pathv[found.gl_pathc - 1];
    }
    globfree(&found);
    return path;
  }

  pid_t Spawn(std::vector<std::string> words) const {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string log = Log();
    const pid_t pid = fork();
    if (pid != 0) return pid;
    if (user_ != nullptr && (setgid(user_->pw_gid) != 0 || setuid(user_->pw_uid) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir("/") != 0) _exit(126);
    execvp(argv[0], argv.data());
    _exit(127);
  }

  TempFolder folder_;
  const passwd* user_ = nullptr;
  pid_t pid_ = -1;
};

}  // namespace mockarty::testing

#endif  // TESTS_STORE_POSTGRES_PROCESS_H_
